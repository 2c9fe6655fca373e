"""StyleGAN2's networks (Karras et al. 2020), configuration F: skip generator, residual discriminator.

A mapping network of dense layers maps latents z to w. A synthesis network of modulated convolutions, with one
w for each layer, maps a learned 4x4 constant to the image; noise is added after each 3x3 convolution. Every
resolution adds its RGB to that of the next lower one, upsampled by the filter [1, 3, 3, 1]. All layers have
an equalized learning rate and leaky ReLU with slope 0.2 times sqrt(2), a factor that the `gain` of the next
layers includes at no cost.

At 1024x1024, with 8 mapping layers, generator and discriminator have the 30,370,060 and 29,012,513 trainable
parameters of the authors' code.
"""

import math

import keras
from keras import layers

from keras_gan.layers import (
    EqualizedConv2D,
    EqualizedDense,
    LeakyReLU,
    LearnedConstant,
    MinibatchStandardDeviation,
    ModulatedConv2D,
    Noise,
    PixelNormalization,
    RunningMean,
    Upsample,
)
from keras_gan.networks.doubling import channels, sides

GAIN = math.sqrt(2.0)


def generator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    latent_dim: int = 512,
    channel_base: int = 32768,
    channel_max: int = 512,
    mapping_layers: int = 8,
) -> keras.Model:
    """Generator: a mapping and a synthesis network; all layers of the synthesis network get the same w.

    `get_layer("mapping")` is the model from latents (n, latent_dim) to w (n, latent_dim); its last layer,
    "mean", tracks the mean of w in training. `get_layer("synthesis")` is the model from styles (n, layers,
    latent_dim) to images. There are 2 log2(height) - 2 layers, 18 for 1024 pixels as in the paper: a layer
    to RGB shares its w with the first layer of the next resolution.

    Args:
        image_shape: (height, width, channels), square, of 8, 16, 32, ... pixels.
        latent_dim: width of z and of w; 512 in the paper.
        channel_base: a layer has channel_base / height channels; 32768 in the paper.
        channel_max: largest number of channels; 512 in the paper.
        mapping_layers: dense layers from z to w; 8 in the paper.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape), mostly in [-1, 1]: the last layer is
        linear, as in the paper.

    Raises:
        ValueError: on another image size.
    """
    levels = sides(image_shape)
    latents = keras.Input((latent_dim,))
    mapping = _mapping(latent_dim, mapping_layers)
    synthesis = _synthesis(levels, image_shape[-1], latent_dim, (channel_base, channel_max))
    styles = layers.RepeatVector(2 * len(levels), dtype="float32")(mapping(latents))
    return keras.Model(latents, synthesis(styles), name="generator")


def _mapping(width, depth):
    # In float32: rounding errors of eight layers in lower precision would show in the images.
    latents = keras.Input((width,))
    hidden = PixelNormalization(dtype="float32")(latents)
    for _ in range(depth):
        hidden = EqualizedDense(width, 0.01, dtype="float32")(hidden)
        hidden = LeakyReLU(0.2, dtype="float32")(hidden)
        # Not as the `gain` of the next layer: w is an output of the network.
        hidden = layers.Rescaling(GAIN, dtype="float32")(hidden)
    hidden = RunningMean(name="mean", dtype="float32")(hidden)
    return keras.Model(latents, hidden, name="mapping")


def _synthesis(levels, colors, width, limits):
    styles = keras.Input((2 * len(levels), width))
    hidden = LearnedConstant((4, 4, channels(4, *limits)))(styles)
    images = None
    for level, side in enumerate(levels):
        filters = channels(side, *limits)
        if level:
            hidden = _styled(hidden, styles[:, 2 * level - 1], filters, upsample=True)
        hidden = _styled(hidden, styles[:, 2 * level], filters, gain=GAIN if level else 1.0)
        to_rgb = ModulatedConv2D(colors, 1, demodulate=False, gain=GAIN)
        own = to_rgb(hidden, styles[:, 2 * level + 1])
        own = layers.Activation("linear", dtype="float32")(own)
        images = (
            layers.Add(dtype="float32")([Upsample(dtype="float32")(images), own]) if level else own
        )
    return keras.Model(styles, images, name="synthesis")


def _styled(hidden, w, filters, upsample=False, gain=GAIN):
    hidden = ModulatedConv2D(filters, 3, upsample, gain=gain)(hidden, w)
    return LeakyReLU(0.2)(Noise()(hidden))


def discriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    channel_base: int = 32768,
    channel_max: int = 512,
) -> keras.Model:
    """Discriminator: residual blocks down to 4x4, minibatch standard deviation, two dense layers.

    Args:
        image_shape: (height, width, channels), square, of 8, 16, 32, ... pixels.
        channel_base: a layer has channel_base / height channels; 32768 in the paper.
        channel_max: largest number of channels; 512 in the paper.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    widths = [channels(side, channel_base, channel_max) for side in sides(image_shape)]
    images = keras.Input(image_shape)
    hidden, gain = LeakyReLU(0.2)(EqualizedConv2D(widths[-1], 1)(images)), GAIN
    for narrow, wide in zip(widths[:0:-1], widths[-2::-1], strict=True):
        # The sum of both paths is multiplied by sqrt(1/2), which cancels the activation's gain.
        skip = EqualizedConv2D(wide, 1, True, use_bias=False, gain=gain * math.sqrt(0.5))(hidden)
        hidden = LeakyReLU(0.2)(EqualizedConv2D(narrow, 3, gain=gain)(hidden))
        hidden = LeakyReLU(0.2)(EqualizedConv2D(wide, 3, True, gain=GAIN)(hidden))
        hidden, gain = layers.Add()([hidden, skip]), 1.0
    hidden = MinibatchStandardDeviation()(hidden)
    hidden = LeakyReLU(0.2)(EqualizedConv2D(widths[0], 3)(hidden))
    hidden = EqualizedDense(widths[0], gain=GAIN)(layers.Flatten()(hidden))
    hidden = LeakyReLU(0.2, name="features")(hidden)
    logits = EqualizedDense(1, gain=GAIN, dtype="float32")(hidden)
    return keras.Model(images, logits, name="discriminator")
