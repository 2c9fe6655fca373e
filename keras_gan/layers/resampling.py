"""Up- and downsampling with the binomial filter [1, 3, 3, 1] (Karras et al. 2020, section B)."""

from typing import Any

import keras
from keras import ops


def blur(images: Any, border: int, gain: float = 1.0) -> Any:
    """Images under the filter [1, 3, 3, 1] / 8 along both axes, on a border of zeros.

    Args:
        images: tensor (n, height, width, channels).
        border: zeros added on each side; the filter takes 3 pixels away along each axis.
        gain: what the result is multiplied with.

    Returns:
        A tensor (n, height + 2 border - 3, width + 2 border - 3, channels).
    """
    images = ops.pad(images, ((0, 0), (border, border), (border, border), (0, 0)))
    for _ in range(3):  # The filter is [1, 1], three times.
        images = images[:, 1:] + images[:, :-1]
        images = images[:, :, 1:] + images[:, :, :-1]
    return images * (gain / 64.0)


@keras.saving.register_keras_serializable("keras_gan")
class Upsample(keras.layers.Layer):
    """Images of twice the size: zeros between the pixels, then the filter [1, 3, 3, 1] / 4 along both axes.

    Where a pixel was there are now four, each of 3/4 of it and 1/4 of the neighbour on its side; beyond the
    border are zeros.

    Input shape (n, height, width, channels), output shape (n, 2 height, 2 width, channels).
    """

    def call(self, inputs):
        return _double(_double(inputs, 1), 2)

    def compute_output_shape(self, input_shape):
        num, height, width, channels = input_shape
        return (num, 2 * height, 2 * width, channels)


def _double(images, axis):
    padding = [(0, 0)] * 4
    padding[axis] = (1, 1)
    padded = ops.pad(images, padding)
    before, after = (
        (padded[:, :-2], padded[:, 2:]) if axis == 1 else (padded[:, :, :-2], padded[:, :, 2:])
    )
    pairs = [0.75 * images + 0.25 * neighbour for neighbour in (before, after)]
    shape = list(images.shape)
    shape[0], shape[axis] = -1, 2 * shape[axis]
    return ops.reshape(ops.stack(pairs, axis=axis + 1), shape)
