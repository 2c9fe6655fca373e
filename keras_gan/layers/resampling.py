"""Up- and downsampling with the binomial filter [1, 3, 3, 1] (Karras et al. 2020, section B)."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


def blur(
    images: Any,
    border: int,
    gain: float = 1.0,
    taps: Sequence[float] = (1.0, 3.0, 3.0, 1.0),
) -> Any:
    """Images filtered along both axes, after padding with zeros.

    Args:
        images: tensor (n, height, width, channels).
        border: zeros added on each side; the filter removes `len(taps) - 1` pixels along each axis.
        gain: constant factor of the result.
        taps: coefficients of the filter, which are divided by their sum.

    Returns:
        A tensor (n, height + 2 border - len(taps) + 1, width + 2 border - len(taps) + 1, channels).
    """
    images = ops.pad(images, ((0, 0), (border, border), (border, border), (0, 0)))
    filter_ = np.outer(taps, taps) * (gain / np.sum(taps) ** 2)
    kernel = np.repeat(filter_[:, :, None, None], images.shape[-1], axis=2)
    return ops.depthwise_conv(images, ops.cast(kernel, images.dtype), 1, "valid")


@keras.saving.register_keras_serializable("keras_gan")
class Upsample(keras.layers.Layer):
    """Upsampling to twice the size: zeros between the pixels, then [1, 3, 3, 1] / 4 along both axes.

    Each pixel becomes two along each axis, with 3/4 of its value and 1/4 of that of the neighbor on their
    side, zero beyond the border. Repeating each pixel and filtering by [1, 2, 1] / 4 gives the same result.

    Input shape (n, height, width, channels), output shape (n, 2 height, 2 width, channels).
    """

    def call(self, inputs):
        return blur(ops.repeat(ops.repeat(inputs, 2, axis=1), 2, axis=2), 1, taps=(1.0, 2.0, 1.0))

    def compute_output_shape(self, input_shape):
        num, height, width, channels = input_shape
        return (num, 2 * height, 2 * width, channels)


@keras.saving.register_keras_serializable("keras_gan")
class Downsample(keras.layers.Layer):
    """Downsampling to half the size: [1, 3, 3, 1] / 8 along both axes, then every second pixel.

    Beyond the border there are zeros. Filtering by [1, 2, 1] / 4 and averaging two pixels gives the same.

    Input shape (n, 2 height, 2 width, channels), output shape (n, height, width, channels).
    """

    def call(self, inputs):
        return ops.average_pool(blur(inputs, 1, taps=(1.0, 2.0, 1.0)), 2, 2)

    def compute_output_shape(self, input_shape):
        num, height, width, channels = input_shape
        return (num, height // 2, width // 2, channels)
