"""The base class of augmentations."""

from typing import Any

import keras

from keras_gan.objectives import Objective


class Augmentation(keras.layers.Layer):
    """Random, differentiable changes of images. Subclasses define `call(images, uniform)`.

    `images` are floats (n, height, width, channels), about [-1, 1]; `uniform(shape)` draws from U(0, 1), as
    `Game.uniform` does.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"dtype": keras.config.floatx(), **kwargs})
        self.built = True

    def check(self, objective: Objective, example_shape: tuple[int, ...]):
        """Raises a ValueError if the augmentation does not suit an objective or the shape of an example."""
        if len(example_shape) != 3:
            raise ValueError(
                "augmentation is for images (n, height, width, channels), but the generator outputs examples "
                f"{example_shape}."
            )

    def observe(self, real_logits: Any):
        """Called in each of the discriminator's updates with the logits (n, 1) of real images."""
