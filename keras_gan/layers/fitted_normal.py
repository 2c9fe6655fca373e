"""A normal distribution that is fitted to latents."""

import keras
import numpy as np
from keras import ops


class FittedNormal(keras.layers.Layer):
    """Maps N(0, 1) numbers to a normal distribution with the mean and full covariance of given latents.

    z = mean + x S, where S is the symmetric square root of the covariance: it exists for any number of
    latents, and is unique, whichever machine computes it.

    Args:
        width: d, width of a latent.
        in_ball: whether what lies outside the unit ball is moved to its nearest point, z / |z|.

    Input and output shape (n, width).
    """

    def __init__(self, width: int, in_ball: bool = False):
        super().__init__(dtype=keras.config.floatx())
        self.in_ball = in_ball
        fixed = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
        self.mean = self.add_weight(shape=(width,), name="mean", **fixed)
        self.root = self.add_weight(shape=(width, width), name="root", **fixed)
        self.built = True

    @property
    def fitted(self) -> bool:
        """Whether there is a distribution."""
        return bool(np.any(ops.convert_to_numpy(self.root)))

    def fit(self, latents: np.ndarray):
        """Takes the mean and the covariance of latents (n, width), n at least 2."""
        latents = np.asarray(latents, np.float64)
        self.fit_moments(
            latents.mean(axis=0), np.cov(latents, rowvar=False).reshape(self.root.shape)
        )

    def fit_moments(self, mean: np.ndarray, covariance: np.ndarray):
        """Takes a mean (width,) and a covariance (width, width)."""
        values, vectors = np.linalg.eigh(covariance)
        self.mean.assign(mean)
        self.root.assign(vectors * np.sqrt(values.clip(0.0)) @ vectors.T)

    def call(self, inputs):
        latents = self.mean + ops.matmul(inputs, self.root)
        if self.in_ball:
            norms = ops.sqrt(ops.sum(ops.square(latents), axis=1, keepdims=True))
            latents = latents / ops.maximum(norms, 1.0)
        return latents

    def compute_output_shape(self, input_shape):
        return input_shape
