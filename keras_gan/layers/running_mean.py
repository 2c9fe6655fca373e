"""Running mean of the inputs of a layer."""

import keras
from keras import ops

from keras_gan import backend


@keras.saving.register_keras_serializable("keras_gan")
class RunningMean(keras.layers.Layer):
    """The identity; in training, `mean` is a moving average of the inputs' mean over the batch.

    Args:
        momentum: decay of the moving average, in [0, 1]; 0.995 in StyleGAN's code.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input and output shape (n, d).
    """

    def __init__(self, momentum: float = 0.995, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum

    def build(self, input_shape):
        self.mean = self.add_weight(
            shape=input_shape[1:],
            initializer="zeros",
            trainable=False,
            aggregation="mean",
            name="mean",
        )

    def call(self, inputs, training=False):
        if training:
            seen = backend.replica_mean(ops.mean(ops.cast(inputs, self.variable_dtype), axis=0))
            self.mean.assign(self.momentum * self.mean + (1.0 - self.momentum) * seen)
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}
