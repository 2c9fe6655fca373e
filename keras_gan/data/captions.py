"""Captions of drawn faces, written from the colors of hair and eyes by a grammar.

A caption is a template, of which some name the hair or the eyes alone, with a word for each color. Templates
of the test split never occur in training.
"""

import numpy as np

from keras_gan.conditions import WORD

WORDS = {
    "aqua": ("aqua", "teal", "turquoise", "cyan"),
    "black": ("black", "dark"),
    "blonde": ("blonde", "blond", "golden"),
    "blue": ("blue", "azure"),
    "brown": ("brown", "chestnut"),
    "gray": ("gray", "grey", "silver"),
    "green": ("green", "emerald"),
    "orange": ("orange", "ginger"),
    "pink": ("pink", "rose"),
    "purple": ("purple", "violet"),
    "red": ("red", "crimson"),
    "white": ("white",),
    "yellow": ("yellow",),
}
"""Words for each color."""
BOTH = (
    "{eyes} eyes, {hair} hair",
    "{hair} hair, {eyes} eyes",
    "{hair} hair {eyes} eyes",
    "a girl with {hair} hair and {eyes} eyes",
    "a girl with {eyes} eyes and {hair} hair",
    "{eyes}-eyed with {hair} hair",
    "{hair} haired, eyes {eyes}",
    "her eyes are {eyes} and her hair is {hair}",
    "she has {eyes} eyes and {hair} hair",
    "an anime face with {hair} hair and {eyes} eyes",
)
"""Templates of training that name hair and eyes."""
NEW = (
    "her hair is {hair} and her eyes are {eyes}",
    "{eyes} eyes and {hair} hair, a girl",
)
"""Templates of the test split alone, beside those of training: other orders of the same words."""
ONE = (
    "{eyes} eyes",
    "a girl with {eyes} eyes",
    "her eyes are {eyes}",
    "{hair} hair",
    "a girl with {hair} hair",
    "her hair is {hair}",
)
"""Templates that name the hair or the eyes alone, one in five captions."""
VOCABULARY = tuple(
    sorted(
        {word for words in WORDS.values() for word in words}
        | {word for text in (*BOTH, *NEW, *ONE) for word in WORD.findall(text)}
    )
)
"""All words of captions."""
HELD_OUT = (
    *(("black", "red"), ("blue", "red"), ("blonde", "purple"), ("gray", "blue")),
    *(("purple", "blue"), ("pink", "green"), ("green", "yellow"), ("brown", "aqua")),
    *(("aqua", "blue"), ("white", "yellow"), ("red", "green"), ("orange", "red")),
)
"""Pairs (hair, eyes) of colors that the training split leaves out, to test composition by."""


def caption(template: str, hair: str, eyes: str, rng: np.random.Generator) -> str:
    """A template with words for the colors, drawn at random.

    Args:
        template: of `BOTH`, `NEW` or `ONE`.
        hair: a color of `WORDS`.
        eyes: a color of `WORDS`.
        rng: draws the words.
    """
    colors = {"hair": hair, "eyes": eyes}
    return template.format(**{name: _drawn(WORDS[each], rng) for name, each in colors.items()})


def captions(
    hair: list[str], eyes: list[str], num: int, seed: int, new: bool = False
) -> np.ndarray:
    """Captions of faces, `num` of each, the same for the same seed.

    Args:
        hair: (n,) colors of the hair.
        eyes: (n,) colors of the eyes.
        num: captions of a face.
        seed: of the templates and words.
        new: whether half of those that name both have the templates `NEW`.

    Returns:
        Strings (n, num).
    """
    rng = np.random.default_rng(seed)
    texts = []
    for each in zip(hair, eyes, strict=True):
        for _ in range(num):
            both = NEW if new and rng.random() < 0.5 else BOTH
            template = _drawn(ONE if rng.random() < 0.2 else both, rng)
            texts.append(caption(template, *each, rng))
    return np.reshape(texts, (len(hair), num))


def stated(text: str) -> tuple[str | None, str | None]:
    """The colors of hair and eyes that a caption states; None for what it says nothing of.

    A color belongs to the hair or the eyes that follow it at once, or else to those named last.
    """
    found = {"hair": None, "eyes": None}
    noun, words = None, WORD.findall(text.lower())
    for word, following in zip(words, [*words[1:], ""], strict=True):
        noun = _NOUNS.get(word, noun)
        if word in _COLORS and (of := _NOUNS.get(following, noun)):
            found[of] = _COLORS[word]
    return found["hair"], found["eyes"]


def _drawn(options, rng):
    return options[rng.integers(len(options))]


_NOUNS = {"hair": "hair", "haired": "hair", "eyes": "eyes", "eyed": "eyes"}
_COLORS = {word: color for color, words in WORDS.items() for word in words}
