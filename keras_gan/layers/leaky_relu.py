"""Leaky ReLU for discriminators whose gradient is penalized."""

import keras

from keras_gan import backend


@keras.saving.register_keras_serializable("keras_gan")
class LeakyReLU(keras.layers.LeakyReLU):
    """`keras.layers.LeakyReLU`, whose second derivative is known to be zero.

    A gradient penalty then is not taken back through the forward pass, where nothing would come of it:
    TensorFlow computes that with zeros, five of the 17 convolutions of WGAN-GP's penalty. Arguments and
    shapes as in Keras.
    """

    def call(self, inputs):
        return backend.leaky_relu(inputs, self.negative_slope)
