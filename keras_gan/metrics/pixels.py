"""Metrics of pixels between images and true ones: L1, PSNR, SSIM, and the sharpness of Mathieu et al. 2016.

All are of levels from 0 to 255, and means over images.
"""

import numpy as np
from scipy.ndimage import correlate1d

from keras_gan.metric import Metric, mean_metric, named
from keras_gan.modalities.images import check

HIGHEST = 100.0
"""Decibels of images that are equal, whose ratio to the noise has no bound."""
SIGMA, RADIUS = 1.5, 5  # of the window of SSIM: 11 pixels a side
_K1, _K2 = 0.01, 0.03


def l1(images: np.ndarray, truth: np.ndarray) -> Metric:
    """Mean absolute difference, of levels as fractions of 255.

    Args:
        images: uint8 (n, height, width, channels).
        truth: uint8 of the same shape.

    Returns:
        `l1[pixels,n]` in [0, 1]; smaller is better.
    """
    _check_alike(images, truth)
    values = np.abs(images.astype(np.float64) - truth).mean(axis=(1, 2, 3)) / 255.0
    definition = "Mean absolute difference of levels from 0 to 1; smaller is better"
    return mean_metric(named("l1", "pixels", len(values)), values, definition)


def psnr(images: np.ndarray, truth: np.ndarray, where: np.ndarray | None = None) -> Metric:
    """Peak signal-to-noise ratio: 10 log10(255^2 / mean squared error) in dB.

    Args:
        images: uint8 (n, height, width, channels).
        truth: uint8 of the same shape.
        where: bool (n, height, width), the pixels that count; all if None. Images without any are left out.

    Returns:
        `psnr[pixels,n]`, at most 100 for an image; larger is better.
    """
    _check_alike(images, truth)
    errors = np.square(images.astype(np.float64) - truth).mean(axis=-1)
    values = decibels(_means(errors, where))
    definition = "Peak signal-to-noise ratio in dB, of levels from 0 to 255; larger is better"
    return mean_metric(named("psnr", "pixels", len(values)), values, definition)


def sharpness_difference(
    images: np.ndarray, truth: np.ndarray, where: np.ndarray | None = None
) -> Metric:
    """Sharpness difference: 10 log10(255^2 / mean |gradients of image - gradients of truth|) in dB.

    The gradient of a pixel is |I(i, j) - I(i - 1, j)| + |I(i, j) - I(i, j - 1)| (Mathieu et al. 2016,
    section 4.2). The mean is of absolute values, and so depends on the scale of levels, here 0 to 255.

    Args:
        images: uint8 (n, height, width, channels).
        truth: uint8 of the same shape.
        where: as in `psnr`.

    Returns:
        `sharpness_difference[pixels,n]`, at most 100 for an image; larger is better.
    """
    _check_alike(images, truth)
    errors = np.abs(_gradients(images) - _gradients(truth)).mean(axis=-1)
    values = decibels(_means(errors, None if where is None else where[:, 1:, 1:]))
    definition = "Sharpness difference (Mathieu et al. 2016) in dB, of 0 to 255; larger is better"
    return mean_metric(named("sharpness_difference", "pixels", len(values)), values, definition)


def ssim(images: np.ndarray, truth: np.ndarray) -> Metric:
    """Structural similarity (Wang et al. 2004), with their Gaussian window of 11 pixels and constants.

    The mean is over the places where the window lies in the image, and over channels.

    Args:
        images: uint8 (n, height, width, channels) of at least 11 pixels a side.
        truth: uint8 of the same shape.

    Returns:
        `ssim[pixels,n]` in [-1, 1]; larger is better.
    """
    _check_alike(images, truth)
    if min(images.shape[1:3]) < 2 * RADIUS + 1:
        raise ValueError(f"images must be at least 11 pixels a side, got {images.shape}.")
    x, y = images.astype(np.float64), truth.astype(np.float64)
    mean_x, mean_y = _windowed(x), _windowed(y)
    var_x, var_y = _windowed(x * x) - mean_x**2, _windowed(y * y) - mean_y**2
    covariance = _windowed(x * y) - mean_x * mean_y
    c1, c2 = (_K1 * 255.0) ** 2, (_K2 * 255.0) ** 2
    found = (2.0 * mean_x * mean_y + c1) * (2.0 * covariance + c2)
    found /= (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    definition = "Structural similarity (Wang et al. 2004); larger is better"
    values = found.mean(axis=(1, 2, 3))
    return mean_metric(named("ssim", "pixels", len(values)), values, definition)


def _check_alike(images, truth):
    for name, each in (("images", images), ("truth", truth)):
        if check(each, name).dtype != np.uint8:
            raise ValueError(f"{name} must be uint8, got {each.dtype}.")
    if images.shape != truth.shape:
        raise ValueError(f"images and truth must be alike, got {images.shape} and {truth.shape}.")


def _means(errors, where):
    """The mean error of each image (n,), over the pixels that count; images without any are left out."""
    if where is None:
        return errors.mean(axis=(1, 2))
    if where.shape != errors.shape or not where.any():
        raise ValueError(f"where must be {errors.shape} and choose a pixel, got {where.shape}.")
    counts = where.sum(axis=(1, 2))
    return (errors * where).sum(axis=(1, 2))[counts > 0] / counts[counts > 0]


def decibels(errors: np.ndarray) -> np.ndarray:
    """10 log10(255^2 / error) in dB of mean squared errors of levels, at most `HIGHEST`."""
    return 10.0 * np.log10(255.0**2 / np.maximum(errors, 255.0**2 * 10.0 ** (-HIGHEST / 10.0)))


def _gradients(images):
    x = images.astype(np.float64)
    down, right = np.abs(np.diff(x, axis=1)), np.abs(np.diff(x, axis=2))
    return down[:, :, 1:] + right[:, 1:]


def _windowed(x):
    """Means under the window, where it lies in the image."""
    weights = np.exp(-0.5 * np.square(np.arange(-RADIUS, RADIUS + 1) / SIGMA))
    for axis in (1, 2):
        x = correlate1d(x, weights / weights.sum(), axis=axis)
    return x[:, RADIUS:-RADIUS, RADIUS:-RADIUS]
