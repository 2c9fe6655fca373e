"""Jitter against Pillow: scaled, cropped, mirrored."""

import numpy as np
import pytest
from keras import ops
from PIL import Image

from keras_gan.augmentations.jitter import jitter


def by_pillow(image, top, left, mirrored):
    height, width = image.shape[:2]
    size = round(width * 286 / 256), round(height * 286 / 256)
    channels = [
        np.asarray(Image.fromarray(image[..., c]).resize(size, Image.Resampling.BICUBIC))
        for c in range(image.shape[-1])
    ]
    cut = np.stack(channels, -1)[top : top + height, left : left + width]
    return np.clip(cut[:, ::-1] if mirrored else cut, -1.0, 1.0)


def test_is_what_pillow_makes(rng):
    """32x48 pixels become 36x54, of which 5 times 7 crops of 32x48 can be cut."""
    images = rng.uniform(-1, 1, (4, 32, 48, 3)).astype("float32")
    shifts = np.float32([[0.0, 0.0], [0.999, 0.999], [0.5, 0.2], [0.21, 0.6]])
    mirrored = np.array([False, True, True, False])
    made = ops.convert_to_numpy(jitter(*map(ops.convert_to_tensor, (images, shifts, mirrored))))
    corners = [(0, 0), (4, 6), (2, 1), (1, 4)]
    for image, corner, flip, got in zip(images, corners, mirrored, made, strict=True):
        np.testing.assert_allclose(got, by_pillow(image, *corner, flip), atol=1e-5)


def test_each_is_scaled_as_pillow_does(rng):
    """Of 40x60 pixels, shrunk with antialiasing and enlarged, 16x24 are cut."""
    images = rng.uniform(-1, 1, (3, 40, 60, 1)).astype("float32")
    factors = np.float32([0.4, 0.75, 1.2])
    shifts = np.float32([[0.9, 0.1], [0.5, 0.5], [0.0, 0.99]])
    inputs = map(ops.convert_to_tensor, (images, shifts, np.zeros(3, bool), factors))
    made = ops.convert_to_numpy(jitter(*inputs, size=(16, 24)))
    for image, factor, shift, got in zip(images, factors, shifts, made, strict=True):
        width, height = (round(side * factor) for side in (60, 40))
        scaled = Image.fromarray(image[..., 0]).resize((width, height), Image.Resampling.BICUBIC)
        top, left = int(shift[0] * (height - 15)), int(shift[1] * (width - 23))
        cut = np.asarray(scaled)[top : top + 16, left : left + 24]
        np.testing.assert_allclose(got[..., 0], cut.clip(-1, 1), atol=1e-5)


@pytest.mark.parametrize("mirrored", [False, True])
def test_without_enlargement_only_the_mirror_is_left(rng, mirrored):
    images = rng.uniform(-1, 1, (2, 8, 8, 1)).astype("float32")
    made = jitter(
        ops.convert_to_tensor(images), 0.7 * ops.ones((2, 2)), ops.full((2,), mirrored), 1.0
    )
    expected = images[:, :, ::-1] if mirrored else images
    np.testing.assert_allclose(ops.convert_to_numpy(made), expected, atol=1e-6)
