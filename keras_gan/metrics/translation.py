"""Figures of a model that translates images: sharp, taken for the target, back where it began."""

import dataclasses
from typing import Any

import numpy as np

from keras_gan.metrics.fid import fid
from keras_gan.metrics.kid import kid
from keras_gan.metrics.metric import Metric, named
from keras_gan.modalities.images import check


def gradient_energy(images: np.ndarray) -> float:
    """The mean squared difference of neighboring pixels, along both axes, on the scale 0 to 1.

    Args:
        images: uint8 (n, height, width, channels) of at least 2 pixels a side.
    """
    values = check(images).astype(np.float64) / 255.0
    return float(sum(np.square(np.diff(values, axis=axis)).mean() for axis in (1, 2)))


def distance(images: np.ndarray, others: np.ndarray) -> float:
    """The mean absolute difference of uint8 images of equal shapes, on the scale 0 to 1."""
    return float(np.abs(images.astype(np.float64) - others).mean() / 255.0)


def translation_figures(
    model: Any,
    images_a: np.ndarray,
    images_b: np.ndarray,
    judge: Any = None,
    name: str = "judge",
    classes: tuple[int, int] = (0, 1),
) -> list[Metric]:
    """All figures of a model that translates, for each of its directions.

    `sharpness` is the gradient energy of translations over that of real images of the target; below 1 they
    are blurred. Where images are pairs, `l1` is the distance of translations from the right answers, and
    `l1_shuffled` that from the answers to other images: a generator that ignores its input has both equal.
    Where they are not, `l1_input` is the distance of translations from their inputs, and, of a model with
    both directions, `cycle_error` that of images from where they come back to, and `cycle_shuffled` that
    from where others do, which is no larger if translations forget their input. With a judge there are
    `target_accuracy`, the fraction of translations that it assigns to the target domain, and `kid` and
    `fid`, of its features; of few images the former is the better measure (Binkowski et al. 2018, section 4).

    Args:
        model: with `translate`, `generators` and `aligned`.
        images_a: uint8 (n, height, width, channels) of A.
        images_b: those of B; as many, and pairs, where `model.aligned`.
        judge: a `Classifier` of such images.
        name: what the judge is called.
        classes: what A and B are to it.

    Returns:
        Figures named `metric_AtoB[pixels,n]` or `metric_AtoB[NAME,n]`, and so for BtoA.
    """
    domains = {"A": images_a, "B": images_b}
    figures = []
    for direction in model.generators:
        sources, targets = (domains[side] for side in direction.split("to"))
        made = model.translate(sources, direction)
        measured = {
            "sharpness": (
                gradient_energy(made) / gradient_energy(targets),
                "Gradient energy of translations divided by that of real images of the target domain; "
                "1 means equally sharp",
            )
        }
        if model.aligned:
            measured["l1"] = (
                distance(made, targets),
                "L1 distance of translations from the paired target images, pixel values in [0, 1]; "
                "smaller is better",
            )
            measured["l1_shuffled"] = (
                distance(made, np.roll(targets, 1, axis=0)),
                "L1 distance of translations from the target images of other pairs, pixel values in [0, 1]",
            )
        else:
            measured["l1_input"] = (
                distance(made, sources),
                "L1 distance of translations from their inputs, pixel values in [0, 1]",
            )
            if len(model.generators) == 2:
                back = model.translate(made, "to".join(reversed(direction.split("to"))))
                measured["cycle_error"] = (
                    distance(back, sources),
                    "L1 cycle-reconstruction error, pixel values in [0, 1]; smaller is better",
                )
                measured["cycle_shuffled"] = (
                    distance(np.roll(back, 1, axis=0), sources),
                    "L1 distance of images from the cycle reconstructions of other images, pixel values in "
                    "[0, 1]",
                )
        figures += [
            Metric(named(f"{metric}_{direction}", "pixels", len(made)), value, None, definition)
            for metric, (value, definition) in measured.items()
        ]
        if judge is not None:
            wanted = classes["AB".index(direction[-1])]
            figures += _judged(judge, name, direction, made, targets, wanted)
    return figures


def _judged(judge, name, direction, made, targets, wanted):
    share = float((judge.classify(made).argmax(axis=1) == wanted).mean())
    error = float(np.sqrt(share * (1.0 - share) / len(made)))
    features = judge.features(targets), judge.features(made)
    distances = {"kid": kid(*features, features=name), "fid": fid(*features, features=name)}
    return [
        Metric(
            named(f"target_accuracy_{direction}", name, len(made)),
            share,
            error,
            "Fraction of translations that the classifier assigns to the target domain, and its standard "
            "error; larger is better",
        ),
        *(
            dataclasses.replace(figure, name=f"{metric}_{direction}{figure.name[len(metric) :]}")
            for metric, figure in distances.items()
        ),
    ]
