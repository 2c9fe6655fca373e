"""The metrics of a model that tags images."""

from dataclasses import dataclass

import numpy as np

from keras_gan.evaluation.reference import Reference
from keras_gan.metrics import labels as measures
from keras_gan.tasks.tagging import Tagging


@dataclass
class Sample:
    """The tags that a model finds in real images.

    Attributes:
        found: bool (n, tags), by the model's threshold.
        true: 0 or 1 (n, tags).
        known: 0 or 1 (m, tags), those of the training data, or `true` where there are none.
        title: name of the data.
    """

    found: np.ndarray
    true: np.ndarray
    known: np.ndarray
    title: str


def default(model: Tagging, reference: Reference) -> list[str]:
    """The task's default metrics."""
    return [*model.default_metrics]


def check(model: Tagging, metrics: list[str], reference: Reference):
    """Raises a ValueError if the data have no tags, or others than the model."""
    shape = np.shape(reference.labels)
    if len(shape) != 2 or shape[1] != model.num_tags:
        raise ValueError(
            f"The metrics of tags require a dataset with tags (n, {model.num_tags}) of 0 and 1."
        )


def samples(model, metrics, reference, num, seed):
    """The tags of all real images."""
    found = model.probabilities(reference.images) >= model.threshold
    known = reference.arrays("train")[1] if reference.named else reference.labels
    yield "", Sample(found, reference.labels, known, reference.title)


METRICS = {
    "micro_f1": lambda s: [measures.micro_f1(s.found, s.true, s.title)],
    "macro_f1": lambda s: [measures.macro_f1(s.found, s.true, s.title)],
    "subset_accuracy": lambda s: [measures.subset_accuracy(s.found, s.true, s.title)],
    "possible": lambda s: [measures.possible(s.found, s.known, s.title)],
}
