"""Distances of images: the Laplacian pyramid against its definition."""

import numpy as np
import pytest
from keras import ops

from keras_gan.objectives.distances import DISTANCES, laplacian, squared


def blurred(image):
    """An image (height, width), filtered by [1, 4, 6, 4, 1] / 16 along both axes, mirrored at the border."""
    taps = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    padded = np.pad(image, 2, "symmetric")
    rows = [np.convolve(row, taps, "valid") for row in padded]
    return np.stack([np.convolve(column, taps, "valid") for column in np.transpose(rows)], axis=1)


def pyramid(image):
    """The levels L^0 to L^3 of an image (height, width)."""
    levels = []
    for _ in range(3):
        low = blurred(image)
        levels.append(image - low)
        height, width = low.shape
        image = low.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return [*levels, image]


def value(tensor):
    return float(ops.convert_to_numpy(tensor))


def test_lap1_is_the_papers_sum_over_levels_a_pixel(rng):
    """sum_j 2^(2j) |L^j(x) - L^j(x')|_1, where the pyramids are of the images and not of their difference."""
    one, other = rng.uniform(-1, 1, (2, 16, 24))
    pairs = zip(pyramid(one), pyramid(other), strict=True)
    expected = sum(4**j * np.abs(a - b).sum() for j, (a, b) in enumerate(pairs)) / one.size
    difference = np.float32(one - other)[None, :, :, None]
    assert value(laplacian(difference)) == pytest.approx(expected, rel=1e-5)


def test_lap1_sees_a_difference_of_brightness_in_the_low_pass_image_alone():
    assert value(laplacian(np.full((2, 28, 28, 3), -0.25, "float32"))) == pytest.approx(0.25)


def test_distances_are_means_over_the_batch(rng):
    images = np.float32(rng.normal(size=(4, 8, 8, 2)))
    for distance in DISTANCES.values():
        alone = np.mean([value(distance(images[i : i + 1])) for i in range(4)])
        assert value(distance(images)) == pytest.approx(alone, rel=1e-5)
    assert value(squared(images)) == pytest.approx(np.square(images).mean(), rel=1e-5)
