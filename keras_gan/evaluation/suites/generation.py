"""The metrics of a model that generates images, or of images that come from anywhere."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from keras_gan.batching import in_batches
from keras_gan.data import info
from keras_gan.evaluation.extractor import Extractor
from keras_gan.evaluation.reference import Reference
from keras_gan.latent.paths import spherical
from keras_gan.metric import Metric, fraction_metric, named
from keras_gan.metrics.disentanglement import disentanglement
from keras_gan.metrics.diversity import diversity
from keras_gan.metrics.fid import fid, intra_class_fid
from keras_gan.metrics.inception_score import inception_score
from keras_gan.metrics.kid import kid
from keras_gan.metrics.memorization import memorization
from keras_gan.metrics.modes import modes
from keras_gan.metrics.path_length import perceptual_path_length
from keras_gan.metrics.precision_recall import (
    density_coverage,
    nearest_neighbor_accuracy,
    precision_recall,
    support_size,
)
from keras_gan.metrics.translation import sharpness
from keras_gan.modalities.images import check as check_images
from keras_gan.modalities.images import warn_of_range
from keras_gan.tasks.generation import METRICS as OF_IMAGES
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.labels import rows_of
from keras_gan.tasks.task import Task

COPIES = 2_000
"""Images, and held-out ones, that `memorization` looks for in the training split, in 18 versions each."""
BY_CLASSIFIER = ("is", "modes", "label_accuracy")
"""Metrics that require a classifier as feature network."""
BY_THE_MODEL = ("reconstruction", "elbo", "log_likelihood", "bits_per_dim")
"""Metrics that a model with latents of images, or a likelihood, measures of itself."""
WITHOUT_FEATURES = (*BY_THE_MODEL, "sharpness", "disentanglement")
"""Metrics that require no feature network."""
KEPT = ("memorization", "sharpness")
"""Metrics of all images at once."""


@dataclass
class Sample:
    """Generated images, and what they are compared with.

    Attributes:
        model: the model, or the images.
        reference: the real data and the feature network.
        num: number of images to generate.
        seed: of the latents.
        keep: whether the images stay in memory, which metrics of all images at once require.
        details: results that are more than metrics, by metric name, for the report.
    """

    model: Any
    reference: Reference
    num: int
    seed: int
    keep: bool
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def network(self) -> Extractor:
        """The feature network."""
        return self.reference.network

    @cached_property
    def labels(self) -> np.ndarray | None:
        """Requests (num, ...), one for each image: those of the data, at equal distances.

        Of a model of classes the classes of the real images, or all; of one of texts a text of each, as word
        numbers; None if unconditional.
        """
        if not isinstance(self.model, Task) or self.model.condition is None:
            return None
        return self.model.condition.requested(self.reference.labels, self.num)

    @cached_property
    def images(self) -> np.ndarray:
        """All images, uint8."""
        return np.concatenate(list(self._batches()))

    @property
    def features(self) -> np.ndarray:
        """Features (n, width) of the images."""
        return self._extracted[0]

    @property
    def probabilities(self) -> np.ndarray | None:
        """Class probabilities (n, classes) of the images; None if the feature network is no classifier."""
        return self._extracted[1]

    @cached_property
    def _extracted(self):
        batches = [self.images] if self.keep else self._batches()
        features, probabilities = zip(*map(self.network.extract, batches), strict=True)
        if probabilities[0] is None:
            return np.concatenate(features), None
        return np.concatenate(features), np.concatenate(probabilities)

    def _batches(self):
        if not isinstance(self.model, Task):
            images = check_images(self.model, "model")
            warn_of_range(images, "model")
            yield images
            return
        inputs = self.model.draw(self.num, self.seed)
        for rows in in_batches(self.num, 500):
            yield self.model.synthesize(inputs[rows], rows_of(self.labels, rows))


def default(model: Any, reference: Reference) -> list[str]:
    """The task's default metrics."""
    return [*(model if isinstance(model, Task) else Generation).default_metrics]


def check(model: Any, metrics: list[str], reference: Reference):
    """Raises a ValueError if a metric does not suit the images, the data or the feature network."""
    if not isinstance(model, Task):
        for metric in metrics:
            if metric not in OF_IMAGES or metric == "ppl":
                raise ValueError(f"{metric} requires a model, not images.")
    if "memorization" in metrics and not reference.named:
        raise ValueError("memorization requires a dataset by name, which has a training split.")
    compares = {*metrics} - {*WITHOUT_FEATURES}
    classifier = reference.network.classifier if compares else None
    for metric in metrics:
        if metric in BY_CLASSIFIER and classifier is None:
            raise ValueError(f"{metric} requires a classifier as features.")
    if "label_accuracy" in metrics and model.num_classes != classifier.num_classes:
        raise ValueError(
            f"label_accuracy requires a classifier of the model's {model.num_classes} classes, but "
            f"{reference.network.name} has {classifier.num_classes}."
        )
    if "disentanglement" in metrics and not (reference.named and info(reference.dataset).factors):
        raise ValueError(
            "disentanglement requires a dataset by name whose factors are known: shapes."
        )
    if isinstance(model, Task) and model.condition is not None and {*metrics} - {*BY_THE_MODEL}:
        model.condition.requested(reference.labels, 1)
    if "intra_fid" in metrics and reference.labels is None:
        raise ValueError("intra_fid requires a dataset with labels.")


def samples(model, metrics, reference, num, seed):
    """The one sample of a model."""
    yield "", Sample(model, reference, num, seed, keep=any(metric in metrics for metric in KEPT))


def _of_features(*functions):
    """A metric of real and generated features, of one value or several."""

    def measure(sample):
        found = []
        for function in functions:
            values = function(
                sample.reference.features, sample.features, features=sample.network.name
            )
            found += [values] if isinstance(values, Metric) else values
        return found

    return measure


def _inception_score(sample):
    return [inception_score(sample.probabilities, features=sample.network.name)]


def _modes(sample):
    # The classifier errs on real images too: its classes of those are what generated ones should show.
    of_real = sample.reference.probabilities
    frequencies = np.bincount(of_real.argmax(axis=1), minlength=of_real.shape[1])
    found = modes(
        sample.probabilities,
        frequencies,
        features=sample.network.name,
        class_names=sample.network.class_names,
    )
    sample.details["modes"] = found
    return found.metrics


def _memorization(sample):
    reference = sample.reference
    training, held_out = (reference.arrays(split)[0] for split in ("train", reference.held_out))
    chosen = np.random.default_rng(0).permutation(len(held_out))[:COPIES]
    found = memorization(sample.images[:COPIES], training, held_out[chosen], sample.network)
    sample.details["memorization"] = found
    return found.metrics


def _nn_accuracy(sample):
    real, generated = sample.reference.features, sample.features
    num = min(len(real), len(generated))
    name = sample.network.name
    return [nearest_neighbor_accuracy(real[:num], generated[:num], features=name)]


def _path_length(sample):
    latents = sample.model.latents(2 * sample.num, sample.seed)
    return [
        perceptual_path_length(
            sample.model.decode,
            sample.network,
            *np.split(latents, 2),
            labels=sample.labels,
            features=sample.network.name,
            interpolate=spherical,
        )
    ]


def _intra_fid(sample):
    mean, _ = intra_class_fid(
        sample.reference.features,
        sample.reference.labels,
        sample.features,
        sample.labels,
        features=sample.network.name,
    )
    return [mean]


def _label_accuracy(sample):
    right = sample.probabilities.argmax(axis=1) == sample.labels
    name = named("label_accuracy", sample.network.name, len(right))
    definition = (
        "Fraction of images that the classifier assigns to the requested class; larger is better"
    )
    return [fraction_metric(name, right, definition)]


def _disentanglement(sample):
    rendered = info(sample.reference.dataset)
    counts = [*rendered.factors.values()]
    return [disentanglement(sample.model.latents_of, rendered.render, counts)]


def _of_the_model(name):
    """A metric that a model measures of itself on the real images."""
    return lambda sample: [sample.model.measure(name, sample.reference.images)]


METRICS = {
    "fid": _of_features(fid),
    "kid": _of_features(kid),
    "is": _inception_score,
    "prdc": _of_features(precision_recall, density_coverage),
    "diversity": _of_features(diversity),
    "modes": _modes,
    "memorization": _memorization,
    "nn_accuracy": _nn_accuracy,
    "support": _of_features(support_size),
    "ppl": _path_length,
    "intra_fid": _intra_fid,
    "label_accuracy": _label_accuracy,
    "sharpness": lambda sample: [sharpness(sample.images, sample.reference.images)],
    "disentanglement": _disentanglement,
    **{name: _of_the_model(name) for name in BY_THE_MODEL},
}
