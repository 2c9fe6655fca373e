"""The metrics of a model that translates images, in each of its directions."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from keras_gan import data
from keras_gan.evaluation.reference import Reference
from keras_gan.metrics import translation as measures
from keras_gan.metrics.fid import fid
from keras_gan.metrics.kid import kid
from keras_gan.tasks.translation import FEATURE_METRICS, Translation


@dataclass
class Sample:
    """The translations of one direction.

    Attributes:
        model: the model.
        direction: "AtoB" or "BtoA".
        sources: the images to translate.
        targets: real images of the target domain; the right answers, for a model of pairs.
        target: class id of the target domain.
        reference: the real data and the feature network.
    """

    model: Translation
    direction: str
    sources: np.ndarray
    targets: np.ndarray
    target: int
    reference: Reference

    @cached_property
    def translations(self) -> np.ndarray:
        """The translations, uint8."""
        return self.model.translate(self.sources, self.direction, size="full")

    @cached_property
    def cycled(self) -> np.ndarray:
        """The translations translated back, uint8."""
        back = "to".join(reversed(self.direction.split("to")))
        return self.model.translate(self.translations, back, size="full")

    @cached_property
    def features(self) -> tuple[np.ndarray, np.ndarray]:
        """Features of the real images of the target domain, and of the translations."""
        return self.reference.network(self.targets), self._extracted[0]

    @property
    def probabilities(self) -> np.ndarray:
        """Class probabilities of the translations."""
        return self._extracted[1]

    @cached_property
    def _extracted(self):
        return self.reference.network.extract(self.translations)


def default(model: Translation, reference: Reference) -> list[str]:
    """The task's default metrics, without those of features if there is no feature network for the data."""
    return reference.measurable(model.default_metrics, FEATURE_METRICS)


def check(model: Translation, metrics: list[str], reference: Reference):
    """Raises a ValueError if a metric requires another feature network."""
    if {*FEATURE_METRICS} & {*metrics}:
        network = reference.network
    if "target_accuracy" in metrics and network.classifier is None:
        raise ValueError("target_accuracy requires a classifier as features.")


def samples(model, metrics, reference, num, seed):
    """The translations of all images, direction by direction."""
    domains = dict(zip("AB", reference.domains(model.aligned), strict=True))
    classes = dict(zip("AB", _classes(metrics, reference), strict=True))
    for direction in model.generators:
        source, target = direction.split("to")
        yield (
            f"_{direction}",
            Sample(model, direction, domains[source], domains[target], classes[target], reference),
        )


def _classes(metrics, reference):
    """Class ids of both domains in the feature network; 0 and 1 if the data set does not tell."""
    if "target_accuracy" in metrics and reference.named:
        known = reference.network.class_names
        domains = data.info(reference.dataset).domains
        if known and set(domains) <= set(known):
            return tuple(known.index(domain) for domain in domains)
    return 0, 1


METRICS = {
    "sharpness": lambda s: [measures.sharpness(s.translations, s.targets)],
    "l1": lambda s: [measures.l1(s.translations, s.targets)],
    "l1_shuffled": lambda s: [measures.l1_shuffled(s.translations, s.targets)],
    "l1_input": lambda s: [measures.l1_input(s.translations, s.sources)],
    "cycle_error": lambda s: [measures.cycle_error(s.cycled, s.sources)],
    "cycle_shuffled": lambda s: [measures.cycle_shuffled(s.cycled, s.sources)],
    "target_accuracy": lambda s: [
        measures.target_accuracy(s.probabilities, s.target, features=s.reference.network.name)
    ],
    "kid": lambda s: [kid(*s.features, features=s.reference.network.name)],
    "fid": lambda s: [fid(*s.features, features=s.reference.network.name)],
}
