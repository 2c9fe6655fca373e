"""Texts as a condition."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from keras_gan.conditions.base import Condition, spread
from keras_gan.lookup import did_you_mean

WORD = re.compile(r"\w+")


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
                hint = did_you_mean(word, self.vocabulary, closeness=0.6) or self._words()
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
