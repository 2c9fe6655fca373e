"""What an augmentation is."""

from typing import Any

import keras


class Augmentation(keras.layers.Layer):
    """Changes images at random, differentiably. Subclasses define `call(images, uniform)`.

    `images` are floats (n, height, width, channels), about [-1, 1]; `uniform(shape)` draws from U(0, 1), as
    `Game.uniform` does.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"dtype": keras.config.floatx(), **kwargs})
        self.built = True

    def observe(self, real_logits: Any):
        """Told the logits (n, 1) of the real images of each of the discriminator's moves."""
