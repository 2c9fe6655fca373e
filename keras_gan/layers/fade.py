"""Fade-in of new layers (Karras et al. 2018)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Fade(keras.layers.Layer):
    """Fade-in of new layers of a growing network: (1 - alpha) old + alpha new (Karras et al. 2018, figure 2).

    `alpha`, in [0, 1], is a variable of the layer that is saved with it and not trained. It starts at 1: only
    the new layers count.

    Input shapes [(n, ...), (n, ...)] of old and new; output shape (n, ...).
    """

    def build(self, input_shapes):
        self.alpha = self.add_weight(
            shape=(),
            initializer="ones",
            trainable=False,
            aggregation="only_first_replica",
            name="alpha",
        )

    def call(self, inputs):
        old, new = inputs
        alpha = ops.cast(self.alpha, new.dtype)
        return (1.0 - alpha) * old + alpha * new

    def compute_output_shape(self, input_shapes):
        return input_shapes[1]
