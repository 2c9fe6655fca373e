"""Leaky ReLU with a cheap second derivative, for gradient penalties."""

import keras

from keras_gan import backend


@keras.saving.register_keras_serializable("keras_gan")
class LeakyReLU(keras.layers.LeakyReLU):
    """`keras.layers.LeakyReLU` whose second derivative is zero for the backend, not an array of zeros.

    The gradient of a gradient penalty then skips terms that are zero, which TensorFlow computes otherwise:
    five of the 17 convolutions of WGAN-GP's penalty. Arguments and shapes are Keras's.
    """

    def call(self, inputs):
        return backend.leaky_relu(inputs, self.negative_slope)
