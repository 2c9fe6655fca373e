"""Vectors of length 1."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class UnitLength(keras.layers.Layer):
    """Unit length: divides vectors, along the last axis, by their Euclidean length.

    Args:
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input and output shape (..., d).
    """

    def call(self, inputs):
        # The root has no slope at 0.
        return inputs * ops.rsqrt(ops.sum(ops.square(inputs), axis=-1, keepdims=True) + 1e-14)

    def compute_output_shape(self, input_shape):
        return input_shape
