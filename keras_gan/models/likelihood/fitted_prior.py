"""Generators of latents from a normal distribution, fitted to those of the training images."""

import keras

from keras_gan import backend
from keras_gan.layers.fitted_normal import FittedNormal
from keras_gan.tasks.generation import Generation


class FittedPrior(Generation):
    """A generator with a `prior`, to which `call` maps N(0, 1) numbers; it is fitted after each epoch.

    Subclasses set `prior`, None for latents that are N(0, 1) themselves, and define `fit_prior`.
    """

    prior: FittedNormal | None

    def fit_prior(self):
        """Fits the prior to the latents of the training images."""
        raise NotImplementedError

    def latents(self, num, seed=None):
        """`num` N(0, 1) numbers (num, latent_dim), which `call` maps to the prior.

        Raises:
            ValueError: as `Generation.latents`, and before the first epoch has ended.
        """
        if self.prior is not None and not self.prior.fitted:
            raise ValueError(
                f"A {type(self).__name__} generates from the distribution of the latents of its training "
                "images: fit it first."
            )
        return super().latents(num, seed)

    def images_of(self, latents):
        """Images of latents as the training images have them, past the prior, in batches."""
        found = self.sampling_generator.predict(latents, batch_size=100, verbose=0)
        return self.to_people(found)

    def own_callbacks(self):
        """Those of a `Game`, and one that fits the prior after each epoch."""
        return [*super().own_callbacks(), *([] if self.prior is None else [_FitPrior()])]


class _FitPrior(keras.callbacks.Callback):
    """Fits the prior after each epoch."""

    def on_epoch_end(self, epoch, logs=None):
        backend.synchronize(self.model)
        self.model.fit_prior()
