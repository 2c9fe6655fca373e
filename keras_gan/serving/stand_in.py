"""A model whose network is run by an exported file, so that the file can be measured as the model is."""

from collections.abc import Callable

import numpy as np

from keras_gan.batching import in_batches
from keras_gan.modalities.images import to_people
from keras_gan.tasks import tiling
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.task import Task
from keras_gan.tasks.translation import Translation

Run = Callable[[dict[str, np.ndarray]], np.ndarray]


def stand_in(model: Task, run: Run, direction: str | None = None) -> Task:
    """A model that answers as `model` does, but whose images come from `run`.

    Args:
        model: a `Generation` or `Translation`.
        run: maps named inputs to images in [-1, 1].
        direction: the only one in which the stand-in of a `Translation` translates.

    Raises:
        ValueError: on a model of another task.
    """
    if isinstance(model, Generation):
        return _Generates(model, run)
    if isinstance(model, Translation):
        return _Translates(model, run, direction)
    raise ValueError(f"A {type(model).__name__} generates no images to measure.")


class _StandIn:
    def __init__(self, model, run):
        self._model, self._run = model, run

    def __getattr__(self, name):
        return getattr(self._model, name)

    @property
    def __class__(self):
        return type(self._model)  # for isinstance

    def _images(self, inputs, size):
        num = len(next(iter(inputs.values())))
        batches = (
            {name: value[rows] for name, value in inputs.items()} for rows in in_batches(num, size)
        )
        return to_people(np.concatenate([self._run(batch) for batch in batches]))


class _Generates(_StandIn):
    def draw(self, num, seed=None, truncation=None):
        return self._model.latents(num, seed)

    def synthesize(self, latents, labels=None):
        labels = {} if labels is None else {"labels": np.int32(labels)}
        return self._images({"latents": latents, **labels}, 100)


class _Translates(_StandIn):
    def __init__(self, model, run, direction):
        super().__init__(model, run)
        self.generators = {direction: model.generators[direction]}

    def translate(self, images, direction, noise=None, size=None):
        size = max(1, tiling.AREA // (images.shape[1] * images.shape[2]))
        return self._images({"images": images.astype(np.float32) / 127.5 - 1.0}, size)
