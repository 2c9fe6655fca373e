"""SIREN: images as functions of coordinates (Sitzmann et al. 2020), in the form of the authors of GON."""

import keras
from keras import layers

from keras_gan.layers import Coordinates, Sine


def generator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    latent_dim: int = 32,
    width: int = 256,
    hidden: int = 4,
    frequency: float = 30.0,
) -> keras.Model:
    """Generator: the value of each pixel, by a network of its coordinates and the latents.

    Weights begin as U(-1/d, 1/d) in the first layer and as U(-b, b) with b = sqrt(6/d) / frequency in the
    others, of d inputs each (Sitzmann et al. 2020, section 3.2); biases as PyTorch's, U(-c, c) with c =
    1/sqrt(d).

    Args:
        image_shape: (height, width, channels) of any size.
        latent_dim: width of the latents.
        width: units of a hidden layer; 256 in the code of Bond-Taylor and Willcocks.
        hidden: number of hidden layers.
        frequency: omega_0 of the sines.

    Returns:
        A model from latents (n, latent_dim) to images (n, *image_shape), whose values are not bounded.
    """
    inputs = 2 + latent_dim
    bounds = [1.0 / inputs, *[(6.0 / width) ** 0.5 / frequency] * hidden]
    dense = [
        layers.Dense(
            units,
            kernel_initializer=keras.initializers.RandomUniform(-bound, bound),
            bias_initializer=keras.initializers.RandomUniform(-(before**-0.5), before**-0.5),
        )
        for units, bound, before in zip(
            [*[width] * hidden, image_shape[-1]], bounds, [inputs, *[width] * hidden], strict=True
        )
    ]
    hidden_layers = [part for layer in dense[:-1] for part in (layer, Sine(frequency))]
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            Coordinates(image_shape[:2]),
            *hidden_layers,
            dense[-1],
            layers.Activation("linear", dtype="float32"),
        ],
        name="generator",
    )


def resized(network: keras.Model, size: tuple[int, int]) -> keras.Model:
    """A SIREN with the same weights, for images of another size: with denser or sparser coordinates.

    Args:
        network: of `generator`, or another sequential or functional model with a `Coordinates` layer.
        size: (height, width).
    """

    def copied(layer):
        if isinstance(layer, Coordinates):
            return Coordinates(size)
        return type(layer).from_config(layer.get_config())

    copy = keras.models.clone_model(network, clone_function=copied)
    copy.set_weights(network.get_weights())
    return copy
