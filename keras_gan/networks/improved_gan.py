"""DCGAN's networks with the layers of Salimans et al. 2016."""

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
    """Generator: `dcgan.generator` with virtual instead of batch normalization (section 3.5).

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        latent_dim: width of the latents.
        width: channels before the last layer.
        reference: number of latents in the reference batch, which passes through the network with every
            batch.

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
    """Discriminator: `dcgan.discriminator` with minibatch discrimination before the logit (section 3.2).

    Feature matching uses the outputs of its layer "features".

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        width: channels after the first layer.
        kernels: number of features that minibatch discrimination appends.
        dimensions: dimensions of the vectors that it compares.

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
