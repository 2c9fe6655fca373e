"""Metrics of pixels against closed forms and a window-by-window computation."""

import numpy as np
import pytest

from keras_gan.metrics import psnr, sharpness_difference, ssim


@pytest.fixture
def pair(rng):
    truth = rng.integers(40, 200, (3, 14, 16, 2), dtype=np.uint8)
    return np.clip(truth + rng.integers(-20, 21, truth.shape), 0, 255).astype(np.uint8), truth


def test_psnr_of_a_constant_difference():
    truth = np.full((2, 4, 5, 3), 100, np.uint8)
    found = psnr(truth + np.uint8([[[[10]]], [[[20]]]]), truth)
    decibels = [20 * np.log10(255 / 10), 20 * np.log10(255 / 20)]
    assert found.name == "psnr[pixels,2]"
    assert found.value == pytest.approx(np.mean(decibels))
    assert found.error == pytest.approx(np.std(decibels, ddof=1) / np.sqrt(2))
    assert psnr(truth, truth).value == 100.0


def test_only_the_chosen_pixels_count():
    truth = np.zeros((2, 4, 4, 1), np.uint8)
    images, where = truth.copy(), np.zeros((2, 4, 4), bool)
    images[0, 0, 0], images[0, 3, 3] = 10, 200
    where[0, 0, :2] = True  # nothing of the second image
    found = psnr(images, truth, where)
    assert found.name == "psnr[pixels,1]"
    assert found.value == pytest.approx(10 * np.log10(255**2 / 50))


def test_ssim_is_that_of_each_window(pair):
    images, truth = (each.astype(np.float64) for each in pair)
    steps = np.arange(-5, 6)
    window = np.exp(-(steps[:, None] ** 2 + steps**2) / (2 * 1.5**2))
    window = (window / window.sum())[..., None]
    c1, c2 = 6.5025, 58.5225
    values = []
    for x, y in zip(images, truth, strict=True):
        for i in range(x.shape[0] - 10):
            for j in range(x.shape[1] - 10):
                a, b = x[i : i + 11, j : j + 11], y[i : i + 11, j : j + 11]
                mu, nu = (window * a).sum((0, 1)), (window * b).sum((0, 1))
                var = (window * (a - mu) ** 2).sum((0, 1)), (window * (b - nu) ** 2).sum((0, 1))
                both = (window * (a - mu) * (b - nu)).sum((0, 1))
                top = (2 * mu * nu + c1) * (2 * both + c2)
                values.append(top / ((mu**2 + nu**2 + c1) * (var[0] + var[1] + c2)))
    assert ssim(*pair).value == pytest.approx(np.mean(values), rel=1e-9)
    assert ssim(pair[1], pair[1]).value == pytest.approx(1.0)


def test_ssim_is_that_of_scikit_image(pair):
    metrics = pytest.importorskip("skimage.metrics")
    expected = [
        metrics.structural_similarity(
            x,
            y,
            channel_axis=-1,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
        for x, y in zip(*pair, strict=True)
    ]
    assert ssim(*pair).value == pytest.approx(np.mean(expected), rel=1e-6)


def test_sharpness_of_a_blurred_edge():
    """A step of 100 levels, and the same in two steps of 50: gradients differ by 50 at two places of 3."""
    truth = np.zeros((1, 3, 4, 1), np.uint8)
    truth[:, :, 2:] = 100
    blurred = truth.copy()
    blurred[:, :, 1] = 50
    found = sharpness_difference(blurred, truth)
    assert found.value == pytest.approx(10 * np.log10(255**2 / (100 / 3)))
    assert sharpness_difference(truth, truth).value == 100.0


def test_images_that_are_not_alike_are_refused():
    images = np.zeros((2, 4, 4, 1), np.uint8)
    with pytest.raises(ValueError, match="must be alike"):
        psnr(images, images[:, :3])
    with pytest.raises(ValueError, match="uint8, got float64"):
        psnr(images / 255.0, images)
    with pytest.raises(ValueError, match="at least 11 pixels"):
        ssim(images, images)
