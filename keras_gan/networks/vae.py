"""Encoders and decoders of variational autoencoders.

`encoder` and `decoder` are those of Kingma and Welling 2014 for MNIST (section 5, appendix C): one hidden
layer of 500 tanh units each, weights from N(0, 0.01). `convolutional_encoder` is the mirror image of DCGAN's
generator, `networks.dcgan.generator`, which then is the decoder.
"""

import math

import keras
from keras import layers

from keras_gan.networks import dcgan


def encoder(
    image_shape: tuple[int, int, int] = (28, 28, 1), latent_dim: int = 20, units: int = 500
) -> keras.Model:
    """Encoder: a tanh layer, then the mean and the logarithm of the variance of q(z|x).

    Args:
        image_shape: (height, width, channels) of the images.
        latent_dim: width of the latents.
        units: width of the hidden layer.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to (n, 2 * latent_dim): means, then log variances.
    """
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Rescaling(0.5, 0.5),
            layers.Flatten(),
            layers.Dense(units, "tanh", kernel_initializer=_normal()),
            layers.Dense(2 * latent_dim, kernel_initializer=_normal(), dtype="float32"),
        ],
        name="encoder",
    )


def decoder(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    latent_dim: int = 20,
    units: int = 500,
    parameters: int = 1,
    activation: str | None = None,
) -> keras.Model:
    """Decoder: a tanh layer, then the parameters of p(x|z).

    Args:
        image_shape: (height, width, channels) of the images.
        latent_dim: width of the latents.
        units: width of the hidden layer.
        parameters: outputs for each channel of the image, as the likelihood takes them.
        activation: activation of the outputs, as the likelihood takes them.

    Returns:
        A model from latents (n, latent_dim) to (n, height, width, channels * parameters).
    """
    height, width, channels = image_shape
    outputs = (height, width, channels * parameters)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(units, "tanh", kernel_initializer=_normal()),
            layers.Dense(
                math.prod(outputs), activation, kernel_initializer=_normal(), dtype="float32"
            ),
            layers.Reshape(outputs),
        ],
        name="decoder",
    )


def convolutional_encoder(
    image_shape: tuple[int, int, int] = (64, 64, 3), latent_dim: int = 128, width: int = 64
) -> keras.Model:
    """Convolutional encoder: DCGAN's discriminator with 2 * latent_dim outputs in place of the logit.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        latent_dim: width of the latents.
        width: channels after the first layer.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to (n, 2 * latent_dim): means, then log variances.

    Raises:
        ValueError: on another image size.
    """
    trunk = dcgan.discriminator(image_shape, width)
    outputs = layers.Dense(
        2 * latent_dim,
        kernel_initializer=keras.initializers.RandomNormal(0.0, 0.02),
        dtype="float32",
    )
    return keras.Model(trunk.inputs, outputs(trunk.get_layer("features").output), name="encoder")


def _normal():
    """N(0, 0.01), a variance: a deviation of 0.1."""
    return keras.initializers.RandomNormal(0.0, 0.1)
