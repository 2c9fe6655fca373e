"""Noise inputs (Karras et al. 2019)."""

import keras
from keras import ops

from keras_gan.random import draw


@keras.saving.register_keras_serializable("keras_gan")
class Noise(keras.layers.Layer):
    """Noise inputs: adds N(0, 1), one map for all channels, times a learned strength (Karras et al. 2019).

    The strength, a scalar, starts at 0 (Karras et al. 2020). In training each example has new noise;
    otherwise the noise is one map, drawn when the layer is built and saved with it, so that the same latents
    give the same image.

    Input and output shape (n, height, width, channels).
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator()

    def build(self, input_shape):
        self.strength = self.add_weight(shape=(), initializer="zeros", name="strength")
        self.fixed = self.add_weight(
            shape=(*input_shape[1:-1], 1),
            initializer=keras.initializers.RandomNormal(0.0, 1.0),
            trainable=False,
            name="fixed",
        )

    def call(self, inputs, training=False):
        if training:
            shape = (*ops.shape(inputs)[:-1], 1)
            noise = draw(keras.random.normal, shape, self.seed_generator, dtype=inputs.dtype)
        else:
            noise = ops.cast(self.fixed, inputs.dtype)
        return inputs + noise * ops.cast(self.strength, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape
