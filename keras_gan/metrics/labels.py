"""Metrics of sets of labels: F1, whole sets, and sets that occur.

The errors of F1 are those of a ratio of means over images (the delta method).
"""

import numpy as np

from keras_gan.metric import Metric, fraction_metric, named


def micro_f1(found: np.ndarray, true: np.ndarray, title: str) -> Metric:
    """F1 of all labels of all images together: 2 TP / (2 TP + FP + FN).

    Args:
        found: bool (n, labels), the labels that were found.
        true: 0 or 1 (n, labels).
        title: name of the data.

    Returns:
        `micro_f1[title,n]`; larger is better.
    """
    found, true = _checked(found, true)
    right, sizes = (found & true).sum(axis=1), found.sum(axis=1) + true.sum(axis=1)
    value = 2.0 * right.sum() / max(1, sizes.sum())
    error = _error(2.0 * right - value * sizes, sizes.mean())
    definition = "F1 of all labels together, 2 TP / (2 TP + FP + FN); larger is better"
    return Metric(named("micro_f1", title, len(true)), float(value), error, definition)


def macro_f1(found: np.ndarray, true: np.ndarray, title: str) -> Metric:
    """The mean over labels of their F1; that of a label which is neither found nor there is 0.

    Args:
        found: bool (n, labels), the labels that were found.
        true: 0 or 1 (n, labels).
        title: name of the data.

    Returns:
        `macro_f1[title,n]`; larger is better.
    """
    found, true = _checked(found, true)
    right, sizes = 2.0 * (found & true), 1.0 * found + true
    means = np.maximum(sizes.mean(axis=0), 1e-12)
    each = right.mean(axis=0) / means
    error = _error(((right - each * sizes) / means).mean(axis=1), 1.0)
    definition = "Mean over labels of their F1, 2 TP / (2 TP + FP + FN); larger is better"
    return Metric(named("macro_f1", title, len(true)), float(each.mean()), error, definition)


def subset_accuracy(found: np.ndarray, true: np.ndarray, title: str) -> Metric:
    """The fraction of images whose labels were all found, and no others.

    Args:
        found: bool (n, labels), the labels that were found.
        true: 0 or 1 (n, labels).
        title: name of the data.

    Returns:
        `subset_accuracy[title,n]`; larger is better.
    """
    found, true = _checked(found, true)
    definition = "Fraction of images whose set of labels is right as a whole; larger is better"
    right = (found == true).all(axis=1)
    return fraction_metric(named("subset_accuracy", title, len(true)), right, definition)


def possible(found: np.ndarray, known: np.ndarray, title: str) -> Metric:
    """The fraction of images whose set of labels occurs among known ones.

    Args:
        found: bool (n, labels), the labels that were found.
        known: 0 or 1 (m, labels), of other images.
        title: name of the data.

    Returns:
        `possible[title,n]`; larger is better.

    Raises:
        ValueError: if both have not the same labels.
    """
    if found.ndim != 2 or found.shape[1:] != known.shape[1:] or len(found) == 0:
        raise ValueError(f"found and known must be (n, labels), got {found.shape}, {known.shape}.")
    occurring = {row.tobytes() for row in known.astype(bool)}
    right = np.array([row.tobytes() in occurring for row in found.astype(bool)])
    definition = (
        "Fraction of images whose set of labels occurs in the training data; larger is better"
    )
    return fraction_metric(named("possible", title, len(found)), right, definition)


def _checked(found, true):
    if found.shape != true.shape or found.ndim != 2 or len(found) == 0:
        raise ValueError(f"found and true must be (n, labels), got {found.shape} and {true.shape}.")
    return found.astype(bool), true.astype(bool)


def _error(deviations, mean):
    """The standard error of a ratio, by what each image adds to its numerator beyond its share."""
    if len(deviations) < 2 or mean == 0.0:
        return None
    return float(deviations.std(ddof=1) / len(deviations) ** 0.5 / mean)
