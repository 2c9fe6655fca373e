"""Generators of normalizing flows: any bijection, or chain of them, as a network that `Flow` takes."""

import math

import keras

from keras_gan.layers import Bijection, Inverse


def generator(bijection: Bijection, example_shape: tuple[int, ...]) -> keras.Model:
    """Generator of a flow: the inverse of a bijection.

    `get_layer("flow")` is a `keras_gan.layers.Inverse`, whose `encode` maps examples to latents.

    Args:
        bijection: from examples (n, *example_shape) to latents.
        example_shape: (height, width, channels) of images, or (d,) of vectors.

    Returns:
        A model from latents (n, d), as many values as an example has, to examples.

    Raises:
        ValueError: if the examples do not suit the bijection.

    Example:

    ```python
    flow = keras_gan.layers.Chain([keras_gan.layers.ActNorm(), keras_gan.layers.InvertibleConvolution()])
    generator = keras_gan.networks.flow.generator(flow, (2,))
    ```
    """
    latents = keras.Input((math.prod(example_shape),))
    examples = Inverse(bijection, example_shape, name="flow")(latents)
    return keras.Model(latents, examples, name="generator")
