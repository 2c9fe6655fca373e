"""InfoGAN's networks (Chen et al. 2016) for MNIST, table 1 of the appendix.

Strided 4x4 convolutions and their transposes, fully connected layers, batch normalization; leaky ReLU with
slope 0.1 in the discriminator, where the authors' code has 0.01. The network Q, which predicts the codes,
shares all layers but its last two with the discriminator. As in that code, weights are drawn from N(0, 0.02)
and scales from N(1, 0.02), and the epsilon of batch normalization is 1e-5.
"""

import keras
from keras import layers

from keras_gan.layers import BatchNormalization, Codes, Conv2D, Conv2DTranspose, LeakyReLU


def generator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    categories: int = 10,
    continuous: int = 2,
    noise: int = 62,
    width: int = 64,
) -> keras.Model:
    """Generator: codes and noise, two dense layers, and two transposed convolutions.

    Args:
        image_shape: (height, width, channels), square, a multiple of 4 pixels.
        categories: number of values of the categorical code.
        continuous: number of continuous codes.
        noise: width of the noise.
        width: channels of the last hidden layer; 64 in the paper.

    Returns:
        A model from latents (n, categories + continuous + noise) ~ N(0, 1), which its layer "codes" maps to
        codes and noise, to images (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: on another image size.
    """
    base = _base(image_shape)
    return keras.Sequential(
        [
            keras.Input((categories + continuous + noise,)),
            Codes(categories, continuous, name="codes", dtype="float32"),
            layers.Dense(16 * width, **_normal()),
            *_normal_relu(),
            layers.Dense(base * base * 2 * width, **_normal()),
            *_normal_relu(),
            layers.Reshape((base, base, 2 * width)),
            Conv2DTranspose(width, 4, 2, "same", **_normal()),
            *_normal_relu(),
            Conv2DTranspose(image_shape[-1], 4, 2, "same", **_normal()),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def discriminator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    categories: int = 10,
    continuous: int = 2,
    width: int = 64,
) -> keras.Model:
    """Discriminator, the mirror image of the generator, with a head for real or fake and heads for the codes.

    Args:
        image_shape: (height, width, channels), square, a multiple of 4 pixels.
        categories: number of values of the categorical code.
        continuous: number of continuous codes.
        width: channels of the first layer.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to [logits (n, 1), logits of the category
        (n, categories), means of the continuous codes (n, continuous)].

    Raises:
        ValueError: on another image size.
    """
    _base(image_shape)
    images = keras.Input(image_shape)
    hidden = LeakyReLU(0.1)(Conv2D(width, 4, 2, "same", **_normal())(images))
    hidden = _leaky(Conv2D(2 * width, 4, 2, "same", **_normal())(hidden))
    hidden = layers.Dense(16 * width, **_normal())(layers.Flatten()(hidden))
    hidden = _leaky(hidden, name="features")
    guess = _leaky(layers.Dense(2 * width, **_normal())(hidden))
    heads = [
        layers.Dense(units, dtype="float32", **_normal())(inputs)
        for units, inputs in ((1, hidden), (categories, guess), (continuous, guess))
    ]
    return keras.Model(images, heads, name="discriminator")


def _base(image_shape):
    height, width, _ = image_shape
    if height != width or height % 4:
        raise ValueError(
            f"image_shape must be square with a multiple of 4 pixels a side, got {image_shape}."
        )
    return height // 4


def _normal():
    return {"kernel_initializer": keras.initializers.RandomNormal(0.0, 0.02)}


def _normalization():
    scales = keras.initializers.RandomNormal(1.0, 0.02)
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=scales)


def _normal_relu():
    return [_normalization(), layers.ReLU()]


def _leaky(hidden, name=None):
    return LeakyReLU(0.1, name=name)(_normalization()(hidden))
