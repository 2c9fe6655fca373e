"""The DCGAN networks with the layers of Salimans et al. 2016."""

import keras
from keras import layers

from keras_gan.layers import (
    BatchNormalization,
    DropReference,
    MinibatchDiscrimination,
    ReferenceBatch,
    VirtualBatchNormalization,
)
from keras_gan.networks import dcgan


def generator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    latent_dim: int = 100,
    width: int = 64,
    reference: int = 64,
) -> keras.Model:
    """`dcgan.generator` with virtual instead of batch normalization (section 3.5).

    Args:
        image_shape: as for `dcgan.generator`.
        latent_dim: as for `dcgan.generator`.
        width: as for `dcgan.generator`.
        reference: number of latents in the reference batch, which passes the network with every batch.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: on another image size.
    """
    latents = keras.Input((latent_dim,))
    hidden = ReferenceBatch(reference)(latents)
    for layer in dcgan.generator(image_shape, latent_dim, width).layers:
        if isinstance(layer, BatchNormalization):
            initializer = keras.initializers.RandomNormal(1.0, 0.02)
            layer = VirtualBatchNormalization(reference, gamma_initializer=initializer)
        hidden = layer(hidden)
    return keras.Model(latents, DropReference(reference)(hidden), name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    width: int = 64,
    kernels: int = 100,
    dimensions: int = 5,
) -> keras.Model:
    """`dcgan.discriminator` with minibatch discrimination before its logit (section 3.2).

    Its layer "features" is what feature matching wants.

    Args:
        image_shape: as for `dcgan.discriminator`.
        width: as for `dcgan.discriminator`.
        kernels: as for `layers.MinibatchDiscrimination`.
        dimensions: as for `layers.MinibatchDiscrimination`.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    plain = dcgan.discriminator(image_shape, width)
    initializer = keras.initializers.RandomNormal(0.0, 0.02)
    images = keras.Input(image_shape)
    hidden = images
    for layer in plain.layers[:-1]:
        hidden = layer(hidden)
    hidden = MinibatchDiscrimination(kernels, dimensions, initializer)(hidden)
    logits = layers.Dense(1, kernel_initializer=initializer, dtype="float32")(hidden)
    return keras.Model(images, logits, name="discriminator")
