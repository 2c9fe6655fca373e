"""AC-GAN's networks (Odena et al. 2017), from the table for CIFAR-10 in appendix A.

Strided 5x5 transposed convolutions with batch normalization and ReLU in the generator; six 3x3 convolutions
with batch normalization, leaky ReLU of slope 0.2 and dropout in the discriminator. Weights from N(0, 0.02),
an epsilon of 1e-5 in batch normalization.

Deviations: the class is concatenated to the latents as a one-hot vector; there is no activation noise.
"""

import keras
from keras import layers

from keras_gan.layers import BatchNormalization, Conv2DTranspose, Dropout, LeakyReLU
from keras_gan.networks.dcgan import scales


def generator(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    num_classes: int = 10,
    latent_dim: int = 100,
    width: int = 96,
) -> keras.Model:
    """Generator: latents and class, projected to 4x4 (7x7 for 28 pixels) and upsampled to the image.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        num_classes: classes 0 to num_classes - 1.
        latent_dim: width of the latents; 100 in the paper, and 10 for the class.
        width: channels before the last layer.

    Returns:
        A model from [latents (n, latent_dim), labels (n,)] to images (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: on another image size.
    """
    base, doublings = scales(image_shape)
    widths = [width * 2**level for level in reversed(range(doublings))]
    latents, labels = keras.Input((latent_dim,)), keras.Input((), dtype="int32")
    one_hot = layers.CategoryEncoding(num_classes, output_mode="one_hot")(labels)
    hidden = layers.Concatenate()([latents, one_hot])
    hidden = layers.Dense(base * base * widths[0], "relu", kernel_initializer=_normal())(hidden)
    hidden = layers.Reshape((base, base, widths[0]))(hidden)
    for channels in widths[1:]:
        hidden = Conv2DTranspose(channels, 5, 2, "same", kernel_initializer=_normal())(hidden)
        hidden = layers.ReLU()(BatchNormalization(momentum=0.9, epsilon=1e-5)(hidden))
    hidden = Conv2DTranspose(image_shape[-1], 5, 2, "same", kernel_initializer=_normal())(hidden)
    images = layers.Activation("tanh", dtype="float32")(hidden)
    return keras.Model([latents, labels], images, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    num_classes: int = 10,
    width: int = 16,
    dropout: float = 0.5,
) -> keras.Model:
    """Discriminator: six convolutions of growing width, and heads for real or fake and for the class.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        num_classes: number of classes.
        width: channels after the first layer.
        dropout: fraction of features that are dropped after each convolution.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to [logits (n, 1), class logits (n, num_classes)].

    Raises:
        ValueError: on another image size.
    """
    _, halvings = scales(image_shape)
    images = keras.Input(image_shape)
    hidden = images
    for level in range(6):
        stride = 2 if level % 2 == 0 and level // 2 < halvings else 1
        hidden = layers.Conv2D(width * 2**level, 3, stride, "same", kernel_initializer=_normal())(
            hidden
        )
        hidden = BatchNormalization(momentum=0.9, epsilon=1e-5)(hidden) if level else hidden
        hidden = Dropout(dropout)(LeakyReLU(0.2)(hidden))
    hidden = layers.Flatten(name="features")(hidden)
    heads = [
        layers.Dense(units, kernel_initializer=_normal(), dtype="float32")(hidden)
        for units in (1, num_classes)
    ]
    return keras.Model(images, heads, name="discriminator")


def _normal():
    return keras.initializers.RandomNormal(0.0, 0.02)
