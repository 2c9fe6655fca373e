"""The table of spoken digits, of a model and a classifier whose answers are known."""

import numpy as np
import pytest

from keras_gan.models.conditional.loudness import LEVEL
from tools.studies.sound_to_digit import GAINS, Study


class Squares:
    """Draws a square as bright as the digit says, the larger the louder; some are noisy."""

    def __init__(self, ignores=False):
        self.ignores = ignores

    def size(self, gain):
        return 1.0 + gain / 48.0

    def draw(self, num, seed):
        return np.random.default_rng(seed).uniform(0.0, 4.0, (num, 1))

    def synthesize(self, latents, sounds):
        """A sound has its loudness, and its digit in the sign of its samples."""
        gains = 20.0 * np.log10(np.sqrt(np.square(sounds).mean(axis=1)) / LEVEL)
        digits = np.zeros(len(sounds)) if self.ignores else sounds[:, 0] > 0
        return square(self.size(np.zeros(len(gains)) if self.ignores else gains), digits, latents)


class Bright:
    """Classifies by the brightness of the middle."""

    def classify(self, images):
        return np.eye(2)[(images[:, 14, 14, 0] > 150).astype(int)]


def square(sizes, digits, noise):
    places = np.abs(np.arange(28) - 13.5)
    inside = places < 8.0 * sizes[:, None]
    level = 100.0 + 100.0 * digits + noise.ravel()
    return (inside[:, :, None] * inside[:, None] * level[:, None, None])[..., None].astype("uint8")


@pytest.fixture
def columns(rng):
    digits = np.arange(30) % 2
    sounds = rng.uniform(0.1, 1.0, (30, 50)) * np.where(digits == 1, 1.0, -1.0)[:, None]
    noise = rng.uniform(0.0, 4.0, 300)
    real = square(np.ones(300), np.repeat(digits, 10), noise).reshape(30, 10, 28, 28, 1)
    return real, sounds.astype("float32"), digits


def values(model, columns):
    return [metric.value for metric in Study(model, Bright(), columns, 5).metrics()]


def test_a_model_that_hears_is_right(columns):
    right, shuffled, real, monotone, size, distance = values(Squares(), columns)
    assert (right, real) == (1.0, 1.0) and 0.2 < shuffled < 0.8
    assert monotone > 0.97 and size < 0.1 and 0.3 < distance < 2.0


def test_a_model_that_is_deaf_is_not(columns):
    right, _, real, monotone, size, _ = values(Squares(ignores=True), columns)
    assert (right, real, monotone) == (0.5, 1.0, 0.0) and size > 0.2


def test_gains_are_those_of_the_training():
    assert GAINS.tolist() == [*range(-24, 1, 2)]
