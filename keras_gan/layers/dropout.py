"""Dropout with independent masks on all replicas."""

import keras
from keras import ops

from keras_gan.random import draw


@keras.saving.register_keras_serializable("keras_gan")
class Dropout(keras.layers.Dropout):
    """`keras.layers.Dropout` with different masks on all replicas; Keras's has the same masks on each.

    Arguments and shapes are Keras's, without `noise_shape`.
    """

    def call(self, inputs, training=False):
        if not training or self.rate == 0.0:
            return inputs
        numbers = draw(keras.random.uniform, ops.shape(inputs), self.seed_generator)
        kept = ops.cast(numbers >= self.rate, inputs.dtype)
        return inputs * kept / (1.0 - self.rate)
