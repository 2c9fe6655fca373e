"""Coordinates of the pixels of an image, for networks that are functions of a place."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Coordinates(keras.layers.Layer):
    """The latents of an example at each pixel of an image, behind the pixel's coordinates y and x in [-1, 1].

    The centers of the outer pixels have the coordinates -1 and 1, whatever the size.

    Args:
        size: (height, width) of the image.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, d), output shape (n, height, width, 2 + d).
    """

    def __init__(self, size: tuple[int, int], **kwargs):
        super().__init__(**kwargs)
        self.size = tuple(size)

    def call(self, latents):
        sides = [np.linspace(-1.0, 1.0, side) for side in self.size]
        grid = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1)
        grid = ops.cast(grid[None], latents.dtype)
        num, width = ops.shape(latents)[0], latents.shape[1]
        grid = ops.broadcast_to(grid, (num, *self.size, 2))
        latents = ops.broadcast_to(latents[:, None, None], (num, *self.size, width))
        return ops.concatenate([grid, latents], axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.size, 2 + input_shape[1])

    def get_config(self):
        return {**super().get_config(), "size": self.size}
