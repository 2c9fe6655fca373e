"""SNGAN's networks (Miyato et al. 2018): convolutional (table 3) and residual (table 4).

Weights are drawn from Glorot's uniform distribution, Keras's default; the paper does not mention it. Those of
3x3 kernels in residual blocks are sqrt(2) times as large, as in the authors' code.
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
from keras_gan.networks.dcgan import scales


def generator(
    image_shape: tuple[int, int, int] = (32, 32, 3), latent_dim: int = 128, width: int = 64
) -> keras.Model:
    """Generator: latents, projected to 4x4 (7x7 for 28 pixels), upsampling layers, then a 3x3 convolution.

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
    """Discriminator: pairs of a 3x3 and a 4x4 convolution of stride 2, all with spectral normalization only.

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
            blocks += [SpectralNormalization(convolution), LeakyReLU(0.1)]
    last = layers.Conv2D(width * 2**halvings, 3, padding="same")
    return keras.Sequential(
        [
            keras.Input(image_shape),
            *blocks,
            SpectralNormalization(last),
            LeakyReLU(0.1),
            layers.Flatten(name="features"),
            SpectralNormalization(layers.Dense(1, dtype="float32")),
        ],
        name="discriminator",
    )


def resnet_generator(
    image_shape: tuple[int, int, int] = (32, 32, 3), latent_dim: int = 128, width: int = 256
) -> keras.Model:
    """Residual generator: latents to a map of 4x4, then three residual blocks that double it (table 4).

    With the defaults it has 4,276,739 trainable parameters, as many as torch-mimicry's.

    Args:
        image_shape: (height, width, channels), of 32x32 pixels.
        latent_dim: width of the latents.
        width: channels of every block; 256 in the paper.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: on another image size.
    """
    _check_32(image_shape)
    latents = keras.Input((latent_dim,))
    hidden = layers.Reshape((4, 4, width))(layers.Dense(4 * 4 * width)(latents))
    for _ in range(3):
        shortcut = layers.Conv2D(width, 1)(layers.UpSampling2D()(hidden))
        hidden = layers.UpSampling2D()(_normal_relu(hidden))
        hidden = _normal_relu(_convolution(width)(hidden))
        hidden = layers.Add()([_convolution(width)(hidden), shortcut])
    hidden = layers.Conv2D(image_shape[-1], 3, padding="same")(_normal_relu(hidden))
    images = layers.Activation("tanh", dtype="float32")(hidden)
    return keras.Model(latents, images, name="generator")


def resnet_discriminator(
    image_shape: tuple[int, int, int] = (32, 32, 3), width: int = 128
) -> keras.Model:
    """Residual discriminator: four blocks, the first two of which halve the image, and a sum (table 4).

    All kernels are spectrally normalized; there is no other normalization. With the defaults it has 1,053,825
    trainable parameters, as many as torch-mimicry's.

    Args:
        image_shape: (height, width, channels), of 32x32 pixels.
        width: channels of every block; 128 in the paper.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    _check_32(image_shape)
    images = keras.Input(image_shape)
    hidden = images
    for level in range(4):
        shortcut = hidden
        hidden = layers.ReLU()(hidden) if level else hidden
        hidden = layers.ReLU()(SpectralNormalization(_convolution(width))(hidden))
        hidden = SpectralNormalization(_convolution(width))(hidden)
        if level < 2:
            # Pooling and a pointwise convolution commute; it is cheaper to pool first.
            hidden, shortcut = (layers.AveragePooling2D(2)(x) for x in (hidden, shortcut))
            shortcut = SpectralNormalization(layers.Conv2D(width, 1))(shortcut)
        hidden = layers.Add()([hidden, shortcut])
    hidden = layers.GlobalAveragePooling2D()(layers.ReLU()(hidden))
    hidden = layers.Rescaling(8 * 8, name="features")(hidden)
    logits = SpectralNormalization(layers.Dense(1, dtype="float32"))(hidden)
    return keras.Model(images, logits, name="discriminator")


def _normal_relu(hidden):
    return layers.ReLU()(BatchNormalization(momentum=0.9, epsilon=2e-5)(hidden))


def _convolution(width):
    # Glorot's limit, times sqrt(2).
    initializer = keras.initializers.VarianceScaling(2.0, "fan_avg", "uniform")
    return layers.Conv2D(width, 3, padding="same", kernel_initializer=initializer)


def _check_32(image_shape):
    if tuple(image_shape[:2]) != (32, 32):
        raise ValueError(f"image_shape must be of 32x32 pixels, got {image_shape}.")
