"""The metrics of a model that repaints images."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from keras_gan.batching import in_batches
from keras_gan.evaluation.reference import Reference
from keras_gan.metric import fraction_metric, mean_metric, named
from keras_gan.tasks.stylization import Stylization

FEATURE_METRICS = ("kept",)
"""Metrics that require a classifier as feature network."""


@dataclass
class Sample:
    """Real images, repainted.

    Attributes:
        model: the model.
        reference: the real images, and the feature network.
    """

    model: Stylization
    reference: Reference

    @cached_property
    def painted(self) -> np.ndarray:
        """The images in the style, uint8."""
        return self.model.translate(self.reference.images, size="full")

    @cached_property
    def losses(self) -> dict[str, np.ndarray]:
        """The losses that the model learns from, of each image (n,): "style" and so on by their names.

        "style_before" and so on are those of the images before.
        """
        images, found = self.reference.images, []
        for rows in in_batches(len(images), 1):
            after = self.model.losses(images[rows], self.painted[rows])
            before = self.model.losses(images[rows], images[rows])
            found.append(after | {f"{name}_before": value for name, value in before.items()})
        return {name: np.array([each[name] for each in found]) for name in found[0]}


def default(model: Stylization, reference: Reference) -> list[str]:
    """The task's default metrics, without that of a classifier if there is none for such images."""
    metrics = reference.measurable(model.default_metrics, FEATURE_METRICS)
    known = "kept" in metrics and reference.network.classifier
    fits = known and known.example_shape == model.example_shape
    return [metric for metric in metrics if fits or metric not in FEATURE_METRICS]


def check(model: Stylization, metrics: list[str], reference: Reference):
    """Raises a ValueError if the model cannot take its losses, or there is no classifier of its images."""
    images = reference.images[:1]
    losses = model.losses(images, images) if {"style", "content"} & {*metrics} else ()
    for metric in metrics:
        if metric not in FEATURE_METRICS and metric not in losses:
            raise ValueError(f"{metric} is no part of the model's loss: {', '.join(losses)}.")
    if {*FEATURE_METRICS} & {*metrics}:
        classifier = reference.network.classifier
        if classifier is None or classifier.example_shape != model.example_shape:
            raise ValueError(
                f"kept requires a classifier of images {model.example_shape} as features."
            )


def samples(model, metrics, reference, num, seed):
    """All real images, repainted."""
    yield "", Sample(model, reference)


def _style(sample):
    of = (
        "Squared difference of Gram matrices from those of the painting, relative to the painting's"
    )
    return [
        _loss("style", sample, f"{of}; smaller is better"),
        _loss("style_before", sample, f"{of}, of the photographs as they are"),
    ]


def _content(sample):
    definition = (
        "Squared difference of deep features from those of the photograph, relative to their variance over "
        "places; smaller is better"
    )
    return [_loss("content", sample, definition)]


def _loss(name, sample, definition):
    values = sample.losses[name]
    return mean_metric(named(name, "objective", len(values)), values, definition)


def _kept(sample):
    reference = sample.reference
    before = reference.probabilities.argmax(axis=1)
    after = reference.network.extract(sample.painted)[1].argmax(axis=1)
    name = named("kept", reference.network.name, len(before))
    definition = "Fraction of images that the classifier takes for what it took them for before"
    return [fraction_metric(name, before == after, f"{definition}; larger is better")]


METRICS = {"style": _style, "content": _content, "kept": _kept}
