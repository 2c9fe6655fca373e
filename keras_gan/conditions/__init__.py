"""Conditions: what a generator is told beside its latents, and how people say it."""

from keras_gan.lazy import lazy

_NAMES = {
    "Classes": "classes",
    "Condition": "base",
    "Sounds": "sounds",
    "Texts": "texts",
    "WORD": "texts",
}

KEYWORDS = ("labels", "text", "sound")
"""Arguments of `generate` that conditions are given by."""
__all__ = ["KEYWORDS", *_NAMES]
__getattr__, __dir__ = lazy(__name__, _NAMES)
