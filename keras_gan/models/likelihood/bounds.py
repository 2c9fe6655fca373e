"""Bounds of log p(x) for models of latents z with a normal q(z|x) and a decoder p(x|z)."""

import math
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.arguments import check_count
from keras_gan.batching import in_batches
from keras_gan.metric import Metric, mean_metric, named
from keras_gan.modalities.images import to_network
from keras_gan.objectives.likelihoods import Likelihood
from keras_gan.tasks.encoding import Encoding


class Bounds(Encoding):
    """A generator of images with a likelihood, and latents of images with a distribution.

    Subclasses have a `likelihood`, and define `posteriors`.
    """

    likelihood: Likelihood

    def check_outputs(self):
        """Raises a ValueError if the generator has outputs that the likelihood does not take."""
        channels, parameters = self.generator.output_shape[-1], self.likelihood.parameters
        if channels % parameters:
            raise ValueError(
                f"The {type(self.likelihood).__name__} likelihood takes {parameters} outputs of the "
                f"generator for each channel, got {channels} channels."
            )

    def posteriors(self, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Means and deviations of q(z|x), both (n, latent_dim), of images as the likelihood observes them."""
        raise NotImplementedError

    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The normal distribution q(z|x) of each image.

        Args:
            images: (n, height, width, channels), uint8 or floats in [-1, 1].

        Returns:
            Means and deviations, both float32 (n, latent_dim).

        Raises:
            ValueError: on images that do not suit the model.
        """
        images = np.asarray(images)
        self.check_data(images)
        return self.posteriors(ops.convert_to_numpy(to_network(images)))

    def posterior(self, images: np.ndarray) -> Any:
        """The normal distributions q(z|x) of images as one of TensorFlow Probability.

        Args:
            images: as for `encode`.

        Returns:
            A `MultivariateNormalDiag` with as many members as images and events of `latent_dim` numbers.

        Raises:
            ImportError: where TensorFlow Probability is not installed.
            ValueError: on images that do not suit the model.
        """
        means, deviations = self.encode(images)
        distributions = backend.probability().distributions
        return distributions.MultivariateNormalDiag(means, deviations)

    def latents_of(self, images: np.ndarray) -> np.ndarray:
        """The mean z of each image's q(z|x), float32 (n, latent_dim).

        Args:
            images: as for `encode`.
        """
        return self.encode(images)[0]

    def elbo(
        self, images: np.ndarray, samples: int = 1, seed: int | None = 0
    ) -> dict[str, np.ndarray]:
        """The evidence lower bound of each image, an estimate without bias.

        Args:
            images: as for `encode`; a likelihood of black and white pixels draws such images of gray ones.
            samples: draws of z for each image.
            seed: seed of the random numbers; fresh ones if None.

        Returns:
            "elbo", "reconstruction" (E_q[log p(x|z)], at most 0 for discrete pixels) and "kl", whose
            difference the ELBO is: (n,), in nats.

        Raises:
            ValueError: on images that do not suit the model, or if `samples` < 1.
        """
        check_count("samples", samples)
        reconstructions, divergences = [], []
        for observed, means, deviations, rng in self._observed(images, seed):
            draws = [self._draw(observed, means, deviations, rng)[0] for _ in range(samples)]
            reconstructions.append(np.mean(draws, axis=0))
            divergence = kl_to_prior(means, 2.0 * np.log(deviations))
            divergences.append(ops.convert_to_numpy(divergence))
        reconstruction, divergence = np.concatenate(reconstructions), np.concatenate(divergences)
        return {
            "elbo": reconstruction - divergence,
            "reconstruction": reconstruction,
            "kl": divergence,
        }

    def log_likelihood(
        self, images: np.ndarray, samples: int = 500, seed: int | None = 0
    ) -> np.ndarray:
        """The importance-weighted estimate of log p(x): at most that on average, and tight for many samples.

        log of the mean over z ~ q(z|x) of p(x|z) p(z) / q(z|x) (Burda et al. 2016, equation 8).

        Args:
            images: as for `elbo`.
            samples: draws of z for each image; 1 gives the ELBO on average.
            seed: seed of the random numbers; fresh ones if None.

        Returns:
            (n,), in nats.

        Raises:
            ValueError: on images that do not suit the model, or if `samples` < 1.
        """
        check_count("samples", samples)
        found = []
        for observed, means, deviations, rng in self._observed(images, seed):
            total = np.full(len(observed), -np.inf)
            for _ in range(samples):
                log_prob, noise, latents = self._draw(observed, means, deviations, rng)
                # log p(z) - log q(z|x): the factors of 2 pi cancel.
                log_weight = 0.5 * (noise**2 - latents**2).sum(axis=1)
                log_weight += np.log(deviations).sum(axis=1)
                total = np.logaddexp(total, log_prob + log_weight)
            found.append(total - math.log(samples))
        return np.concatenate(found)

    def bits_per_dim(self, images: np.ndarray, samples: int = 500, seed: int | None = 0) -> Metric:
        """The negative `log_likelihood` in bits for each pixel and channel.

        Args:
            images: as for `elbo`.
            samples: draws of z for each image.
            seed: seed of the random numbers; fresh ones if None.

        Raises:
            ValueError: as `log_likelihood` does, and for a likelihood that is a density, such as `Normal`.
        """
        if not self.likelihood.discrete:
            raise ValueError(
                f"bits_per_dim needs a likelihood of levels, such as DiscretizedLogistic; that of this "
                f"model, {type(self.likelihood).__name__}, is a density."
            )
        bits = -self.log_likelihood(images, samples, seed)
        bits /= math.log(2.0) * math.prod(self.example_shape)
        definition = (
            f"Bits for each pixel and channel: the importance-weighted estimate of -log2 p(x) of {samples} "
            "samples, an upper bound on average; smaller is better"
        )
        return mean_metric(named("bits_per_dim", f"{samples} samples", len(bits)), bits, definition)

    def measure(self, metric, images):
        num = len(images)
        if metric == "elbo":
            definition = "Evidence lower bound of log p(x) in nats, one draw of z; larger is better"
            return mean_metric(
                named("elbo", "1 sample", num), self.elbo(images)["elbo"], definition
            )
        if metric == "log_likelihood":
            definition = (
                "Importance-weighted estimate of log p(x) in nats (Burda et al. 2016, equation 8); larger "
                "is better"
            )
            return mean_metric(
                named("log_likelihood", "500 samples", num), self.log_likelihood(images), definition
            )
        if metric == "bits_per_dim":
            return self.bits_per_dim(images)
        return super().measure(metric, images)

    @property
    def own_metrics(self):
        """Metrics that the model measures of itself: bits only where the likelihood is one of levels."""
        names = (*super().own_metrics, "elbo", "log_likelihood")
        return (*names, "bits_per_dim") if self.likelihood.discrete else names

    def _observed(self, images, seed):
        """Observed images, their q(z|x), and random numbers, some hundred images at a time."""
        images = np.asarray(images)
        self.check_data(images)
        rng = np.random.default_rng(seed)
        uniform = partial(rng.random, dtype=np.float32)
        for rows in in_batches(len(images), 500):
            observed = self.likelihood.observe(to_network(images[rows]), uniform)
            observed = ops.convert_to_numpy(observed)
            yield observed, *self.posteriors(observed), rng

    def _draw(self, images, means, deviations, rng):
        """The log p(x|z) (n,) of a z ~ q(z|x) for each image, its noise, and z."""
        noise = rng.standard_normal(means.shape, np.float32)
        latents = means + deviations * noise
        outputs = keras.Model.predict_on_batch(self.sampling_generator, latents)
        return ops.convert_to_numpy(self.likelihood.log_prob(outputs, images)), noise, latents


def kl_to_prior(means: Any, log_variances: Any) -> Any:
    """KL(N(mean, variance) | N(0, I)) (n,) in nats, of diagonal covariances.

    Kingma and Welling 2014, appendix B.
    """
    # In at least 32 bits: 1 - exp(0.01) would vanish in bfloat16.
    means, log_variances = (ops.cast(x, keras.config.floatx()) for x in (means, log_variances))
    terms = ops.square(means) + ops.exp(log_variances) - 1.0 - log_variances
    return 0.5 * ops.sum(terms, axis=-1)
