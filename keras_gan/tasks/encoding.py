"""Encoding: the task of generators that also find the latents of a given image."""

import numpy as np

from keras_gan.tasks.generation import Generation


class Encoding(Generation):
    """A game with a generator and a way from images back to latents. Subclasses define `encode`.

    Attributes:
        exact: whether the generator maps the latents of any image back to that image.
    """

    exact = False
    own_metrics = ("reconstruction",)

    @property
    def evaluation_metrics(self):
        """Those of generation, and `disentanglement`, which requires images of known factors."""
        return (*super().evaluation_metrics, "disentanglement")

    def encode(self, images: np.ndarray):
        """The latents of images; what it returns is for the model to say.

        Args:
            images: (n, height, width, channels), uint8 or floats in [-1, 1].
        """
        raise NotImplementedError

    def latents_of(self, images: np.ndarray) -> np.ndarray:
        """One vector of latents (n, latent_dim) for each image: what `encode` finds, or its mean.

        Args:
            images: as for `encode`.
        """
        return self.encode(images)

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Images again, each generated from its own latents, those of `latents_of`.

        Args:
            images: (n, height, width, channels), uint8 or floats in [-1, 1].

        Returns:
            uint8 (n, height, width, channels); floats where examples are no images.

        Raises:
            ValueError: on images that do not suit the model.
        """
        return self.synthesize(self.latents_of(images))

    def measure(self, metric, images):
        if metric == "reconstruction":
            # Here, as a training needs no metrics.
            from keras_gan.metrics.reconstruction import reconstruction_error

            return reconstruction_error(self.reconstruct(images), images)
        return super().measure(metric, images)
