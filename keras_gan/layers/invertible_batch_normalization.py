"""Batch normalization as a part of a flow (Dinh et al. 2017)."""

import keras
from keras import ops

from keras_gan import backend
from keras_gan.layers.bijection import Bijection, of_all, places


@keras.saving.register_keras_serializable("keras_gan")
class InvertibleBatchNormalization(Bijection):
    """Batch normalization whose log-determinant counts: z = exp(log_gamma) (x - mean) / sd + beta.

    Mean and variance of each channel are those of the batch in training, and their moving averages otherwise
    and in `inverse` (Dinh et al. 2017, section 3.7; Papamakarios et al. 2017). The batch is that of all
    replicas.

    Args:
        momentum: decay of the moving averages, in [0, 1].
        epsilon: added to the variance.
        affine: whether there are `log_gamma` and `beta`, which start at zero.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, ..., channels), output shapes (n, ..., channels) and (n,).
    """

    def __init__(
        self, momentum: float = 0.99, epsilon: float = 1e-5, affine: bool = True, **kwargs
    ):
        super().__init__(**kwargs)
        self.momentum, self.epsilon, self.affine = momentum, epsilon, affine

    def build(self, input_shape):
        shape, kept = (input_shape[-1],), {"trainable": False, "aggregation": "mean"}
        self.moving_mean = self.add_weight(
            shape=shape, initializer="zeros", name="moving_mean", **kept
        )
        self.moving_variance = self.add_weight(
            shape=shape, initializer="ones", name="moving_variance", **kept
        )
        if self.affine:
            self.log_gamma = self.add_weight(shape=shape, initializer="zeros", name="log_gamma")
            self.beta = self.add_weight(shape=shape, initializer="zeros", name="beta")

    def call(self, inputs, training=False):
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            axes = tuple(range(len(inputs.shape) - 1))
            mean = backend.replica_mean(ops.mean(inputs, axis=axes))
            variance = backend.replica_mean(ops.mean(ops.square(inputs - mean), axis=axes))
            for average, seen in ((self.moving_mean, mean), (self.moving_variance, variance)):
                average.assign(self.momentum * average + (1.0 - self.momentum) * seen)
        log_scale, beta = self._parameters(variance)
        log_det = places(inputs.shape) * ops.sum(log_scale)
        return (inputs - mean) * ops.exp(log_scale) + beta, of_all(log_det, inputs)

    def inverse(self, outputs):
        log_scale, beta = self._parameters(self.moving_variance)
        return (outputs - beta) * ops.exp(-log_scale) + self.moving_mean

    def _parameters(self, variance):
        log_scale = -0.5 * ops.log(variance + self.epsilon)
        return (log_scale + self.log_gamma, self.beta) if self.affine else (log_scale, 0.0)

    def get_config(self):
        own = {"momentum": self.momentum, "epsilon": self.epsilon, "affine": self.affine}
        return {**super().get_config(), **own}
