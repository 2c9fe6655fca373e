"""Class labels as the condition of a generator."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_gan.lookup import check_name


def check_labels(
    labels: Any, num: int, num_classes: int | None, class_names: Sequence[str] | None = None
) -> np.ndarray | None:
    """Labels of `num` examples as int32 (num,); None for an unconditional model.

    Args:
        labels: one class for all, or (num,) classes, each an id or a name; None for an unconditional model.
        num: number of examples.
        num_classes: number of classes of the model; None if it is unconditional.
        class_names: their names, where they are known.

    Raises:
        ValueError: on labels that are missing, not wanted, of another number or type, or out of range, or
            on a name that no class has.
    """
    if num_classes is None:
        if labels is not None:
            raise ValueError("labels were given, but the model is not conditional.")
        return None
    classes = f"class ids from 0 to {num_classes - 1}"
    if labels is None:
        raise ValueError(f"labels must be given, {classes}.")
    labels = np.asarray(labels)
    if labels.dtype.kind == "U":
        labels = _ids(labels, class_names or ())
    if labels.ndim == 0:
        labels = np.full(num, labels)
    if labels.shape != (num,) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels must be {classes}, one or {num} of them; got {labels.dtype} {labels.shape}."
        )
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError(f"labels must be {classes}, got {labels.min()} to {labels.max()}.")
    return labels.astype(np.int32)


def _ids(names, known):
    ids = {name: index for index, name in enumerate(known)}
    for name in names.flat:
        if not known:
            raise ValueError(
                f"labels must be class ids: the model has no names of classes, got {str(name)!r}."
            )
        check_name("class", str(name), known)
    return np.array([ids[str(name)] for name in names.flat], np.int32).reshape(names.shape)


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
