"""Class labels as a condition."""

from dataclasses import dataclass

import numpy as np

from keras_gan.conditions.base import Condition, spread
from keras_gan.lookup import check_name


@dataclass(frozen=True)
class Classes(Condition):
    """Class labels.

    Attributes:
        num: number of classes.
        names: their names; empty where they are not known.
    """

    num: int
    names: tuple[str, ...] = ()
    keyword = "labels"
    column = "labels"
    dtype = "int32"
    shape = ()

    def check(self, value, num):
        """Class ids int32 (num,) of one class for all or of (num,) classes, each an id or a name."""
        classes = f"class ids from 0 to {self.num - 1}"
        if value is None:
            raise ValueError(f"labels must be given, {classes}.")
        labels = np.asarray(value)
        if labels.dtype.kind == "U":
            labels = self._ids(labels)
        if labels.ndim == 0:
            labels = np.full(num, labels)
        if labels.shape != (num,) or not np.issubdtype(labels.dtype, np.integer):
            raise ValueError(
                f"labels must be {classes}, one or {num} of them; got {labels.dtype} {labels.shape}."
            )
        if labels.min() < 0 or labels.max() >= self.num:
            raise ValueError(f"labels must be {classes}, got {labels.min()} to {labels.max()}.")
        return labels.astype(np.int32)

    def shown(self, columns):
        """All classes."""
        return np.arange(self.num, dtype=np.int32)

    def requested(self, labels, num):
        """The classes of the data, or all in turn."""
        labels = np.arange(self.num) if labels is None else labels
        return labels[spread(len(labels), num)]

    def examples(self, num):
        """The classes in turn."""
        return np.arange(num, dtype=np.int32) % self.num

    def _ids(self, given):
        ids = {name: index for index, name in enumerate(self.names)}
        for name in given.flat:
            if not ids:
                raise ValueError(
                    f"labels must be class ids: the model has no names of classes, got {str(name)!r}."
                )
            check_name("class", str(name), ids)
        return np.array([ids[str(name)] for name in given.flat], np.int32).reshape(given.shape)
