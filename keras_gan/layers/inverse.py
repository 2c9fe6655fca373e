"""The inverse of a bijection as a layer: the generator of a flow."""

import math

import keras
from keras import ops

from keras_gan.layers.bijection import Bijection, deserialized, serialized


@keras.saving.register_keras_serializable("keras_gan")
class Inverse(keras.layers.Layer):
    """The inverse of a bijection, from flat latents to examples: a generator; `encode` is the way back.

    Args:
        bijection: from examples to latents of any shape.
        example_shape: shape of an example, without the batch axis.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, d), as many values as an example has; output shape (n, *example_shape).
    """

    def __init__(self, bijection: Bijection, example_shape: tuple[int, ...], **kwargs):
        super().__init__(**kwargs)
        self.bijection, self.example_shape = bijection, tuple(example_shape)

    def build(self, input_shape):
        shape = (None, *self.example_shape)
        self.bijection.build(shape)
        self.latent_shape = self.bijection.compute_output_shape(shape)[0][1:]

    def call(self, latents):
        return self.bijection.inverse(ops.reshape(latents, (-1, *self.latent_shape)))

    def encode(self, examples, training: bool = False):
        """Latents (n, d) and log-determinants (n,) of examples (n, *example_shape)."""
        latents, log_det = self.bijection(examples, training=training)
        return ops.reshape(latents, (-1, math.prod(self.latent_shape))), log_det

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.example_shape)

    def get_config(self):
        return {
            **super().get_config(),
            "bijection": serialized(self.bijection),
            "example_shape": self.example_shape,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**deserialized(config, "bijection"))
