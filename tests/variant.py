"""What a row of the variants' tests says, and shapes and settings that several rows have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

GRAY = (28, 28, 1)
SMALL = (8, 8, 1)
TINY = (4, 4, 1)
COLORED = (8, 8, 3)
LARGE = (32, 32, 1)


@dataclass(frozen=True)
class Variant:
    """A row.

    Attributes:
        networks: function that makes the smallest networks, in the order of the class's arguments.
        shape: (height, width, channels) of the images.
        data: "images", "labels" (images with class ids from 0 to 2), "rows" (images with numbers from 0 to
            7), "domains" (images of A and of B), "tags" (images with three tags, 0 or 1), "texts" (images
            with two texts of three words each, and an attribute of each), "sounds" (three images for
            each of 100 samples, and class ids), "clips" (three frames each), or "people" (three images of
            each, with landmarks).
        settings: arguments that the networks require.
        state: arguments that give the variant state or randomness of its own, which a file must restore.
        loss: name of the hand-computed losses in tests/test_variants.py; None where a test of the model's
            own has them.
        unmoved: how many variables of the first and of the second player two steps leave as they are: biases
            that the difference of two logits takes out again, or layers that have not grown yet.
        large: whether its networks take long, so that its shared checks are slow tests.
        players: how many play.
        phase: the phase that is tested, of a model that is trained in phases.
    """

    networks: Callable[[], Sequence[keras.Model]]
    shape: tuple[int, int, int] = GRAY
    data: str = "images"
    settings: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    loss: str | None = None
    unmoved: tuple[int, int] = (0, 0)
    large: bool = False
    players: int = 2
    phase: str | None = None


CLASSES = {"num_classes": 3}
AVERAGED = {"ema": 0.9}
