"""Latent codes of a known distribution (Chen et al. 2016)."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Codes(keras.layers.Layer):
    """Steps latents ~ N(0, 1) into the codes of InfoGAN: a category, numbers ~ U(-1, 1), and noise.

    The category is the greatest of the first `categories` latents, as a one-hot vector: all are equally
    likely. The next `continuous` ones become 2 Phi(z) - 1. The others stay as they are.

    Args:
        categories: how many values the category has.
        continuous: how many numbers there are.
        **kwargs: as for any `keras.Layer`.

    Input and output shape (n, categories + continuous + noise).
    """

    def __init__(self, categories: int = 10, continuous: int = 2, **kwargs):
        super().__init__(**kwargs)
        self.categories = categories
        self.continuous = continuous

    def call(self, latents):
        last = self.categories + self.continuous
        chosen = ops.argmax(latents[:, : self.categories], axis=1)
        category = ops.one_hot(chosen, self.categories, dtype=latents.dtype)
        numbers = ops.erf(latents[:, self.categories : last] / math.sqrt(2.0))
        return ops.concatenate([category, numbers, latents[:, last:]], axis=1)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"categories": self.categories, "continuous": self.continuous}
        return {**super().get_config(), **own}
