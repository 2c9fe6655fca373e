"""Sines as activations (Sitzmann et al. 2020)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Sine(keras.layers.Layer):
    """sin(frequency * x), the activation of a SIREN (Sitzmann et al. 2020, section 3.2).

    Args:
        frequency: omega_0; 30 in the paper.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input and output of any shape.
    """

    def __init__(self, frequency: float = 30.0, **kwargs):
        super().__init__(**kwargs)
        self.frequency = frequency

    def call(self, inputs):
        return ops.sin(self.frequency * inputs)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "frequency": self.frequency}
