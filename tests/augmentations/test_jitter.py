"""Jitter against Pillow: enlarged, cropped, mirrored."""

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


@pytest.mark.parametrize("mirrored", [False, True])
def test_without_enlargement_only_the_mirror_is_left(rng, mirrored):
    images = rng.uniform(-1, 1, (2, 8, 8, 1)).astype("float32")
    made = jitter(
        ops.convert_to_tensor(images), 0.7 * ops.ones((2, 2)), ops.full((2,), mirrored), 1.0
    )
    expected = images[:, :, ::-1] if mirrored else images
    np.testing.assert_allclose(ops.convert_to_numpy(made), expected, atol=1e-6)
