"""Residual networks without normalization, after Huang et al. 2024 (R3GAN).

From the paper: residual blocks of a pointwise, a 3x3 and a pointwise convolution, widened in the middle;
leaky ReLU with slope 0.2; resampling between stages with the filter [1, 3, 3, 1]; no normalization, but the
initialization of Fixup (Zhang et al. 2019): the last convolution of a block starts at zero, the others are
scaled down by the number of blocks. As in the authors' code, all other weights are drawn from
N(0, 1 / fan-in), and only layers before an activation have biases.

Deviations: narrower than the paper's (768 channels and more), a dense first layer instead of a learned 4x4
map, and plain instead of grouped 3x3 convolutions, whose gradients TensorFlow cannot compute on CPUs.
"""

import keras
from keras import layers

from keras_gan.layers import Downsample, LeakyReLU, Upsample
from keras_gan.networks.dcgan import scales


def generator(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    latent_dim: int = 64,
    width: int = 128,
    blocks: int = 2,
) -> keras.Model:
    """Generator: latents to 4x4 (7x7 for 28 pixels), then stages of residual blocks with upsampling between.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        latent_dim: width of the latents; 64 in the paper.
        width: channels of every stage.
        blocks: residual blocks in a stage; 2 in the paper.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape), mostly in [-1, 1]: the last layer is
        linear, as in the paper.

    Raises:
        ValueError: on another image size.
    """
    base, doublings = scales(image_shape)
    depth = blocks * (doublings + 1)
    latents = keras.Input((latent_dim,))
    hidden = layers.Dense(base * base * width, **_plain())(latents)
    hidden = layers.Reshape((base, base, width))(hidden)
    for stage in range(doublings + 1):
        if stage:
            hidden = Upsample()(hidden)
        for _ in range(blocks):
            hidden = _residual(hidden, width, depth)
    images = layers.Conv2D(image_shape[-1], 1, dtype="float32", **_plain())(hidden)
    return keras.Model(latents, images, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (32, 32, 3), width: int = 128, blocks: int = 2
) -> keras.Model:
    """Discriminator, the mirror image of the generator, with one filter for each channel before the logit.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        width: channels of every stage.
        blocks: residual blocks in a stage; 2 in the paper.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    base, halvings = scales(image_shape)
    depth = blocks * (halvings + 1)
    images = keras.Input(image_shape)
    hidden = layers.Conv2D(width, 1, **_plain())(images)
    for stage in range(halvings + 1):
        if stage:
            hidden = Downsample()(hidden)
        for _ in range(blocks):
            hidden = _residual(hidden, width, depth)
    # A filter sees base^2 numbers, where VarianceScaling would count those of all channels.
    drawn = keras.initializers.RandomNormal(0.0, 1.0 / base)
    hidden = layers.DepthwiseConv2D(base, depthwise_initializer=drawn, use_bias=False)(hidden)
    hidden = layers.Flatten(name="features")(hidden)
    logits = layers.Dense(1, dtype="float32", **_plain())(hidden)
    return keras.Model(images, logits, name="discriminator")


def _plain():
    drawn = keras.initializers.VarianceScaling(1.0, "fan_in", "untruncated_normal")
    return {"kernel_initializer": drawn, "use_bias": False}


def _residual(inputs, width, depth):
    # Fixup: with m = 3 convolutions in a block, the others are scaled by depth^(-1 / (2 m - 2)).
    scaled = keras.initializers.VarianceScaling(2.0 * depth**-0.5, "fan_in", "untruncated_normal")
    hidden = layers.Conv2D(2 * width, 1, kernel_initializer=scaled)(inputs)
    hidden = LeakyReLU(0.2)(hidden)
    hidden = layers.Conv2D(2 * width, 3, padding="same", kernel_initializer=scaled)(hidden)
    hidden = LeakyReLU(0.2)(hidden)
    hidden = layers.Conv2D(width, 1, use_bias=False, kernel_initializer="zeros")(hidden)
    return layers.Add()([inputs, hidden])
