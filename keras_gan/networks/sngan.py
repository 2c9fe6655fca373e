"""The convolutional networks of Miyato et al. 2018 (SNGAN), their table 3.

Weights are drawn from Glorot's uniform distribution, Keras's default; the paper does not say.
"""

import keras
from keras import layers

from keras_gan.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    SpectralNormalization,
)
from keras_gan.networks.dcgan import scales


def generator(
    image_shape: tuple[int, int, int] = (32, 32, 3), latent_dim: int = 128, width: int = 64
) -> keras.Model:
    """Latents, projected to 4x4 (7x7 for 28 pixels), doubled in size and halved in width, then a 3x3 layer.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        latent_dim: width of the latents.
        width: channels before the last layer; 64 in the paper.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: on another image size.
    """
    base, doublings = scales(image_shape)
    widths = [width * 2**level for level in reversed(range(doublings))]
    blocks = []
    for channels in widths:
        blocks += [
            Conv2DTranspose(channels, 4, 2, "same"),
            BatchNormalization(momentum=0.9, epsilon=2e-5),
            layers.ReLU(),
        ]
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(base * base * 2 * widths[0]),
            layers.Reshape((base, base, 2 * widths[0])),
            *blocks,
            layers.Conv2D(image_shape[-1], 3, padding="same"),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def discriminator(image_shape: tuple[int, int, int] = (32, 32, 3), width: int = 64) -> keras.Model:
    """Pairs of a 3x3 layer and a halving 4x4 layer, every one of them spectrally normalised; no other norm.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        width: channels of the first layer, doubled at each halving; 64 in the paper.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    _, halvings = scales(image_shape)
    blocks = []
    for level in range(halvings):
        for size, stride in ((3, 1), (4, 2)):
            convolution = Conv2D(width * 2**level, size, stride, "same")
            blocks += [SpectralNormalization(convolution), layers.LeakyReLU(0.1)]
    last = layers.Conv2D(width * 2**halvings, 3, padding="same")
    return keras.Sequential(
        [
            keras.Input(image_shape),
            *blocks,
            SpectralNormalization(last),
            layers.LeakyReLU(0.1),
            layers.Flatten(name="features"),
            SpectralNormalization(layers.Dense(1, dtype="float32")),
        ],
        name="discriminator",
    )
