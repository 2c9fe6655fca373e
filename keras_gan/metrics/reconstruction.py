"""The error of reconstructed images."""

import numpy as np

from keras_gan.metric import Metric, named


def reconstruction_error(reconstructions: np.ndarray, images: np.ndarray) -> Metric:
    """The root of the mean squared difference, in levels of 0 to 255.

    Args:
        reconstructions: uint8 (n, height, width, channels).
        images: what they are reconstructions of, uint8 of the same shape.

    Returns:
        `reconstruction[pixels,n]`; smaller is better.

    Raises:
        ValueError: if the shapes differ.
    """
    if reconstructions.shape != images.shape:
        raise ValueError(
            f"reconstructions must have the shape of the images, {images.shape}, got {reconstructions.shape}."
        )
    squares = np.square(images.astype(np.float64) - reconstructions)
    each = squares.mean(axis=tuple(range(1, squares.ndim)))
    value = float(np.sqrt(each.mean()))
    # The error of a mean, through the derivative of the root.
    error = each.std(ddof=1) / np.sqrt(len(each)) / (2 * value) if value and len(each) > 1 else 0.0
    definition = "Root mean squared error of a pixel, in levels of 0 to 255; smaller is better"
    return Metric(named("reconstruction", "pixels", len(images)), value, float(error), definition)
