"""What a classifier says of generated images: the inception score, and the modes that are missing."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_gan.metrics import checks
from keras_gan.metrics.metric import Metric, named


def softmax(logits: Any) -> np.ndarray:
    """Class probabilities, float64 (n, classes), of a classifier's logits."""
    logits = checks.finite("logits", logits).astype(np.float64)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def inception_score(probabilities: Any, *, features: str, splits: int = 10) -> Metric:
    """The inception score, exp E_x KL(p(y|x) || p(y)) (Salimans et al. 2016, section 4), of any classifier.

    Args:
        probabilities: (n, classes), p(y|x) of the generated images, in the order they were generated.
        features: the name of the classifier.
        splits: number of consecutive parts that are scored, each with its own p(y).

    Returns:
        `inception_score[features,generated]`, mean and standard deviation over the parts, from 1 to the
        number of classes. Larger is better: each image is of one class, and all classes occur. It never sees
        real images.

    Raises:
        ValueError: if these are no probabilities, or a part would have no image.
    """
    probabilities = checks.probabilities("probabilities", probabilities).astype(np.float64)
    if not 1 <= splits <= len(probabilities):
        raise ValueError(f"splits must be from 1 to the {len(probabilities)} images, got {splits}.")
    scores = [np.exp(_mean_divergence(part)) for part in np.array_split(probabilities, splits)]
    return Metric(
        named("inception_score", features, len(probabilities)),
        float(np.mean(scores)),
        float(np.std(scores)),
        f"exp of the mean KL divergence of p(y|x) from p(y), mean and deviation over {splits} splits "
        "(Salimans et al. 2016); larger is better",
    )


def _mean_divergence(conditional):
    """Mean KL(p(y|x) || p(y)) over images x, which is H(y) - H(y|x)."""
    return entropy(conditional.mean(axis=0)) - entropy(conditional).mean()


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """-sum p log p over the last axis, in nats, with 0 log 0 = 0."""
    logs = np.log(probabilities, where=probabilities > 0, out=np.zeros_like(probabilities))
    return -(probabilities * logs).sum(axis=-1)


@dataclasses.dataclass(frozen=True)
class Modes:
    """How generated images spread over a classifier's classes.

    Attributes:
        histogram: images of each class, by its name.
        missing: the names of the classes that are missing.
        figures: entropy of the histogram, number of missing classes, total variation from the data's
            frequencies, and the classifier's mean confidence.
    """

    histogram: dict[str, int]
    missing: tuple[str, ...]
    figures: tuple[Metric, ...]


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
        The histogram, the missing classes, and the figures `class_entropy`, `missing_modes`,
        `total_variation` (half of the sum of absolute differences, from 0 to 1) and `confidence` (mean of the
        largest probability).

    Raises:
        ValueError: if these are no probabilities, or frequencies or names are not one for each class.

    Example:

    ```python
    found = modes(judge.classify(images), features="mnist_classifier")
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

    def figure(metric, value, definition):
        return Metric(named(metric, features, num), float(value), None, definition)

    return Modes(
        dict(zip(names, counts.tolist(), strict=True)),
        missing,
        (
            figure(
                "class_entropy",
                entropy(found),
                f"Entropy in nats of the predicted classes of generated images, at most log {classes} = "
                f"{np.log(classes):.4g}",
            ),
            figure(
                "missing_modes",
                len(missing),
                f"Number of classes, of {np.count_nonzero(expected)}, whose frequency among generated images "
                f"is at most {tolerance:g} of that in the data; smaller is better",
            ),
            figure(
                "total_variation",
                np.abs(found - expected).sum() / 2,
                "Total variation distance between the class frequencies of generated images and of the data, "
                "from 0 to 1; smaller is better",
            ),
            figure(
                "confidence",
                probabilities.max(axis=1).mean(dtype=np.float64),
                "Mean probability of the most likely class; also high if all images are of one class",
            ),
        ),
    )
