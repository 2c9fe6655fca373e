"""GAN-CLS's networks for images told by texts (Reed et al. 2016, section 4.1, and the authors' code).

Each network has a projection of the text of its own. In the generator it joins the latents, in the
discriminator it is repeated over the map of 4x4. A residual block of a narrow middle follows the first map of
the generator, another one the second, and one stands at the end of the discriminator's convolutions. Weights
are drawn from N(0, 0.02), the scales of the normalization from N(1, 0.02).
"""

from functools import partial

import keras
from keras import layers

from keras_gan.layers import BatchNormalization, Conv2D, Conv2DTranspose, LeakyReLU
from keras_gan.networks.doubling import sides


def generator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    text_width: int = 256,
    latent_dim: int = 100,
    width: int = 128,
    projection: int = 128,
    augmented: bool = False,
) -> keras.Model:
    """Generator: latents and the vector of a text to images.

    Args:
        image_shape: (height, width, channels), square, of 16, 32, 64, ... pixels.
        text_width: width of the text's vector.
        latent_dim: width of the latents.
        width: channels before the last layer; 128 in the authors' code.
        projection: width of the projection of the text.
        augmented: whether the projection is drawn from a normal distribution that the text gives
            (conditioning augmentation, Zhang et al. 2017, section 3.2): layers "text_mean" and
            "text_log_deviation". Its noise is the last part of the latents, `projection` more of them.

    Returns:
        A model from [latents (n, latent_dim[ + projection]), texts (n, text_width)] to images
        (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: on another image size.
    """
    doublings = len(sides(image_shape)) - 1
    inputs = keras.Input((latent_dim + projection * augmented,), name="latents")
    text = keras.Input((text_width,), name="texts")
    latents = inputs
    if augmented:
        latents, noise = inputs[:, :latent_dim], inputs[:, latent_dim:]
        mean = _dense(projection, name="text_mean")(text)
        log_deviation = _dense(projection, name="text_log_deviation")(text)
        deviation = layers.Activation("exponential")(log_deviation)
        told = layers.Add()([mean, layers.Multiply()([deviation, noise])])
    else:
        told = LeakyReLU(0.2)(_dense(projection)(text))
    hidden = layers.Concatenate()([latents, told])
    top = width * 2 ** (doublings - 1)
    hidden = _dense(16 * top, use_bias=False)(hidden)
    hidden = _normalize()(layers.Reshape((4, 4, top))(hidden))
    hidden = _residual(hidden, top // 4, layers.ReLU)
    for level in reversed(range(doublings - 1)):
        hidden = _normalize()(_upsample(width * 2**level, use_bias=False)(hidden))
        if level == doublings - 2 and level > 0:
            hidden = _residual(hidden, width * 2**level // 4, layers.ReLU)
        else:
            hidden = layers.ReLU()(hidden)
    images = layers.Activation("tanh", dtype="float32")(_upsample(image_shape[-1])(hidden))
    return keras.Model([inputs, text], images, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    text_width: int = 256,
    width: int = 64,
    projection: int = 128,
) -> keras.Model:
    """Discriminator: images and the vectors of texts to logits, whether a real image goes with its text.

    Args:
        image_shape: (height, width, channels), square, of 16, 32, 64, ... pixels.
        text_width: width of the text's vector.
        width: channels after the first layer; 64 in the authors' code.
        projection: width of the projection of the text.

    Returns:
        A model from [images (n, *image_shape) in [-1, 1], texts (n, text_width)] to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    halvings = len(sides(image_shape)) - 1
    image = keras.Input(image_shape, name="images")
    text = keras.Input((text_width,), name="texts")
    hidden = LeakyReLU(0.2)(_downsample(width)(image))
    for level in range(1, halvings):
        hidden = _normalize()(_downsample(width * 2**level, use_bias=False)(hidden))
        if level < halvings - 1:
            hidden = LeakyReLU(0.2)(hidden)
    top = width * 2 ** (halvings - 1)
    hidden = _residual(hidden, top // 4, partial(LeakyReLU, 0.2))
    told = LeakyReLU(0.2)(_dense(projection)(text))
    told = layers.UpSampling2D(4)(layers.Reshape((1, 1, projection))(told))
    hidden = layers.Concatenate()([hidden, told])
    hidden = LeakyReLU(0.2)(_normalize()(_convolution(top, 1)(hidden)))
    hidden = layers.Flatten(name="features")(hidden)
    logits = _dense(1, dtype="float32")(hidden)
    return keras.Model([image, text], logits, name="discriminator")


def _residual(hidden, middle, activation):
    """The sum of a normalized map and of three convolutions of it, the first two narrow; activated."""
    change = hidden
    for channels, size in ((middle, 1), (middle, 3)):
        change = activation()(_normalize()(_convolution(channels, size)(change)))
    change = _normalize()(_convolution(hidden.shape[-1], 3)(change))
    return activation()(layers.Add()([hidden, change]))


def _normal(mean=0.0):
    return keras.initializers.RandomNormal(mean, 0.02)


def _normalize():
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=_normal(1.0))


def _dense(units, **kwargs):
    return layers.Dense(units, kernel_initializer=_normal(), **kwargs)


def _convolution(channels, size):
    return Conv2D(channels, size, 1, "same", kernel_initializer=_normal(), use_bias=False)


def _upsample(channels, **kwargs):
    return Conv2DTranspose(channels, 4, 2, "same", kernel_initializer=_normal(), **kwargs)


def _downsample(channels, **kwargs):
    return Conv2D(channels, 4, 2, "same", kernel_initializer=_normal(), **kwargs)
