"""Convolutions that see where the image ends, of Glow's networks (Kingma and Dhariwal 2018)."""

import keras
import numpy as np
from keras import ops

from keras_gan.layers.act_norm import FACTOR


@keras.saving.register_keras_serializable("keras_gan")
class EdgeConv2D(keras.layers.Layer):
    """A convolution with a further input channel, 1 on the padding and 0 on the image; no bias.

    The channel tells the layer where the image ends. It is the same for all images: its part of the outputs
    is computed once, and added.

    Args:
        filters: number of output channels.
        kernel_size: side of the kernels, odd.
        kernel_initializer: initializer of the kernels.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels), output shape (n, height, width, filters).
    """

    def __init__(self, filters: int, kernel_size: int = 3, kernel_initializer=None, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.kernel_size = filters, kernel_size
        if kernel_initializer is None:
            kernel_initializer = keras.initializers.RandomNormal(0.0, 0.05)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        _, height, width, channels = input_shape
        self.kernel = self.add_weight(
            shape=(self.kernel_size, self.kernel_size, channels + 1, self.filters),
            initializer=self.kernel_initializer,
            name="kernel",
        )
        border = self.kernel_size // 2
        edge = np.zeros((height, width), "float32")
        self.edge = np.pad(edge, border, constant_values=1.0)[None, ..., None]

    def call(self, inputs):
        kernel = ops.convert_to_tensor(self.kernel)
        own, edge = kernel[:, :, :-1], kernel[:, :, -1:]
        constant = ops.conv(ops.cast(self.edge, inputs.dtype), edge, padding="valid")
        return ops.conv(inputs, own, padding="same") + constant

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


@keras.saving.register_keras_serializable("keras_gan")
class ZeroConv2D(EdgeConv2D):
    """An `EdgeConv2D` that starts at zero: kernels and bias are zero, outputs are scaled by exp(3 logs).

    With it a coupling starts near the identity (section 3.3 of the paper).
    """

    def __init__(self, filters: int, kernel_size: int = 3, kernel_initializer="zeros", **kwargs):
        super().__init__(filters, kernel_size, kernel_initializer, **kwargs)

    def build(self, input_shape):
        super().build(input_shape)
        for name in ("bias", "logs"):
            weight = self.add_weight(shape=(self.filters,), initializer="zeros", name=name)
            setattr(self, name, weight)

    def call(self, inputs):
        return (super().call(inputs) + self.bias) * ops.exp(FACTOR * self.logs)
