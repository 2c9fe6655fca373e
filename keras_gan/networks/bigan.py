"""Networks of BiGAN for MNIST without regard to the order of pixels (Donahue et al. 2017, appendix C.1).

Two hidden layers of 1,024 units each, the second with batch normalization that has no parameters; leaky ReLU
in the encoder and the discriminator, ReLU in the generator; no biases, weights from N(0, 0.02). As in the
authors' code, latents enter the second layer of generator and discriminator by a linear map of their own, and
the generator's first layer is normalized too.
"""

import keras
from keras import layers

from keras_gan.layers import BatchNormalization, LeakyReLU


def generator(
    image_shape: tuple[int, int, int] = (28, 28, 1), latent_dim: int = 50, units: int = 1024
) -> keras.Model:
    """Generator: latents (n, latent_dim) to images (n, *image_shape) in [-1, 1].

    Args:
        image_shape: (height, width, channels) of the images.
        latent_dim: width of the latents.
        units: units of both hidden layers; 1,024 in the paper.
    """
    latents = keras.Input((latent_dim,))
    hidden = layers.ReLU()(_normalized(_dense(units)(latents)))
    hidden = layers.Add()([_dense(units)(hidden), _dense(units)(latents)])
    hidden = layers.ReLU()(_normalized(hidden))
    pixels = image_shape[0] * image_shape[1] * image_shape[2]
    images = layers.Reshape(image_shape)(_dense(pixels)(hidden))
    # (1 + tanh(x / 2)) / 2 is the sigmoid of the authors, whose images lie in [0, 1].
    images = layers.Activation("tanh", dtype="float32")(layers.Rescaling(0.5)(images))
    return keras.Model(latents, images, name="generator")


def encoder(
    image_shape: tuple[int, int, int] = (28, 28, 1), latent_dim: int = 50, units: int = 1024
) -> keras.Model:
    """Encoder: images (n, *image_shape) in [-1, 1] to latents (n, latent_dim).

    Args:
        image_shape: (height, width, channels) of the images.
        latent_dim: width of the latents.
        units: units of both hidden layers; 1,024 in the paper.
    """
    images = keras.Input(image_shape)
    hidden = LeakyReLU(0.2)(_dense(units)(_flat(images)))
    hidden = LeakyReLU(0.2)(_normalized(_dense(units)(hidden)))
    latents = layers.Activation("linear", dtype="float32")(_dense(latent_dim)(hidden))
    return keras.Model(images, latents, name="encoder")


def discriminator(
    image_shape: tuple[int, int, int] = (28, 28, 1), latent_dim: int = 50, units: int = 1024
) -> keras.Model:
    """Discriminator: [images (n, *image_shape), latents (n, latent_dim)] to logits (n, 1).

    Args:
        image_shape: (height, width, channels) of the images.
        latent_dim: width of the latents.
        units: units of both hidden layers; 1,024 in the paper.
    """
    images, latents = keras.Input(image_shape), keras.Input((latent_dim,))
    hidden = LeakyReLU(0.2)(_dense(units)(_flat(images)))
    hidden = layers.Add()([_dense(units)(hidden), _dense(units)(latents)])
    hidden = LeakyReLU(0.2)(_normalized(hidden))
    logits = layers.Activation("linear", dtype="float32")(_dense(1)(hidden))
    return keras.Model([images, latents], logits, name="discriminator")


def _flat(images):
    """Pixels in [0, 1]."""
    return layers.Flatten()(layers.Rescaling(0.5, 0.5)(images))


def _dense(units):
    normal = keras.initializers.RandomNormal(0.0, 0.02)
    return layers.Dense(units, use_bias=False, kernel_initializer=normal)


def _normalized(hidden):
    return BatchNormalization(affine=False, momentum=0.9, epsilon=1e-5)(hidden)
