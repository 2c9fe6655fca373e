"""The base of all conditions."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np


class Condition:
    """A kind of condition: checks what people give, and makes of it what networks take.

    Attributes:
        keyword: the argument of `generate` that it is given by.
        column: the column of training data, and input of an exported model, that holds it.
        shape: of one example as networks take it.
        dtype: of its values.
    """

    keyword: ClassVar[str]
    column: ClassVar[str]
    dtype: ClassVar[str]
    shape: tuple[int, ...]

    def check(self, value: Any, num: int) -> np.ndarray:
        """Values of `num` examples, as networks take them: (num, *shape).

        Args:
            value: one for all examples, or `num` of them.
            num: number of examples.

        Raises:
            ValueError: if it is missing, of another number or kind, or unknown.
        """
        raise NotImplementedError

    def count(self, value: Any) -> int | None:
        """How many values are given; None of one that is for any number of examples."""
        several = isinstance(value, (list, tuple)) or np.ndim(value) > len(self.shape)
        return len(value) if several else None

    def shown(self, columns: Mapping[str, np.ndarray]) -> np.ndarray | None:
        """Different values that sheets show, a column of the sheet each; None if the data has none.

        Args:
            columns: rows of data, by column.
        """
        raise NotImplementedError

    def requested(self, labels: np.ndarray | None, num: int) -> np.ndarray:
        """`num` values (num, *shape) to measure a model by, of the labels of real data at equal distances.

        Args:
            labels: those of the data, if it has any.
            num: number of values.

        Raises:
            ValueError: if the data has no values of this kind.
        """
        raise NotImplementedError

    def examples(self, num: int) -> np.ndarray:
        """`num` values (num, *shape) to try an exported model with."""
        raise NotImplementedError


def spread(count: int, num: int) -> np.ndarray:
    """`num` places among `count` at equal distances: of all, as data may be sorted by class."""
    return np.arange(num) * count // num
