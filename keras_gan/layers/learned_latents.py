"""Latents that are learned, one for each training image (Bojanowski et al. 2018)."""

from typing import Any

import keras
import numpy as np
from keras import ops


class LearnedLatents(keras.layers.Layer):
    """A table of latents, one for each training image, in the unit ball (Bojanowski et al. 2018).

    It holds u = z / sqrt(rate): gradient descent on u at a learning rate r moves z at the rate r * rate.
    After each update every latent outside the ball is moved to its nearest point, z / |z|.

    Args:
        width: d, width of a latent.
        rate: learning rate of the latents, as a multiple of the optimizer's.

    Input shape (n,), row numbers; output shape (n, width).
    """

    def __init__(self, width: int, rate: float):
        super().__init__(dtype=keras.config.floatx())
        self.width = width
        self.scale = rate**0.5
        self.table = None
        self.built = True

    def start(self, num: int, seed: keras.random.SeedGenerator):
        """Makes latents of `num` images, uniform on the unit sphere."""
        normal = keras.random.normal((num, self.width), dtype=self.variable_dtype, seed=seed)
        norms = ops.sqrt(ops.sum(ops.square(normal), axis=1, keepdims=True))
        self.table = self.add_weight(
            shape=(num, self.width),
            initializer=lambda shape, dtype: normal / norms / self.scale,
            constraint=self._in_ball,
            name="table",
        )

    def drop(self):
        """Forgets all latents."""
        del self.table
        self.table = None

    def values(self) -> np.ndarray:
        """All latents, float (num, width)."""
        return ops.convert_to_numpy(self.table) * self.scale

    def call(self, rows: Any):
        return ops.take(self.table, rows, axis=0) * self.scale

    def _in_ball(self, table):
        norms = self.scale * ops.sqrt(ops.sum(ops.square(table), axis=1, keepdims=True))
        return table / ops.maximum(norms, 1.0)
