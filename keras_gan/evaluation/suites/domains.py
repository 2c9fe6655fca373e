"""The metrics of a model that translates among many domains, for each group of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from keras_gan.evaluation.reference import Reference
from keras_gan.metric import Metric, fraction_metric, named
from keras_gan.metrics import translation as measures
from keras_gan.metrics.fid import fid
from keras_gan.tasks.domain_translation import DomainTranslation

BY_CLASSIFIER = ("recognized", "unchanged", "kept")
"""Metrics that require a classifier of the domains as feature network."""
FEATURE_METRICS = (*BY_CLASSIFIER, "fid")
"""Metrics that require a feature network."""


@dataclass
class Sample:
    """The translations of all images to each other domain of a group, one domain after the other.

    Attributes:
        model: the model.
        group: name of the group.
        images: the images to translate.
        labels: what the data say that they are, (n, columns).
        reference: the real data and the feature network.
    """

    model: DomainTranslation
    group: str
    images: np.ndarray
    labels: np.ndarray
    reference: Reference

    @cached_property
    def rows(self) -> np.ndarray:
        """Which image each translation is of."""
        return self._pairs[0]

    @cached_property
    def targets(self) -> np.ndarray:
        """The place in the group of the domain that each translation is to show."""
        return self._pairs[1]

    @cached_property
    def _pairs(self):
        own = self.labels[:, self._column]
        pairs = [
            (row, place)
            for place in range(len(self.model.attributes.groups[self.group]))
            for row in np.flatnonzero(own != place)
        ]
        return tuple(np.array(pairs).T)

    @property
    def _column(self):
        return list(self.model.attributes.groups).index(self.group)

    @property
    def sources(self) -> np.ndarray:
        """The image that each translation is of."""
        return self.images[self.rows]

    @cached_property
    def translations(self) -> np.ndarray:
        """The translations, uint8."""
        wanted = self.labels[self.rows].copy()
        wanted[:, self._column] = self.targets
        return self.model.translate_labels(self.sources, wanted)

    @cached_property
    def cycled(self) -> np.ndarray:
        """The translations translated back, uint8."""
        return self.model.translate_labels(self.translations, self.labels[self.rows])

    @cached_property
    def features(self) -> tuple[np.ndarray, np.ndarray]:
        """Features of the real images, and of the translations."""
        return self.reference.features, self._extracted[0]

    @cached_property
    def _extracted(self):
        return self.reference.network.extract(self.translations)

    def judged(self, probabilities: np.ndarray) -> dict[str, np.ndarray]:
        """The classifier's answers on images: group to the place in it, for the groups that it knows."""
        return _judged(self.model, self.reference.network, probabilities)

    @property
    def translated(self) -> dict[str, np.ndarray]:
        """The classifier's answers on the translations."""
        return self.judged(self._extracted[1])

    @property
    def before(self) -> dict[str, np.ndarray]:
        """The classifier's answers on the image that each translation is of."""
        found = self.judged(self.reference.probabilities)
        return {group: places[self.rows] for group, places in found.items()}


def _judged(model, network, probabilities):
    """Group to its most likely place (n,), of the classes of one group or of all their combinations."""
    groups = model.attributes.groups
    for group, names in groups.items():
        if list(network.class_names or ()) == list(names):
            return {group: probabilities.argmax(axis=1)}
    sizes = [len(names) for names in groups.values()]
    if probabilities.shape[1] != np.prod(sizes):
        raise ValueError(
            f"{network.name} has {probabilities.shape[1]} classes, which are neither those of a group of the "
            f"model's domains ({', '.join(groups)}) nor their combinations."
        )
    shares = probabilities.reshape(-1, *sizes)
    axes = range(1, shares.ndim)
    return {
        group: shares.sum(axis=tuple(axis for axis in axes if axis != index + 1)).argmax(axis=1)
        for index, group in enumerate(groups)
    }


def default(model: DomainTranslation, reference: Reference) -> list[str]:
    """The task's default metrics, without those of features if there is no feature network for the data."""
    return reference.measurable(model.default_metrics, FEATURE_METRICS)


def check(model: DomainTranslation, metrics: list[str], reference: Reference):
    """Raises a ValueError if the data have no labels, or a metric requires another feature network."""
    if model.attributes.independent:
        raise ValueError("Metrics of translations require domains that exclude each other.")
    if reference.labels is None:
        raise ValueError(
            "The metrics of a translation among domains require a dataset with labels."
        )
    if {*BY_CLASSIFIER} & {*metrics} and reference.network.classifier is None:
        raise ValueError(f"{', '.join(BY_CLASSIFIER)} require a classifier as features.")


def samples(model, metrics, reference, num, seed):
    """The translations of all images within each group that the classifier knows; of all without one."""
    labels = reference.labels
    if labels.ndim == 1:
        num_classes = int(np.prod([len(names) for names in model.attributes.groups.values()]))
        labels = model.attributes.of_classes(labels, num_classes)
    groups = [*model.attributes.groups]
    if {*BY_CLASSIFIER} & {*metrics}:
        groups = [*_judged(model, reference.network, reference.probabilities)]
    for group in groups:
        ending = f"_{group}" if len(model.attributes.groups) > 1 else ""
        yield ending, Sample(model, group, reference.images, labels, reference)


def _recognized(sample):
    return [_macro("recognized", sample, sample.translated[sample.group], "translations")]


def _unchanged(sample):
    return [_macro("unchanged", sample, sample.before[sample.group], "images before translation")]


def _macro(name, sample, judged, of):
    """The mean over targets of the share that the classifier assigns to the target."""
    places = np.unique(sample.targets)
    right = judged == sample.targets
    shares = np.array([right[sample.targets == place].mean() for place in places])
    counts = np.array([(sample.targets == place).sum() for place in places])
    error = float(np.sqrt((shares * (1.0 - shares) / counts).sum()) / len(places))
    name = named(name, sample.reference.network.name, len(right))
    definition = (
        f"Fraction of {of} that the classifier assigns to the target domain, a mean over the "
        f"{len(places)} targets; larger is better for translations"
    )
    return Metric(name, float(shares.mean()), error, definition)


def _kept(sample):
    before, after, found = sample.before, sample.translated, []
    for index, group in enumerate(sample.model.attributes.groups):
        if group == sample.group or group not in before:
            continue
        right = before[group] == sample.labels[sample.rows, index]
        name = named(f"kept_{group}", sample.reference.network.name, int(right.sum()))
        definition = (
            f"Fraction of translations whose {group} the classifier recognizes as before, of those images of "
            "which it was right; larger is better"
        )
        found.append(fraction_metric(name, (after[group] == before[group])[right], definition))
    return found


METRICS = {
    "recognized": _recognized,
    "unchanged": _unchanged,
    "kept": _kept,
    "cycle_error": lambda s: [measures.cycle_error(s.cycled, s.sources)],
    "l1_input": lambda s: [measures.l1_input(s.translations, s.sources)],
    "sharpness": lambda s: [measures.sharpness(s.translations, s.images)],
    "fid": lambda s: [fid(*s.features, features=s.reference.network.name)],
}
