"""Batch normalization by one kernel of the backend."""

from typing import Any

import keras
from keras import ops

from keras_gan import backend


@keras.saving.register_keras_serializable("keras_gan")
class BatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization`, faster in training: one kernel instead of a chain of operations.

    It normalizes the last axis, with the mean and the (biased) variance of the batch in training and their
    moving averages otherwise, then scales and shifts (Ioffe and Szegedy 2015, algorithm 1). The batch is the
    global batch of all replicas: any number of replicas gives the results of one device.

    Args:
        momentum: decay of the moving averages, in [0, 1].
        epsilon: added to the variance.
        gamma_initializer: initializer of the scales.
        affine: whether to scale and shift; False for class-conditional normalization, where other layers do.
        **kwargs: arguments of any `keras.Layer`: `name`, `dtype` and `trainable`.

    Input and output shape (n, ..., channels).
    """

    def __init__(
        self,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        gamma_initializer: Any = "ones",
        affine: bool = True,
        **kwargs,
    ):
        super().__init__(
            momentum=momentum,
            epsilon=epsilon,
            gamma_initializer=gamma_initializer,
            center=affine,
            scale=affine,
            **kwargs,
        )
        self.affine = affine

    def call(self, inputs, training=None):
        fused = None
        self.synchronized = backend.replicas()[0] > 1
        if training and self.trainable and not self.synchronized:
            gamma, beta = self.gamma, self.beta
            if not self.affine:
                shape = self.moving_mean.shape
                gamma, beta = (fill(shape, self.variable_dtype) for fill in (ops.ones, ops.zeros))
            fused = backend.normalize_batch(inputs, gamma, beta, self.epsilon)
        if fused is None:
            return super().call(inputs, training=training)
        outputs, mean, variance = fused
        for average, seen in ((self.moving_mean, mean), (self.moving_variance, variance)):
            average.assign(self.momentum * average + (1.0 - self.momentum) * seen)
        return outputs

    def get_config(self):
        names = ("name", "trainable", "dtype", "momentum", "epsilon", "gamma_initializer")
        config = super().get_config()
        config = {name: config[name] for name in names}
        return config if self.affine else {**config, "affine": False}
