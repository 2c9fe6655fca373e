"""Minibatch discrimination (Salimans et al. 2016)."""

import keras
from keras import ops

from keras_gan import backend


@keras.saving.register_keras_serializable("keras_gan")
class MinibatchDiscrimination(keras.layers.Layer):
    """Minibatch discrimination: appends how close an example is to the other examples of its batch.

    Features f are mapped to M = f T, a matrix (kernels, dimensions) for each example, and o_b = sum over all
    examples j of exp(-|M_b - M_jb|_1), the example itself included, is appended to f (Salimans et al. 2016,
    section 3.2). The batch is the global batch of all replicas.

    Args:
        kernels: rows B of M, the number of features that are appended.
        dimensions: columns C of M.
        kernel_initializer: initializer of T.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

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
