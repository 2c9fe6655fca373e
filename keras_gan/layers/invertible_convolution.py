"""Invertible 1x1 convolution (Kingma and Dhariwal 2018)."""

import keras
from keras import ops

from keras_gan import backend
from keras_gan.layers.bijection import Bijection, of_all, places


@keras.saving.register_keras_serializable("keras_gan")
class InvertibleConvolution(Bijection):
    """Invertible 1x1 convolution: z = x W at every place (Kingma and Dhariwal 2018, section 3.2).

    W starts as a random rotation, of log-determinant 0. log |det dz/dx| = height width log |det W|, which is
    computed in float64 (under JAX in float32, unless `jax_enable_x64` is set).

    Input shape (n, ..., channels), output shapes (n, ..., channels) and (n,).
    """

    def build(self, input_shape):
        channels = input_shape[-1]
        self.kernel = self.add_weight(
            shape=(channels, channels), initializer=keras.initializers.Orthogonal(), name="kernel"
        )

    def call(self, inputs, training=False):
        # By a triangular factor: XLA under TensorFlow does not compile `slogdet`.
        _, triangular = ops.qr(backend.exact(self.kernel))
        log_det = ops.sum(ops.log(ops.abs(ops.diagonal(triangular))))
        log_det = places(inputs.shape) * ops.cast(log_det, inputs.dtype)
        return ops.matmul(inputs, self.kernel), of_all(log_det, inputs)

    def inverse(self, outputs):
        inverse = ops.inv(backend.exact(self.kernel))
        return ops.matmul(outputs, ops.cast(inverse, outputs.dtype))
