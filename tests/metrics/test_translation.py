"""Metrics of translations that are known."""

import numpy as np
import pytest

from keras_gan import metrics
from keras_gan.metrics.translation import distance, gradient_energy


@pytest.fixture
def images(rng):
    return rng.integers(0, 100, (6, 8, 8, 3), dtype=np.uint8)


def test_gradient_energy_by_hand():
    """Steps of 0 and 51 between columns, all alike along rows: the mean of 0.2^2, 0 and 0.2^2."""
    row = np.array([0, 51, 51, 102], np.uint8)
    image = np.broadcast_to(row[None, None, :, None], (1, 3, 4, 1))
    assert gradient_energy(image) == pytest.approx(0.04 * 2 / 3)
    assert distance(image, image + np.uint8(51)) == pytest.approx(0.2)


def test_sharpness_of_inverted_and_of_black_images(images):
    metric = metrics.sharpness(255 - images, images)
    assert metric.name == "sharpness[pixels,6]" and metric.value == pytest.approx(1.0)
    assert metrics.sharpness(np.zeros_like(images), images).value == 0.0


def test_cycle_error_of_images_that_come_back_black(images):
    black = np.zeros_like(images)
    error = metrics.cycle_error(black, images)
    assert error.value == pytest.approx(images.mean() / 255.0)
    # All images come back alike.
    assert metrics.cycle_shuffled(black, images).value == error.value
    assert metrics.cycle_error(images, images).value == 0.0
    assert metrics.cycle_shuffled(images, images).value > 0.0
    assert metrics.l1_input(255 - images, images).value == distance(images, 255 - images)


def test_pairs_and_whether_the_input_matters(images):
    assert metrics.l1(images, images).value == 0.0 < metrics.l1_shuffled(images, images).value
    # Black, whatever comes in: as far from the right answers as from the others.
    black = np.zeros_like(images)
    assert metrics.l1(black, images).value == metrics.l1_shuffled(black, images).value > 0.0


def test_target_accuracy_is_the_fraction_of_the_target():
    probabilities = np.eye(3)[[0, 2, 2, 1, 2]]
    metric = metrics.target_accuracy(probabilities, 2, features="net")
    assert metric.name == "target_accuracy[net,5]" and metric.value == pytest.approx(0.6)
    # Wilson 1927: the roots p of |0.6 - p| = 1.96 sqrt(p (1 - p) / 5).
    for bound in metric.interval:
        assert abs(0.6 - bound) == pytest.approx(1.959964 * (bound * (1 - bound) / 5) ** 0.5)
    assert metric.error is None and metric.text == "0.6 (0.231 to 0.882)"
    with pytest.raises(ValueError, match="must be class probabilities"):
        metrics.target_accuracy(2 * probabilities, 2, features="net")
