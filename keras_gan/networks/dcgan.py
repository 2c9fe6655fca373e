"""DCGAN's convolutional networks (Radford et al. 2015), after the guidelines of section 3.

Strided convolutions instead of pooling; batch normalization everywhere but in the generator's output and the
discriminator's input layer; no hidden fully connected layers; ReLU and tanh in the generator, leaky ReLU with
slope 0.2 in the discriminator. Weights are drawn from N(0, 0.02), the scales of the normalization from
N(1, 0.02) as in the authors' code.

Kernels are 4x4, where those of the authors' code are 5x5: with stride 2, the same number of kernel entries
then contributes to every output pixel (no checkerboard artifacts), at two thirds of the cost.
"""

import keras
from keras import layers

from keras_gan.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    LeakyReLU,
    SpectralNormalization,
)


def generator(
    image_shape: tuple[int, int, int] = (64, 64, 3), latent_dim: int = 100, width: int = 64
) -> keras.Model:
    """Generator: latents, projected to 4x4 (7x7 for 28 pixels), then layers that double size and halve width.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        latent_dim: width of the latents.
        width: channels before the last layer; 128 in the paper's 64x64 network.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: on another image size.
    """
    base, doublings = scales(image_shape)
    widths = [width * 2**level for level in reversed(range(doublings))]
    blocks = []
    for channels in widths[1:]:
        blocks += [_upsample(channels, use_bias=False), _normalize(), layers.ReLU()]
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(base * base * widths[0], use_bias=False, kernel_initializer=_normal()),
            layers.Reshape((base, base, widths[0])),
            _normalize(),
            layers.ReLU(),
            *blocks,
            _upsample(image_shape[-1]),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def discriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    width: int = 64,
    normalization: str | None = "batch",
) -> keras.Model:
    """Discriminator, the mirror image of the generator: layers that halve size and double width, one logit.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        width: channels after the first layer; 128 in the paper's 64x64 network.
        normalization: "batch", as in the paper; None, for a critic with a gradient penalty; or "spectral",
            the spectral normalization of every kernel (Miyato et al. 2018).

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, 1).

    Raises:
        ValueError: on another image size or normalization.
    """
    if normalization not in ("batch", "spectral", None):
        raise ValueError(
            f'normalization must be "batch", "spectral" or None, got {normalization!r}.'
        )
    wrap = SpectralNormalization if normalization == "spectral" else lambda layer: layer
    batch = normalization == "batch"
    _, halvings = scales(image_shape)
    blocks = []
    for level in range(1, halvings):
        blocks += [
            wrap(_downsample(width * 2**level, use_bias=not batch)),
            *([_normalize()] if batch else []),
            LeakyReLU(0.2),
        ]
    return keras.Sequential(
        [
            keras.Input(image_shape),
            wrap(_downsample(width)),
            LeakyReLU(0.2),
            *blocks,
            layers.Flatten(name="features"),
            wrap(layers.Dense(1, kernel_initializer=_normal(), dtype="float32")),
        ],
        name="discriminator",
    )


def scales(image_shape: tuple[int, int, int]) -> tuple[int, int]:
    """Side of the first map of a generator of square images, and number of doublings up to the image."""
    known = {28: (7, 2), 32: (4, 3), 64: (4, 4), 128: (4, 5)}
    height, width, _ = image_shape
    if height != width or height not in known:
        raise ValueError(
            f"image_shape must be square with 28, 32, 64 or 128 pixels a side, got {image_shape}."
        )
    return known[height]


def _normal(mean=0.0):
    return keras.initializers.RandomNormal(mean, 0.02)


def _normalize():
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=_normal(1.0))


def _upsample(channels, **kwargs):
    return Conv2DTranspose(channels, 4, 2, "same", kernel_initializer=_normal(), **kwargs)


def _downsample(channels, **kwargs):
    return Conv2D(channels, 4, 2, "same", kernel_initializer=_normal(), **kwargs)
