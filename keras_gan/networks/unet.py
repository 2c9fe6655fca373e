"""Pix2pix's U-Net generator (Isola et al. 2017), after Ronneberger et al. 2015.

The image is halved by 4x4 convolutions down to a single pixel and doubled again; each map on the way up is
concatenated to the map of its size on the way down (appendix 6.1.1). Weights are drawn from N(0, 0.02).

The paper uses batch normalization with a batch size of 1 and with the statistics of the image itself in
translation, which is instance normalization; here it is that at any batch size. The first and the innermost
layer of the encoder and the last layer of the decoder have none (section 6.1 and the authors' errata).
"""

import keras
from keras import layers

from keras_gan.layers import Dropout, InstanceNormalization


def generator(
    image_shape: tuple[int, int, int] = (256, 256, 3), width: int = 64, dropout: float = 0.5
) -> keras.Model:
    """Generator: images to images of the same size.

    Args:
        image_shape: (height, width, channels) of the training images. Its sides decide on the depth: they are
            halved as long as both are even. The network accepts any size that can be halved as often.
        width: channels of the first layer, doubled at each halving up to 8 times as many; 64 in the paper.
        dropout: fraction of the outputs that the three innermost layers of the decoder drop: the paper's
            noise.

    Returns:
        A model from images (n, height, width, channels) in [-1, 1] to such images.

    Raises:
        ValueError: if the sides cannot be halved at least twice.
    """
    halvings = _halvings(image_shape)
    widths = [width * min(2**level, 8) for level in range(halvings)]
    images = keras.Input((None, None, image_shape[-1]))
    hidden, skips = images, []
    for level, channels in enumerate(widths):
        if level:
            hidden = layers.LeakyReLU(0.2)(hidden)
        plain = level in (0, halvings - 1)
        down = layers.Conv2D(channels, 4, 2, "same", use_bias=False, kernel_initializer=_normal())
        hidden = down(hidden) if plain else _normalize()(down(hidden))
        skips.append(hidden)
    for level in range(halvings - 1, 0, -1):
        up = layers.Conv2DTranspose(
            widths[level - 1], 4, 2, "same", use_bias=False, kernel_initializer=_normal()
        )
        hidden = _normalize()(up(layers.ReLU()(hidden)))
        if level >= halvings - 3:
            hidden = Dropout(dropout)(hidden)
        hidden = layers.Concatenate()([skips[level - 1], hidden])
    last = layers.Conv2DTranspose(image_shape[-1], 4, 2, "same", kernel_initializer=_normal())
    outputs = layers.Activation("tanh", dtype="float32")(last(layers.ReLU()(hidden)))
    return keras.Model(images, outputs, name="generator")


def _halvings(image_shape):
    height, width, _ = image_shape
    count = 0
    while height % 2 == 0 and width % 2 == 0:
        height, width, count = height // 2, width // 2, count + 1
    if count < 2:
        raise ValueError(
            f"image_shape must have sides that can be halved at least twice, got {image_shape}."
        )
    return count


def _normal(mean=0.0):
    return keras.initializers.RandomNormal(mean, 0.02)


def _normalize():
    return InstanceNormalization(gamma_initializer=_normal(1.0))
