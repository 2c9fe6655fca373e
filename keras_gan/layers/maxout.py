"""Maxout (Goodfellow et al. 2013)."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Maxout(keras.layers.Layer):
    """The largest of several affine pieces: h_i = max_j (x W_ij + b_ij) (Goodfellow et al. 2013, equation 1).

    Args:
        units: number of outputs.
        pieces: number of affine pieces that each output is the maximum of.
        kernel_initializer: initializer of the affine maps.
        max_norm: largest norm of the weights of one piece, enforced after each update; None for no limit.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (..., d), output shape (..., units).
    """

    def __init__(
        self,
        units: int,
        pieces: int,
        kernel_initializer: Any = "glorot_uniform",
        max_norm: float | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = units
        self.pieces = pieces
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.max_norm = max_norm
        self.affine = keras.layers.Dense(
            units * pieces,
            kernel_initializer=self.kernel_initializer,
            kernel_constraint=max_norm and keras.constraints.MaxNorm(max_norm),
            dtype=self.dtype_policy,
        )

    def build(self, input_shape):
        self.affine.build(input_shape)

    def call(self, inputs):
        affine = self.affine(inputs)
        return ops.max(
            ops.reshape(affine, (*ops.shape(affine)[:-1], self.units, self.pieces)), axis=-1
        )

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "pieces": self.pieces,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "max_norm": self.max_norm,
        }
