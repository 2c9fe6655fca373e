"""Class labels as the condition of a generator."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def check_class_names(
    names: Sequence[str] | None, num_classes: int | None, argument: str = "class_names"
) -> list[str] | None:
    """The names of a model's classes as a list; None where they are not known.

    Args:
        names: the names.
        num_classes: number of classes; None for an unconditional model.
        argument: what they are called in an error.

    Raises:
        ValueError: if they are not as many as the classes, or two are equal.
    """
    if names is None:
        return None
    names = [str(name) for name in names]
    if num_classes is None:
        raise ValueError(f"{argument} were given, but the model is not conditional.")
    if len(names) != num_classes or len(set(names)) < len(names):
        raise ValueError(
            f"{argument} must be {num_classes} different names, one for each class, got {names}."
        )
    return names


def labeled(source: Any, shape: tuple[int, ...], num_classes: int) -> dict[str, np.ndarray]:
    """The images of a source and their labels, which must be of so many classes.

    Args:
        source: a `keras_gan.data.Source`.
        shape: (height, width, channels) of the images.
        num_classes: the model's number of classes.

    Raises:
        ValueError: if the source has no labels, or other classes than that.
    """
    names = source.class_names
    if source.is_folder and names and len(names) != num_classes:
        raise ValueError(
            f"The model has {num_classes} classes, and {source.name} has {len(names)} class folders: "
            f"{', '.join(names)}."
        )
    images, labels = source.images_and_labels(shape)
    return {"images": images, "labels": labels}


def counted(
    labels: np.ndarray, num_classes: int, class_names: Sequence[str] | None
) -> dict[str, int]:
    """How many of the labels (n,) are of each class, by its name, or its id where names are not known."""
    counts = np.bincount(labels, minlength=num_classes)
    names = class_names or range(num_classes)
    return {str(name): int(count) for name, count in zip(names, counts, strict=True)}


def inputs_of(first: Any, labels: Any = None) -> Any:
    """The inputs of a network: `first` alone, or a list of it and of the labels that condition it."""
    return first if labels is None else [first, labels]


def rows_of(labels: np.ndarray | None, rows: slice) -> np.ndarray | None:
    """Some of the labels; None where there are none."""
    return None if labels is None else labels[rows]
