"""DiffAugment against explicit loops."""

import numpy as np
import pytest
from augmentations.parts import uniform
from keras import ops

from keras_gan import backend
from keras_gan.augmentations import DiffAugment


def augment(images, policy, rng):
    drawn = []
    outputs = DiffAugment(policy)(images, uniform=uniform(rng, drawn))
    return ops.convert_to_numpy(outputs), drawn


def test_color_is_brightness_saturation_contrast(images, rng):
    outputs, numbers = augment(images, ["color"], rng)
    for i, image in enumerate(images):
        b, s, c = (number[i].item() for number in numbers)
        image = image + (b - 0.5)
        gray = image.mean(axis=-1, keepdims=True)
        image = gray + 2.0 * s * (image - gray)
        image = image.mean() + (0.5 + c) * (image - image.mean())
        np.testing.assert_allclose(outputs[i], image, atol=1e-5)


def test_translation_is_by_up_to_an_eighth_rounded_to_whole_pixels(images, rng):
    outputs, _ = augment(images, ["translation"], rng)
    found = set()
    for image, output in zip(images, outputs, strict=True):
        padded = np.pad(image, ((2, 2), (2, 2), (0, 0)))
        for dy in (-2, -1, 0, 1, 2):
            for dx in (-2, -1, 0, 1, 2):
                shifted = padded[2 - dy : 14 - dy, 2 - dx : 18 - dx]
                if np.abs(shifted - output).max() < 1e-5:
                    found.add((dy, dx))
                    break
            else:
                continue
            break
        else:
            pytest.fail("no translation by up to an eighth")
    assert {dy for dy, _ in found} == {-2, -1, 0, 1, 2}  # 12 / 8, rounded
    assert {dx for _, dx in found} == {-2, -1, 0, 1, 2}


def test_cutout_is_a_square_of_half_the_side_with_its_center_inside(images, rng):
    outputs, (rows, columns) = augment(images, ["cutout"], rng)
    heights = []
    for i, image in enumerate(images):
        y, x = int(rows[i, 0] * 13), int(columns[i, 0] * 17)  # 0 to 12, 0 to 16
        expected = image.copy()
        expected[max(0, y - 3) : y + 3, max(0, x - 4) : x + 4] = 0.0
        np.testing.assert_array_equal(outputs[i], expected)
        heights.append((outputs[i] == 0).all(axis=(1, 2)).sum())
        assert (outputs[i] == 0).any()


def test_gradients_reach_the_images(images, rng):
    """The gradient of the sum under translation and cutout is 1 for every pixel that is still seen."""
    numbers = []
    fresh = uniform(rng, numbers)

    def total(x):
        draws = iter(numbers)
        draw = (lambda shape: ops.convert_to_tensor(next(draws))) if numbers else fresh
        return ops.sum(DiffAugment(["translation", "cutout"])(x, uniform=draw), axis=(1, 2, 3))

    total(ops.convert_to_tensor(images))
    slopes = ops.convert_to_numpy(backend.gradient(total, ops.convert_to_tensor(images)))
    assert set(np.unique(slopes)) <= {0.0, 1.0}
    seen = ops.convert_to_numpy(total(ops.convert_to_tensor(images)))
    np.testing.assert_allclose((slopes * images).sum(axis=(1, 2, 3)), seen, atol=1e-3)
