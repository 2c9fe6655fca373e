"""Conditions: what a generator is told beside its latents, and how people say it."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from keras_gan.lookup import check_name

WORD = re.compile(r"\w+")
KEYWORDS = ("labels", "text", "sound")
"""Arguments of `generate` that conditions are given by."""


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
        """What is given for `num` examples, as networks take it: (num, *shape).

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


@dataclass(frozen=True)
class Texts(Condition):
    """Short texts of known words, as rows of word numbers.

    A word is a run of letters and digits; upper case and punctuation do not count.

    Attributes:
        vocabulary: the known words, of the numbers 1, 2, ...; 0 fills up short texts.
        length: words in a text, at most.
        examples_shown: texts that sheets show; those of the data if empty.
    """

    vocabulary: tuple[str, ...]
    length: int
    examples_shown: tuple[str, ...] = ()
    keyword = "text"
    column = "texts"
    dtype = "int32"

    def __post_init__(self):
        words = [str(word) for word in self.vocabulary]
        if not words or len(set(words)) < len(words):
            raise ValueError("vocabulary must hold different words, at least one.")
        for word in words:
            if WORD.fullmatch(word) is None or word != word.lower():
                raise ValueError(f"vocabulary must hold words in lower case, got {word!r}.")
        object.__setattr__(self, "vocabulary", tuple(words))

    @property
    def shape(self):
        """(length,)."""
        return (self.length,)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each known word."""
        return {word: number for number, word in enumerate(self.vocabulary, 1)}

    def check(self, value, num):
        """Word numbers int32 (num, length) of one text for all or of (num,) texts, or such numbers."""
        if value is None:
            raise ValueError('text must be given, such as "red eyes" (words that the model knows).')
        if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
            tokens = np.broadcast_to(value, (num, self.length)) if value.ndim == 1 else value
            if tokens.shape != (num, self.length):
                raise ValueError(f"Word numbers must be ({num}, {self.length}), got {value.shape}.")
            if tokens.min() < 0 or tokens.max() > len(self.vocabulary):
                raise ValueError(
                    f"Word numbers must be from 0 to {len(self.vocabulary)}, got {tokens.min()} to "
                    f"{tokens.max()}."
                )
            if not tokens.any(axis=1).all():
                raise ValueError("A text must have a word: all of its word numbers are 0.")
            return tokens.astype(np.int32)
        texts = [value] * num if isinstance(value, str) else list(value)
        if len(texts) != num:
            raise ValueError(f"text must be one or {num} texts, got {len(texts)}.")
        known = {text: self.tokens(text) for text in dict.fromkeys(texts)}
        return np.stack([known[text] for text in texts])

    def shown(self, columns):
        """The `examples_shown`, or the first text of each of eight rows."""
        if self.examples_shown:
            return self.check(self.examples_shown, len(self.examples_shown))
        texts = columns.get(self.column)
        if texts is None:
            return None
        return texts.reshape(len(texts), -1, self.length)[:8, 0]

    def requested(self, labels, num):
        """A text of each row, the first, second, ... in turn."""
        if labels is None or labels.dtype.kind != "U":
            raise ValueError(
                "A model of texts is measured on data with texts: the data set anime_captions."
            )
        rows = labels.reshape(len(labels), -1)
        texts = rows[spread(len(rows), num), np.arange(num) % rows.shape[1]]
        return self.check(texts.tolist(), num)

    def examples(self, num):
        """Random words, of texts of all lengths."""
        rng = np.random.default_rng(0)
        tokens = rng.integers(1, len(self.vocabulary), (num, self.length), "int32", endpoint=True)
        lengths = rng.integers(1, self.length, (num, 1), endpoint=True)
        return np.where(np.arange(self.length) < lengths, tokens, 0).astype(np.int32)

    def tokens(self, text: str) -> np.ndarray:
        """The word numbers int32 (length,) of a text, 0 after its last word.

        Raises:
            ValueError: on a text without words, of too many, or with a word that is not known.
        """
        if not isinstance(text, str):
            raise ValueError(f"text must be a string, got {type(text).__name__}.")
        words = WORD.findall(text.lower())
        if not words:
            raise ValueError(f"text must hold words, got {text!r}.")
        for word in words:
            if word not in self.numbers:
                close = difflib.get_close_matches(word, self.vocabulary, n=3, cutoff=0.6)
                hint = f"Did you mean {' or '.join(close)}?" if close else self._words()
                raise ValueError(f"The model does not know the word {word!r}. {hint}")
        if len(words) > self.length:
            raise ValueError(
                f"text must have at most {self.length} words, got {len(words)}: {text!r}."
            )
        numbers = [self.numbers[word] for word in words]
        return np.array(numbers + [0] * (self.length - len(words)), np.int32)

    def text(self, tokens: np.ndarray) -> str:
        """The words of word numbers (length,)."""
        return " ".join(self.vocabulary[number - 1] for number in tokens if number)

    def _words(self):
        shown = ", ".join(self.vocabulary[:80])
        return f"It knows {shown}{', ...' if len(self.vocabulary) > 80 else ''}."


def spread(count: int, num: int) -> np.ndarray:
    """`num` places among `count` at equal distances: of all, as data may be sorted by class."""
    return np.arange(num) * count // num
