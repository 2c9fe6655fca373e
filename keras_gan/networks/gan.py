"""Fully connected networks of Goodfellow et al. 2014 for MNIST.

The paper gives the kinds of layers (section 5); the sizes, initializers and dropout rates are those of the
authors' published experiment (`mnist.yaml` of their code release).
"""

import math

import keras
from keras import layers

from keras_gan.layers import Dropout, Maxout


def generator(
    image_shape: tuple[int, int, int] = (28, 28, 1), latent_dim: int = 100, units: int = 1200
) -> keras.Model:
    """Generator: two ReLU layers and a sigmoid, rescaled from the paper's [0, 1] to [-1, 1].

    Weights are drawn from U(-0.05, 0.05). The output bias starts at zero; the paper initializes it from the
    means of the pixels, but there are no data when the network is built.

    Args:
        image_shape: (height, width, channels) of the images.
        latent_dim: width of the latents.
        units: width of the hidden layers.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape).
    """
    initializer = keras.initializers.RandomUniform(-0.05, 0.05)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(units, "relu", kernel_initializer=initializer),
            layers.Dense(units, "relu", kernel_initializer=initializer),
            layers.Dense(math.prod(image_shape), "sigmoid", kernel_initializer=initializer),
            layers.Reshape(image_shape),
            layers.Rescaling(2.0, -1.0, dtype="float32"),
        ],
        name="generator",
    )


def discriminator(
    image_shape: tuple[int, int, int] = (28, 28, 1), units: int = 240, pieces: int = 5
) -> keras.Model:
    """Discriminator: two maxout layers with dropout (0.2 of the inputs, 0.5 of the hidden units).

    Weights are drawn from U(-0.005, 0.005).

    Args:
        image_shape: (height, width, channels) of the images.
        units: outputs of each maxout layer.
        pieces: number of affine pieces that each output is the maximum of.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, 1).
    """
    initializer = keras.initializers.RandomUniform(-0.005, 0.005)
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Rescaling(0.5, 0.5),
            layers.Flatten(),
            Dropout(0.2),
            Maxout(units, pieces, initializer),
            Dropout(0.5),
            Maxout(units, pieces, initializer),
            Dropout(0.5),
            layers.Dense(1, kernel_initializer=initializer, dtype="float32"),
        ],
        name="discriminator",
    )
