"""Modes: the classes of generated images, and those that are missing."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_gan.metric import Metric, named
from keras_gan.metrics import checks
from keras_gan.metrics.inception_score import entropy


@dataclasses.dataclass(frozen=True)
class Modes:
    """How generated images spread over a classifier's classes.

    Attributes:
        histogram: images of each class, by its name.
        missing: the names of the classes that are missing.
        metrics: entropy of the histogram, number of missing classes, total variation from the data's
            frequencies, and the classifier's mean confidence.
    """

    histogram: dict[str, int]
    missing: tuple[str, ...]
    metrics: tuple[Metric, ...]


def modes(
    probabilities: Any,
    frequencies: Any = None,
    *,
    features: str,
    class_names: Sequence[str] | None = None,
    tolerance: float = 0.1,
) -> Modes:
    """Finds collapsed and dropped modes by the classes that generated images are taken for.

    Args:
        probabilities: (n, classes) of a classifier on generated images; an image is of its likeliest class.
        frequencies: (classes,), how often each class occurs in the data, in any unit; equal if None.
        features: the name of the classifier.
        class_names: names of the classes; their numbers if None.
        tolerance: a class is missing if it occurs at most at this fraction of its frequency in the data. More
            than 0, since a classifier errs: a few images of other classes are taken for a dropped one.

    Returns:
        The histogram, the missing classes, and the metrics `class_entropy`, `missing_modes`,
        `total_variation` (half of the sum of absolute differences, from 0 to 1) and `confidence` (mean of the
        largest probability).

    Raises:
        ValueError: if these are no probabilities, or frequencies or names are not one for each class.

    Example:

    ```python
    found = modes(classifier.classify(images), features="mnist_classifier")
    found.missing  # ("4", "9")
    ```
    """
    probabilities = checks.probabilities("probabilities", probabilities)
    num, classes = probabilities.shape
    frequencies = (
        np.ones(classes) if frequencies is None else checks.finite("frequencies", frequencies, 1)
    )
    if len(frequencies) != classes or frequencies.min() < 0 or frequencies.sum() <= 0:
        raise ValueError(
            f"frequencies must be {classes} numbers of at least 0, not all 0, got {frequencies}."
        )
    names = [str(label) for label in (range(classes) if class_names is None else class_names)]
    if len(set(names)) != classes or len(names) != classes:
        raise ValueError(f"class_names must be {classes} different names, got {names}.")

    expected = frequencies / frequencies.sum()
    counts = np.bincount(probabilities.argmax(axis=1), minlength=classes)
    found = counts / num
    rare = (found <= tolerance * expected) & (expected > 0)
    missing = tuple(names[label] for label in np.flatnonzero(rare))

    def measured(name, value, definition):
        return Metric(named(name, features, num), float(value), None, definition)

    return Modes(
        dict(zip(names, counts.tolist(), strict=True)),
        missing,
        (
            measured(
                "class_entropy",
                entropy(found),
                f"Entropy in nats of the predicted classes of generated images, at most log {classes} = "
                f"{np.log(classes):.4g}",
            ),
            measured(
                "missing_modes",
                len(missing),
                f"Number of classes, of {np.count_nonzero(expected)}, whose frequency among generated images "
                f"is at most {tolerance:g} of that in the data; smaller is better",
            ),
            measured(
                "total_variation",
                np.abs(found - expected).sum() / 2,
                "Total variation distance between the class frequencies of generated images and of the data, "
                "from 0 to 1; smaller is better",
            ),
            measured(
                "confidence",
                probabilities.max(axis=1).mean(dtype=np.float64),
                "Mean probability of the most likely class; also high if all images are of one class",
            ),
        ),
    )
