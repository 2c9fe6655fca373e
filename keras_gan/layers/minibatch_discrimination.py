"""Minibatch discrimination (Salimans et al. 2016)."""

import keras
from keras import ops

from keras_gan import backend


@keras.saving.register_keras_serializable("keras_gan")
class MinibatchDiscrimination(keras.layers.Layer):
    """Tells a discriminator how close an example is to the others of its minibatch (Salimans et al. 2016).

    Section 3.2: features f are mapped to M = f T, a matrix (kernels, dimensions) for each example, and
    o_b = sum over the examples j of exp(-|M_b - M_jb|_1), the example itself among them, is appended to f.
    The minibatch is that of all replicas together.

    Args:
        kernels: rows B of M: how many closenesses are appended.
        dimensions: columns C of M.
        kernel_initializer: initializer of T.
        **kwargs: as for any `keras.Layer`.

    Input shape (n, d), output shape (n, d + kernels).
    """

    def __init__(
        self, kernels: int = 100, dimensions: int = 5, kernel_initializer="glorot_uniform", **kwargs
    ):
        super().__init__(**kwargs)
        self.kernels = kernels
        self.dimensions = dimensions
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.kernels * self.dimensions),
            initializer=self.kernel_initializer,
            name="kernel",
        )

    def call(self, inputs):
        matrices = ops.reshape(ops.matmul(inputs, self.kernel), (-1, self.kernels, self.dimensions))
        others = backend.gather(matrices)
        gaps = ops.expand_dims(others, 0) - ops.expand_dims(matrices, 1)
        closeness = ops.sum(ops.exp(-ops.sum(ops.abs(gaps), axis=-1)), axis=1)
        return ops.concatenate([inputs, closeness], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + self.kernels)

    def get_config(self):
        return {
            **super().get_config(),
            "kernels": self.kernels,
            "dimensions": self.dimensions,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
