"""ProGAN's networks (Karras et al. 2018, table 2), and their parts for smaller images.

Both networks have two 3x3 convolutions at each resolution, from 4x4 up, and a 1x1 convolution to or from RGB.
Upsampling repeats pixels, downsampling averages them. All layers have an equalized learning rate with the
gain of He's initialization, and leaky ReLU with slope 0.2, which pixel normalization follows in the
generator.

The layers of a new resolution are faded in (`layers.Fade`): while the alpha of its layer "fade_<side>" is 0,
the generator repeats the pixels of the next lower resolution, and the discriminator averages them. The whole
network for images of the full size then equals its part for small images.

At 1024x1024, generator and discriminator have the paper's 23.1 million parameters each: 23,079,115 and
23,087,249 with a layer to or from RGB for each resolution, as in the authors' code.
"""

import math
from typing import Any

import keras
from keras import layers, ops

from keras_gan.layers import (
    EqualizedConv2D,
    EqualizedDense,
    Fade,
    LeakyReLU,
    MinibatchStandardDeviation,
    PixelNormalization,
)
from keras_gan.networks.doubling import channels, sides


def generator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    latent_dim: int = 512,
    channel_base: int = 16384,
    channel_max: int = 512,
) -> keras.Model:
    """Generator: normalized latents, a 4x4 convolution that maps them to 4x4, and blocks that double the map.

    Args:
        image_shape: (height, width, channels), square, of 8, 16, 32, ... pixels.
        latent_dim: width of the latents; 512 in the paper.
        channel_base: a map has channel_base / side channels; 16384 in the paper.
        channel_max: largest number of channels; 512 in the paper.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape), mostly in [-1, 1]: the last layer is
        linear, as in the paper.

    Raises:
        ValueError: on another image size.
    """
    latents, images = keras.Input((latent_dim,)), None
    widths = [channels(side, channel_base, channel_max) for side in sides(image_shape)]
    for hidden in feature_maps(latents, widths):
        side = hidden.shape[1]
        own = to_rgb(hidden, image_shape[-1])
        if images is not None:
            old = layers.UpSampling2D(dtype="float32")(images)
            own = Fade(name=f"fade_{side}", dtype="float32")([old, own])
        images = own
    return keras.Model(latents, images, name="generator")


def feature_maps(latents: Any, widths: list[int]):
    """Yields the generator's maps (n, 4, 4, widths[0]), (n, 8, 8, widths[1]), ... for latents."""
    hidden = layers.Reshape((1, 1, -1))(PixelNormalization()(latents))
    # Each of the 4x4 positions gets the one pixel by another entry of the kernel.
    hidden = layers.ZeroPadding2D(((2, 1), (2, 1)))(hidden)
    hidden = _normalized(hidden, widths[0], 4)
    yield (hidden := _normalized(hidden, widths[0]))
    for width in widths[1:]:
        hidden = _normalized(layers.UpSampling2D()(hidden), width)
        yield (hidden := _normalized(hidden, width))


def to_rgb(hidden: Any, colors: int):
    """Images (n, side, side, colors) by a linear map of features, in a layer named "rgb_<side>"."""
    images = EqualizedConv2D(colors, 1)(hidden)
    return layers.Activation("linear", dtype="float32", name=f"rgb_{hidden.shape[1]}")(images)


def _normalized(hidden, width, size=3):
    return PixelNormalization()(LeakyReLU(0.2)(convolution(width, size)(hidden)))


def convolution(width: int, size: int = 3, **kwargs):
    """Convolution with an equalized learning rate and the gain of a ReLU."""
    return EqualizedConv2D(width, size, gain=math.sqrt(2.0), **kwargs)


def discriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    channel_base: int = 16384,
    channel_max: int = 512,
) -> keras.Model:
    """Discriminator, the mirror image of the generator; at 4x4 minibatch standard deviation and dense layers.

    Args:
        image_shape: (height, width, channels), square, of 8, 16, 32, ... pixels.
        channel_base: a map has channel_base / side channels; 16384 in the paper.
        channel_max: largest number of channels; 512 in the paper.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    parts = {}
    width = {side: channels(side, channel_base, channel_max) for side in sides(image_shape)}
    for side in width:
        parts[f"from_rgb_{side}"] = from_rgb(width[side], f"from_rgb_{side}")
        if side > 4:
            parts[f"block_{side}"] = block(side, width[side], width[side // 2])
            parts[f"fade_{side}"] = Fade(name=f"fade_{side}")
    parts["top"] = top(width[4])
    images = keras.Input(image_shape)
    return keras.Model(images, _logits(images, parts.get), name="discriminator")


def from_rgb(width: int, name: str):
    """Layers from RGB: a 1x1 convolution and leaky ReLU."""
    return keras.Sequential([convolution(width, 1), LeakyReLU(0.2)], name=name)


def block(side: int, width: int, next_width: int):
    """Discriminator block "block_<side>": convolutions to `width` and `next_width` channels, pooling."""
    hidden = [convolution(width), LeakyReLU(0.2)]
    hidden += [convolution(next_width), LeakyReLU(0.2), layers.AveragePooling2D(2)]
    return keras.Sequential(hidden, name=f"block_{side}")


def top(width: int):
    """Last layers, from 4x4 to a logit: minibatch standard deviation, a convolution, two dense layers."""
    return keras.Sequential(
        [
            MinibatchStandardDeviation(),
            convolution(width),
            LeakyReLU(0.2),
            layers.Flatten(),
            EqualizedDense(width, gain=math.sqrt(2.0)),
            LeakyReLU(0.2, name="features"),
            EqualizedDense(1, dtype="float32"),
        ],
        name="top",
    )


def grown_generator(network: keras.Model, side: int) -> keras.Model:
    """The part of a generator for images of `side` pixels; it shares the generator's layers.

    Args:
        network: a model by `generator`.
        side: 4, 8, ... up to the side of the generator's images.

    Returns:
        A model from latents to images (n, side, side, channels).
    """
    last = network.get_layer("rgb_4" if side == 4 else f"fade_{side}")
    return keras.Model(network.input, last.output)


def grown_logits(network: keras.Model, images: Any):
    """Logits (n, 1) by the part of a discriminator for images of their size.

    Args:
        network: a model by `discriminator`.
        images: tensor (n, side, side, channels) with a side of 4, 8, ... up to that of the network's images.
    """
    return _logits(images, network.get_layer)


def _logits(images, part):
    side = images.shape[1]
    hidden = part(f"from_rgb_{side}")(images)
    while side > 4:
        hidden = part(f"block_{side}")(hidden)
        images = ops.average_pool(images, 2, 2)
        old = part(f"from_rgb_{side // 2}")(images)
        hidden = part(f"fade_{side}")([old, hidden])
        side //= 2
    return part("top")(hidden)
