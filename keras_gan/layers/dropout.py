"""Dropout for any number of replicas."""

import keras
from keras import ops

from keras_gan.random import draw


@keras.saving.register_keras_serializable("keras_gan")
class Dropout(keras.layers.Dropout):
    """`keras.layers.Dropout`, of which each replica of a minibatch has masks of its own.

    Keras's are the same on all replicas. Arguments and shapes as in Keras, without `noise_shape`.
    """

    def call(self, inputs, training=False):
        if not training or self.rate == 0.0:
            return inputs
        numbers = draw(keras.random.uniform, ops.shape(inputs), self.seed_generator)
        kept = ops.cast(numbers >= self.rate, inputs.dtype)
        return inputs * kept / (1.0 - self.rate)
