"""The error of reconstructions, by hand and against draws."""

import numpy as np
import pytest

from keras_gan.metrics import reconstruction_error


def test_error_is_the_root_of_the_mean_square_in_levels():
    images = np.full((4, 2, 2, 1), 100, np.uint8)
    assert reconstruction_error(images, images).value == 0.0
    reconstructions = images.copy()
    reconstructions[:, 0, 0] = 90  # 10 levels in a quarter of the pixels
    metric = reconstruction_error(reconstructions, images)
    assert metric.name == "reconstruction[pixels,4]"
    assert metric.value == pytest.approx(5.0) and metric.error == 0.0


def test_standard_error_is_the_deviation_over_draws_of_images(rng):
    def draw(num):
        scale = rng.uniform(2, 20, (num, 1, 1, 1))
        images = np.full((num, 4, 4, 1), 128, np.uint8)
        return reconstruction_error(np.uint8(128 + scale * rng.normal(size=images.shape)), images)

    values = np.array([draw(200).value for _ in range(200)])
    assert draw(200).error == pytest.approx(values.std(), rel=0.25)


def test_other_shapes_are_refused():
    with pytest.raises(
        ValueError, match=r"shape of the images, \(2, 4, 4, 1\), got \(2, 4, 4, 3\)"
    ):
        reconstruction_error(np.zeros((2, 4, 4, 3), np.uint8), np.zeros((2, 4, 4, 1), np.uint8))
