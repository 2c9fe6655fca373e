"""Class labels as the condition of a generator."""

from typing import Any

import numpy as np


def check_labels(labels: Any, num: int, num_classes: int | None) -> np.ndarray | None:
    """Labels of `num` examples as int32 (num,); None for an unconditional model.

    Args:
        labels: one class id for all, or (num,) class ids; None for an unconditional model.
        num: number of examples.
        num_classes: number of classes of the model; None if it is unconditional.

    Raises:
        ValueError: on labels that are missing, not wanted, of another number or type, or out of range.
    """
    if num_classes is None:
        if labels is not None:
            raise ValueError("labels were given, but the model is not conditional.")
        return None
    classes = f"class ids from 0 to {num_classes - 1}"
    if labels is None:
        raise ValueError(f"The model is conditional: labels must be given, {classes}.")
    labels = np.asarray(labels)
    if labels.ndim == 0:
        labels = np.full(num, labels)
    if labels.shape != (num,) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels must be {classes}, one or {num} of them; got {labels.dtype} {labels.shape}."
        )
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError(f"labels must be {classes}, got {labels.min()} to {labels.max()}.")
    return labels.astype(np.int32)


def inputs_of(first: Any, condition: list) -> Any:
    """The inputs of a network: `first` alone, or a list of it and of what conditions it."""
    return [first, *condition] if condition else first
