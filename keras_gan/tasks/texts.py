"""Texts as the condition of a generator: settings, and the answers of a task."""

from collections.abc import Sequence
from functools import cached_property

from keras_gan.arguments import check_count
from keras_gan.conditions import WORD, Texts
from keras_gan.tasks.generation import Generation


class OfTexts(Generation):
    """Generation of images of texts.

    Args:
        vocabulary: the words of the texts, in lower case.
        text_length: words in a text, at most.
        shown_texts: texts that its previews and samples show, a column each; those of the data if empty.
    """

    vocabulary: Sequence[str] = ()
    text_length: int = 12
    shown_texts: Sequence[str] = ()

    @cached_property
    def condition(self) -> Texts:
        """The texts that the model takes.

        Raises:
            ValueError: on a vocabulary without words or with twice the same, or a shown text of others.
        """
        length = check_count("text_length", self.text_length)
        texts = Texts(tuple(self.vocabulary), length, tuple(self.shown_texts))
        texts.shown({})  # they are checked
        return texts

    @classmethod
    def arguments_of(cls, source):
        """The words of a folder's texts, and the length of the longest."""
        words = [WORD.findall(text.lower()) for text in source.texts()]
        vocabulary = sorted({word for each in words for word in each})
        length = max(map(len, words), default=1)
        return {"vocabulary": vocabulary, "text_length": length, "shown_texts": []}

    def columns_of(self, source):
        images, texts, attributes = source.images_and_texts(self.example_shape)
        known = {} if attributes is None else {"attributes": attributes}
        return self.complete({"images": images, "texts": texts, **known})

    @classmethod
    def usage(cls, name, arguments=None):
        lines = super().usage(name, arguments).splitlines()[:-1]
        text = _example(arguments)
        return "\n".join([*lines, f'images = model.generate(16, seed=1, text="{text}")'])

    @classmethod
    def commands(cls, name, arguments=None):
        generate, *others = super().commands(name, arguments)
        return [f'{generate} --text "{_example(arguments)}" --num 16', *others]


def _example(arguments):
    """A text that a model of such arguments understands, to show its use by."""
    known = arguments or {}
    return next(iter([*known.get("shown_texts", ()), *known.get("vocabulary", ())]), "...")
