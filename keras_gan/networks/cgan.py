"""Label-conditioned networks of Mirza and Osindero 2014, section 4.1, for MNIST.

The paper gives no initializers; they are those of Goodfellow et al. 2014 (`networks.gan`), whose code it
extends.
"""

import math

import keras
from keras import layers

from keras_gan.layers import Dropout, Maxout

MAX_NORM = 1.9365  # that of the MNIST experiments of Goodfellow et al. 2013 (Maxout networks)


def generator(
    image_shape: tuple[int, int, int] = (28, 28, 1), num_classes: int = 10, latent_dim: int = 100
) -> keras.Model:
    """Generator: latents to 200 and labels to 1000 ReLU units, both to 1200, then a sigmoid.

    It has no dropout, unlike the paper's: with dropout, the generator uses the dropped units as its noise and
    ignores the latents. Generation has no dropout, so all images of a class look alike (on MNIST, the
    standard deviation of pixels within a class was 0.04 at generation and 0.24 with dropout).

    Args:
        image_shape: (height, width, channels) of the images.
        num_classes: number of classes; labels are 0 to num_classes - 1.
        latent_dim: width of the latents.

    Returns:
        A model from latents (n, latent_dim) and labels (n,) to images (n, *image_shape).
    """
    initializer = keras.initializers.RandomUniform(-0.05, 0.05)
    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    one_hot = layers.CategoryEncoding(num_classes, output_mode="one_hot")(labels)
    hidden = layers.Concatenate()(
        [
            layers.Dense(200, "relu", kernel_initializer=initializer)(latents),
            layers.Dense(1000, "relu", kernel_initializer=initializer)(one_hot),
        ]
    )
    hidden = layers.Dense(1200, "relu", kernel_initializer=initializer)(hidden)
    pixels = layers.Dense(math.prod(image_shape), "sigmoid", kernel_initializer=initializer)(hidden)
    images = layers.Rescaling(2.0, -1.0, dtype="float32")(layers.Reshape(image_shape)(pixels))
    return keras.Model([latents, labels], images, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (28, 28, 1), num_classes: int = 10
) -> keras.Model:
    """Discriminator: images to 240 and labels to 50 maxout units of 5 pieces, both to 240 units of 4 pieces.

    The norm of each piece's weights is limited, as in the paper of the maxout layer; the paper of these
    networks does not mention it. Without that limit and without dropout in the generator, training can
    diverge.

    Args:
        image_shape: (height, width, channels) of the images.
        num_classes: number of classes; labels are 0 to num_classes - 1.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] and labels (n,) to logits (n, 1).
    """
    initializer = keras.initializers.RandomUniform(-0.005, 0.005)
    images = keras.Input(image_shape, name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    one_hot = layers.CategoryEncoding(num_classes, output_mode="one_hot")(labels)
    pixels = Dropout(0.2)(layers.Flatten()(layers.Rescaling(0.5, 0.5)(images)))
    hidden = layers.Concatenate()(
        [
            Dropout(0.5)(Maxout(240, 5, initializer, MAX_NORM)(pixels)),
            Dropout(0.5)(Maxout(50, 5, initializer, MAX_NORM)(one_hot)),
        ]
    )
    hidden = Dropout(0.5)(Maxout(240, 4, initializer, MAX_NORM)(hidden))
    logits = layers.Dense(1, kernel_initializer=initializer, dtype="float32")(hidden)
    return keras.Model([images, labels], logits, name="discriminator")
