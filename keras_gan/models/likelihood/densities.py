"""Exact densities: what a model whose generator can be inverted is used for."""

import math
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan.arguments import check_count, check_finite
from keras_gan.batching import in_batches
from keras_gan.layers import Inverse
from keras_gan.metric import Metric, mean_metric, named
from keras_gan.modalities.images import to_network
from keras_gan.models.likelihood import probability
from keras_gan.tasks.encoding import Encoding

LEVELS = 127.5
"""Levels of an image in a unit of [-1, 1]."""


class ExactDensity(Encoding):
    """A generator x = f^-1(z) of latents z ~ N(0, I): log p(x) = log N(f(x); 0, I) + log |det df/dx|.

    Subclasses have the setting `dequantize`, and a `generator` with a layer "flow", a
    `keras_gan.layers.Inverse`; they call `start_encoding` once they have it and its average.
    """

    exact = True
    truncations = (0.5, 1.0)
    truncation_rule = "not be negative"

    dequantize: bool

    @property
    def layer(self) -> Inverse:
        """The layer of the generator that maps latents to examples, and back."""
        return self.generator.get_layer("flow")

    def start_encoding(self):
        """Prepares the way from examples to latents, by the weights of the sampling generator."""
        examples = keras.Input(self.example_shape)
        outputs = self.sampling_generator.get_layer("flow").encode(examples)
        # As a function: the model is no part of this one, whose generator holds the weights.
        encoder = keras.Model(examples, outputs)
        self._encode_batch = partial(keras.Model.predict_on_batch, encoder)

    @property
    def in_bits(self) -> bool:
        """Whether the loss is in bits for each pixel and channel of dequantized images."""
        return self.generates_images and self.dequantize

    @property
    def own_metrics(self):
        """Metrics that the model measures of itself; the error of reconstructions is none, as it is zero."""
        return ("bits_per_dim",) if self.in_bits else ()

    # The density.

    def log_prob(self, examples: np.ndarray) -> np.ndarray:
        """The exact log p(x) of each example in nats; of images the density in [-1, 1], without noise.

        Args:
            examples: images (n, height, width, channels), uint8 or floats in [-1, 1], or vectors (n, d).

        Returns:
            float64 (n,); -inf for an example so far from the data that its latents overflow.

        Raises:
            ValueError: on examples that do not suit the model, and where the network gives NaN for all.
        """
        return self._log_prob(self._floats(examples))

    def encode(self, examples: np.ndarray) -> np.ndarray:
        """The latents of examples, which `decode` maps back to them.

        Args:
            examples: as for `log_prob`.

        Returns:
            float32 (n, latent_dim).

        Raises:
            ValueError: on examples that do not suit the model.
        """
        return self._encoded(self._floats(examples))[0]

    def bits_per_dim(self, images: np.ndarray, samples: int = 1, seed: int | None = 0) -> Metric:
        """The negative log-likelihood in bits for each pixel and channel, of dequantized images.

        The density is exact. Its mean over noise bounds the bits of the discrete levels from above.

        Args:
            images: (n, height, width, channels), uint8 or floats in [-1, 1] of 256 levels.
            samples: draws of noise for each image.
            seed: seed of the noise; fresh one if None.

        Raises:
            ValueError: on images that do not suit the model or hold noise already, if `samples` < 1, or if
                the model's examples are no images of levels.
        """
        check_count("samples", samples)
        if not self.in_bits:
            raise ValueError(
                "bits_per_dim requires a model of images with dequantize=True: levels have bits, continuous "
                "values have none. See log_prob."
            )
        images, rng = np.asarray(images), np.random.default_rng(seed)
        self.check_data(images)
        floats, total = self._floats(images), 0.0
        for _ in range(samples):
            noise = rng.random(floats.shape, np.float32) - np.float32(0.5)
            total = total + self._log_prob(floats + noise / np.float32(LEVELS))
        bits = self._bits(-total / samples)
        draws = "1 draw of noise" if samples == 1 else f"{samples} draws of noise"
        definition = (
            f"Bits for each pixel and channel: the mean of -log2 p(x + u) over {draws}, an upper bound on "
            "those of the levels on average; smaller is better"
        )
        return mean_metric(named("bits_per_dim", draws, len(bits)), bits, definition)

    def measure(self, metric, images):
        return (
            self.bits_per_dim(images)
            if metric == "bits_per_dim"
            else super().measure(metric, images)
        )

    def distribution(self) -> Any:
        """The model as a distribution of TensorFlow Probability, with `log_prob` and `sample`.

        Its bijector maps latents to examples. The weights are those of the trained model at each call.

        Raises:
            ImportError: where TensorFlow Probability is not installed.
        """
        return probability.distribution(self.sampling_generator)

    def draw(self, num, seed=None, truncation=None):
        """Latents for `generate`: those of `latents`, times a temperature.

        Args:
            num: how many, at least 1.
            seed: 0 to 2**63 - 1; fresh randomness if None.
            truncation: the temperature, the deviation of the latents: less gives samples that are more likely
                and less diverse (Kingma and Dhariwal 2018, section 6); 1 if None.

        Raises:
            ValueError: if `num` < 1, `seed` is out of range, or the temperature is negative.
        """
        latents = self.latents(num, seed)
        if truncation is None:
            return latents
        if not truncation >= 0.0:
            raise ValueError(f"truncation, a temperature, must not be negative, got {truncation}.")
        return latents * np.float32(truncation)

    def allows_truncation(self, truncation):
        """Whether the temperature is not negative."""
        return truncation >= 0.0

    def truncated(self, latents, labels, truncation):
        """Examples of latents (n, latent_dim) at a temperature, in Keras operations."""
        return self.call(truncation * latents)

    def call(self, inputs, training=False):
        """Examples of latents (n, latent_dim), by the averaged generator where there is one."""
        return self.sampling_generator(inputs, training=training)

    def check_data(self, images):
        """Raise a ValueError if examples do not suit the model: images must hold levels, without noise."""
        super().check_data(images)
        self._check_vectors(images)
        if self.in_bits and images.dtype != np.uint8:
            levels = (images + 1.0) * LEVELS
            if np.abs(levels - np.rint(levels)).max() > 0.02:
                raise ValueError(
                    "images must be uint8, or floats that are multiples of 1/127.5 from -1 on: these lie "
                    "between the levels, as dequantized ones do, and have no bits for each level. "
                    "dequantize=False models them as continuous."
                )

    def _bits(self, nats):
        """Nats of an image as bits for each pixel and channel of its levels."""
        return nats / (math.log(2.0) * math.prod(self.example_shape)) + math.log2(LEVELS)

    def _floats(self, examples):
        examples = np.asarray(examples)
        Encoding.check_data(self, examples)
        self._check_vectors(examples)
        return ops.convert_to_numpy(self.as_floats(examples)).astype(keras.config.floatx())

    def as_floats(self, examples: Any) -> Any:
        """Images in [-1, 1], uint8 ones too; vectors as they are."""
        return to_network(examples) if self.generates_images else examples

    def _check_vectors(self, examples):
        if not self.generates_images and not np.isfinite(examples).all():
            raise ValueError("Examples must be finite, got NaN or infinity.")

    def _encoded(self, examples):
        batches = [self._encode_batch(examples[rows]) for rows in in_batches(len(examples), 100)]
        return tuple(np.concatenate(parts) for parts in zip(*batches, strict=True))

    def _log_prob(self, examples):
        latents, log_det = (np.float64(x) for x in self._encoded(examples))
        found = -0.5 * (latents**2 + math.log(2.0 * math.pi)).sum(axis=1) + log_det
        if np.isnan(found).all():
            check_finite(found)  # which says so
        return np.where(np.isnan(found), -np.inf, found)


def log_density(latents: Any, log_det: Any) -> Any:
    """The log p(x) (n,) in nats of latents z = f(x) (n, d) and log |det df/dx| (n,), for z ~ N(0, I)."""
    return -0.5 * ops.sum(ops.square(latents) + math.log(2.0 * math.pi), axis=-1) + log_det
