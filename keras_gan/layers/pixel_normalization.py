"""Pixel normalization (Karras et al. 2018)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class PixelNormalization(keras.layers.Layer):
    """Scales the channels at each position to a mean square of 1 (Karras et al. 2018, section 4.2).

    b = a / sqrt(mean of a^2 over channels + 1e-8). The layer has no weights.

    Input and output shape (n, ..., channels).
    """

    def call(self, inputs):
        values = ops.cast(inputs, self.variable_dtype)
        squares = ops.mean(ops.square(values), axis=-1, keepdims=True)
        return ops.cast(values * ops.rsqrt(squares + 1e-8), inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape
