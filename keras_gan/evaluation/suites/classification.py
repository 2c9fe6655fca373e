"""The metrics of a classifier."""

from dataclasses import dataclass

import numpy as np

from keras_gan.evaluation.reference import Reference
from keras_gan.metric import fraction_metric, named
from keras_gan.tasks.classification import Classification


@dataclass
class Sample:
    """Predictions for real images.

    Attributes:
        probabilities: class probabilities (n, classes).
        labels: true class ids (n,).
        title: name of the data.
    """

    probabilities: np.ndarray
    labels: np.ndarray
    title: str


def default(model: Classification, reference: Reference) -> list[str]:
    """The task's default metrics."""
    return [*model.default_metrics]


def check(model: Classification, metrics: list[str], reference: Reference):
    """Raises a ValueError if the data have no labels."""
    if reference.labels is None:
        raise ValueError("accuracy requires a dataset with labels.")


def samples(model, metrics, reference, num, seed):
    """The predictions for all real images."""
    yield "", Sample(model.classify(reference.images), reference.labels, reference.title)


def _accuracy(sample):
    right = sample.probabilities.argmax(axis=1) == sample.labels
    name = named("accuracy", sample.title, len(right))
    return [
        fraction_metric(name, right, "Fraction of images classified correctly; larger is better")
    ]


METRICS = {"accuracy": _accuracy}
