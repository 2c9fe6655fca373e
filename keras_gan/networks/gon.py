"""Networks of gradient origin networks (Bond-Taylor and Willcocks 2021), after the authors' code.

Transposed convolutions of 4x4 with biases, ELU, whose second derivative is not zero as that of ReLU is, and
weights that begin as PyTorch's do, U(-b, b) with b = 1 / sqrt(16 outputs).

Deviation: group in place of batch normalization, with as many parameters. The gradient at the origin is
taken where all examples of a batch are equal: the statistics of batches there and those of latents have
nothing in common, so moving averages suit neither, and batches make the latents of an image depend on others.
"""

import keras
from keras import layers

from keras_gan.layers import Conv2DTranspose, GroupNormalization
from keras_gan.networks.dcgan import scales


def generator(
    image_shape: tuple[int, int, int] = (32, 32, 1),
    latent_dim: int = 32,
    width: int = 16,
    groups: int = 8,
    parameters: int = 1,
    activation: str | None = "tanh",
) -> keras.Model:
    """Generator: a map of 4x4 (7x7 for 28 pixels), then layers that double size and halve width.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        latent_dim: width of the latents; 32 in the authors' code, 48 for the variational form.
        width: channels before the last layer; 16, and 32 for the variational form.
        groups: groups of the normalization, which divide `width`.
        parameters: outputs for each channel of an image, as a likelihood requires them.
        activation: "tanh", for images in [-1, 1]; None for the parameters of a likelihood.

    Returns:
        A model from latents (n, latent_dim) to outputs (n, height, width, channels * parameters).

    Raises:
        ValueError: on another image size, or groups that do not divide the width.
    """
    base, doublings = scales(image_shape)
    widths = [width * 2**level for level in reversed(range(doublings))]
    upsampled = []
    for channels in widths[1:]:
        upsampled += [_upsample(channels), GroupNormalization(groups), layers.ELU()]
    first = layers.Conv2DTranspose(widths[0], base, **_uniform(widths[0], base))
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Reshape((1, 1, latent_dim)),
            first,
            GroupNormalization(groups),
            layers.ELU(),
            *upsampled,
            _upsample(image_shape[-1] * parameters),
            layers.Activation(activation, dtype="float32"),
        ],
        name="generator",
    )


def heads(latent_dim: int = 48) -> keras.Model:
    """Heads of the variational form: from the gradient at the origin to means and log variances of q(z|x).

    Args:
        latent_dim: width of the latents.

    Returns:
        A model from (n, latent_dim) to (n, 2 * latent_dim), float32.
    """
    bound = latent_dim**-0.5
    uniform = keras.initializers.RandomUniform(-bound, bound)
    dense = layers.Dense(
        2 * latent_dim, kernel_initializer=uniform, bias_initializer=uniform, dtype="float32"
    )
    return keras.Sequential([keras.Input((latent_dim,)), dense], name="heads")


def _upsample(channels):
    return Conv2DTranspose(channels, 4, 2, "same", **_uniform(channels, 4))


def _uniform(channels, side):
    bound = (channels * side * side) ** -0.5
    uniform = keras.initializers.RandomUniform(-bound, bound)
    return {"kernel_initializer": uniform, "bias_initializer": uniform}
