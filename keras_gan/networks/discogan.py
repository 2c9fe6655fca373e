"""DiscoGAN's generator (Kim et al. 2017, section 3.3); the discriminator is `dcgan.discriminator`.

An encoder of 4x4 convolutions with stride 2 and leaky ReLU of slope 0.2, and a decoder of as many transposed
convolutions with ReLU. Batch normalization follows all but the first and the last layer. Weights are drawn
from N(0, 0.02), the scales of the normalization from N(1, 0.02), as in DCGAN; the paper does not mention
them.
"""

import keras
from keras import layers

from keras_gan.layers import BatchNormalization
from keras_gan.networks.dcgan import scales


def generator(image_shape: tuple[int, int, int] = (64, 64, 3), width: int = 64) -> keras.Model:
    """Generator: images, down to 4x4 (7x7 for 28 pixels) and up again, without skip connections.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        width: channels of the first layer, doubled at each halving; 64 in the paper.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to such images.

    Raises:
        ValueError: on another image size.
    """
    _, halvings = scales(image_shape)
    widths = [width * 2**level for level in range(halvings)]
    down, up = [], []
    for level, channels in enumerate(widths):
        down.append(_convolve(layers.Conv2D, channels, use_bias=not level))
        down += [_normalize()] * bool(level) + [layers.LeakyReLU(0.2)]
    for channels in reversed(widths[:-1]):
        up += [_convolve(layers.Conv2DTranspose, channels, use_bias=False), _normalize()]
        up.append(layers.ReLU())
    return keras.Sequential(
        [
            keras.Input(image_shape),
            *down,
            *up,
            _convolve(layers.Conv2DTranspose, image_shape[-1]),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def _convolve(kind, channels, **kwargs):
    normal = keras.initializers.RandomNormal(0.0, 0.02)
    return kind(channels, 4, 2, "same", kernel_initializer=normal, **kwargs)


def _normalize():
    gamma = keras.initializers.RandomNormal(1.0, 0.02)
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=gamma)
