"""Instance normalization by one kernel of the backend."""

from typing import Any

import keras
from keras import ops

from keras_gan import backend


@keras.saving.register_keras_serializable("keras_gan")
class InstanceNormalization(keras.layers.GroupNormalization):
    """`keras.layers.GroupNormalization(groups=-1)`, faster in training: one kernel instead of a chain.

    It normalizes each channel of each image by its own mean and (biased) variance (Ulyanov et al. 2016), like
    batch normalization of a batch of one image.

    Args:
        epsilon: added to the variance.
        center: whether to shift the result.
        scale: whether to scale it.
        gamma_initializer: initializer of the scales.
        **kwargs: arguments of any `keras.Layer`: `name`, `dtype` and `trainable`.

    Input and output shape (n, height, width, channels).
    """

    def __init__(
        self,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        gamma_initializer: Any = "ones",
        **kwargs,
    ):
        super().__init__(
            groups=-1,
            epsilon=epsilon,
            center=center,
            scale=scale,
            gamma_initializer=gamma_initializer,
            **kwargs,
        )

    def call(self, inputs, training=None):
        if not training:
            return super().call(inputs)
        inputs = ops.cast(inputs, self.compute_dtype)
        gamma, beta = (self.gamma if self.scale else None), (self.beta if self.center else None)
        outputs = backend.normalize_images(inputs, gamma, beta, self.epsilon)
        return super().call(inputs) if outputs is None else outputs

    def get_config(self):
        names = ("name", "trainable", "dtype", "epsilon", "center", "scale", "gamma_initializer")
        config = super().get_config()
        return {name: config[name] for name in names}
