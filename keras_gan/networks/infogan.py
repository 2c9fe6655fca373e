"""InfoGAN's networks (Chen et al. 2016) for MNIST, table 1 of the appendix.

Strided 4x4 convolutions and their transposes, fully connected layers, batch normalization; leaky ReLU with
slope 0.1 in the discriminator. The network Q, which predicts the codes, shares all layers but its last two
with the discriminator.
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
            layers.Dense(16 * width),
            *_normal_relu(),
            layers.Dense(base * base * 2 * width),
            *_normal_relu(),
            layers.Reshape((base, base, 2 * width)),
            Conv2DTranspose(width, 4, 2, "same"),
            *_normal_relu(),
            Conv2DTranspose(image_shape[-1], 4, 2, "same"),
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
    hidden = LeakyReLU(0.1)(Conv2D(width, 4, 2, "same")(images))
    hidden = _leaky(Conv2D(2 * width, 4, 2, "same")(hidden))
    hidden = _leaky(layers.Dense(16 * width)(layers.Flatten()(hidden)), name="features")
    guess = _leaky(layers.Dense(2 * width)(hidden))
    heads = [layers.Dense(1, dtype="float32")(hidden)]
    heads += [layers.Dense(units, dtype="float32")(guess) for units in (categories, continuous)]
    return keras.Model(images, heads, name="discriminator")


def _base(image_shape):
    height, width, _ = image_shape
    if height != width or height % 4:
        raise ValueError(
            f"image_shape must be square with a multiple of 4 pixels a side, got {image_shape}."
        )
    return height // 4


def _normal_relu():
    return [BatchNormalization(momentum=0.9), layers.ReLU()]


def _leaky(hidden, name=None):
    return LeakyReLU(0.1, name=name)(BatchNormalization(momentum=0.9)(hidden))
