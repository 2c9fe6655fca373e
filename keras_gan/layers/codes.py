"""Latent codes of InfoGAN (Chen et al. 2016)."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Codes(keras.layers.Layer):
    """Maps latents ~ N(0, 1) to InfoGAN's codes: a category, numbers ~ U(-1, 1), and noise ~ N(0, 1).

    The category is the index of the largest of the first `categories` latents, as a one-hot vector: all
    categories are equally likely. The next `continuous` latents z become 2 Phi(z) - 1. The others stay as
    they are.

    Args:
        categories: number of values of the categorical code.
        continuous: number of continuous codes.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

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
