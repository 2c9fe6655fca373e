"""Encoders and decoders of variational autoencoders.

`encoder` and `decoder` are those of Kingma and Welling 2014 for MNIST (section 5, appendix C): one hidden
layer of 500 tanh units each, weights from N(0, 0.01). `convolutional_encoder` is the mirror image of DCGAN's
generator, `networks.dcgan.generator`, which then is the decoder. `strided_encoder` and `strided_decoder` are
the small networks of Higgins et al. 2017 for faces and chairs, as reimplementations have them: convolutions
of 4x4 and stride 2 with 32, 32, 64 and 64 channels, 256 units, ReLU.
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


def strided_encoder(
    image_shape: tuple[int, int, int] = (64, 64, 1), latent_dim: int = 10, width: int = 32
) -> keras.Model:
    """Encoder of four strided convolutions and a dense layer, then means and log variances of q(z|x).

    Args:
        image_shape: (height, width, channels), sides divisible by 16.
        latent_dim: width of the latents.
        width: channels of the first two convolutions; the others have twice as many, the dense layer eight
            times.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to (n, 2 * latent_dim): means, then log variances.

    Raises:
        ValueError: on sides that are not divisible by 16.
    """
    _sixteenth(image_shape)
    convolutions = [
        layers.Conv2D(channels, 4, 2, "same", activation="relu")
        for channels in (width, width, 2 * width, 2 * width)
    ]
    return keras.Sequential(
        [
            keras.Input(image_shape),
            *convolutions,
            layers.Flatten(),
            layers.Dense(8 * width, "relu"),
            layers.Dense(2 * latent_dim, dtype="float32"),
        ],
        name="encoder",
    )


def strided_decoder(
    image_shape: tuple[int, int, int] = (64, 64, 1),
    latent_dim: int = 10,
    width: int = 32,
    parameters: int = 1,
    activation: str | None = None,
) -> keras.Model:
    """Decoder, the mirror image of `strided_encoder`, to the parameters of p(x|z).

    Args:
        image_shape: (height, width, channels), sides divisible by 16.
        latent_dim: width of the latents.
        width: as for `strided_encoder`.
        parameters: outputs for each channel of the image, as the likelihood takes them.
        activation: activation of the outputs, as the likelihood takes them.

    Returns:
        A model from latents (n, latent_dim) to (n, height, width, channels * parameters).

    Raises:
        ValueError: on sides that are not divisible by 16.
    """
    smallest = (*_sixteenth(image_shape), 2 * width)
    convolutions = [
        layers.Conv2DTranspose(channels, 4, 2, "same", activation="relu")
        for channels in (2 * width, width, width)
    ]
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(8 * width, "relu"),
            layers.Dense(math.prod(smallest), "relu"),
            layers.Reshape(smallest),
            *convolutions,
            layers.Conv2DTranspose(image_shape[-1] * parameters, 4, 2, "same"),
            layers.Activation(activation or "linear", dtype="float32"),
        ],
        name="decoder",
    )


def _sixteenth(image_shape):
    """Height and width after four halvings."""
    if any(side % 16 for side in image_shape[:2]):
        raise ValueError(f"The sides of images must be divisible by 16, got {tuple(image_shape)}.")
    return tuple(side // 16 for side in image_shape[:2])


def _normal():
    """N(0, 0.01), a variance: a deviation of 0.1."""
    return keras.initializers.RandomNormal(0.0, 0.1)
