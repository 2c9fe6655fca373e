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
        reference: the real data.
    """

    found: np.ndarray
    true: np.ndarray
    reference: Reference

    @property
    def title(self) -> str:
        """Name of the data."""
        return self.reference.title

    @property
    def known(self) -> np.ndarray:
        """0 or 1 (m, tags), those of the training data."""
        return self.reference.arrays("train")[1]


def default(model: Tagging, reference: Reference) -> list[str]:
    """The task's default metrics, without `possible` where there is no training data to compare with."""
    return [each for each in model.default_metrics if reference.named or each != "possible"]


def check(model: Tagging, metrics: list[str], reference: Reference):
    """Raises a ValueError if the data have no tags, or others than the model, or no training split."""
    if "possible" in metrics and not reference.named:
        raise ValueError("possible requires a named dataset, with the tags of its training split.")
    labels = reference.labels
    shape = np.shape(labels)
    if len(shape) != 2 or shape[1] != model.num_tags or not np.isin(labels, (0, 1)).all():
        raise ValueError(
            f"The metrics of tags require a dataset with tags (n, {model.num_tags}) of 0 and 1."
        )


def samples(model, metrics, reference, num, seed):
    """The tags of all real images."""
    found = model.probabilities(reference.images) >= model.threshold
    yield "", Sample(found, reference.labels, reference)


METRICS = {
    "micro_f1": lambda s: [measures.micro_f1(s.found, s.true, s.title)],
    "macro_f1": lambda s: [measures.macro_f1(s.found, s.true, s.title)],
    "subset_accuracy": lambda s: [measures.subset_accuracy(s.found, s.true, s.title)],
    "possible": lambda s: [measures.possible(s.found, s.known, s.title)],
}
