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
    """Images under a filter along both axes, on a border of zeros.

    Args:
        images: tensor (n, height, width, channels).
        border: zeros added on each side; the filter takes `len(taps) - 1` pixels away along each axis.
        gain: what the result is multiplied with.
        taps: the filter, but for a factor that makes its sum 1.

    Returns:
        A tensor (n, height + 2 border - len(taps) + 1, likewise of width, channels).
    """
    images = ops.pad(images, ((0, 0), (border, border), (border, border), (0, 0)))
    filter_ = np.outer(taps, taps) * (gain / np.sum(taps) ** 2)
    kernel = np.repeat(filter_[:, :, None, None], images.shape[-1], axis=2)
    return ops.depthwise_conv(images, ops.cast(kernel, images.dtype), 1, "valid")


@keras.saving.register_keras_serializable("keras_gan")
class Upsample(keras.layers.Layer):
    """Images of twice the size: zeros between the pixels, then the filter [1, 3, 3, 1] / 4 along both axes.

    Where a pixel was there are now four, each of 3/4 of it and 1/4 of the neighbor on its side; beyond the
    border are zeros. Here each pixel is repeated, then filtered by [1, 2, 1] / 4, which comes to the same.

    Input shape (n, height, width, channels), output shape (n, 2 height, 2 width, channels).
    """

    def call(self, inputs):
        return blur(ops.repeat(ops.repeat(inputs, 2, axis=1), 2, axis=2), 1, taps=(1.0, 2.0, 1.0))

    def compute_output_shape(self, input_shape):
        num, height, width, channels = input_shape
        return (num, 2 * height, 2 * width, channels)
