"""The metrics of a model that animates people by landmarks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from keras_gan.evaluation.reference import Reference
from keras_gan.metric import Metric, with_ending
from keras_gan.metrics import pixels
from keras_gan.tasks.animation import Animation


@dataclass
class Sample:
    """Images of people: the first ones, which are portraits, and the others, which are to be drawn.

    Attributes:
        model: the model.
        images: uint8 (n, m, height, width, channels).
        landmarks: (n, m, 30, 2).
    """

    model: Animation
    images: np.ndarray
    landmarks: np.ndarray

    @property
    def shots(self) -> int:
        """Number of portraits of each person: as many as in the training."""
        return self.model.shots

    @property
    def truth(self) -> np.ndarray:
        """The images that are to be drawn, uint8 (n (m - shots), height, width, channels)."""
        return _flat(self.images[:, self.shots :])

    @cached_property
    def animated(self) -> np.ndarray:
        """Those that the model draws."""
        return self._drawn(np.arange(len(self.images)))

    @cached_property
    def swapped(self) -> np.ndarray:
        """Those that it draws of the next person's portraits, with these landmarks."""
        return self._drawn(np.roll(np.arange(len(self.images)), -1))

    @property
    def copied(self) -> np.ndarray:
        """For each, the portrait whose landmarks are closest."""
        seen, wanted = self.landmarks[:, : self.shots], self.landmarks[:, self.shots :]
        gaps = np.square(seen[:, None] - wanted[:, :, None]).sum(axis=(3, 4))
        nearest = gaps.argmin(axis=2)
        return _flat(self.images[np.arange(len(nearest))[:, None], nearest])

    def _drawn(self, whose):
        seen = slice(self.shots)
        return np.concatenate(
            [
                self.model.animate(self.images[who, seen], self.landmarks[who, seen], drive)
                for who, drive in zip(whose, self.landmarks[:, self.shots :], strict=True)
            ]
        )


def default(model: Animation, reference: Reference) -> list[str]:
    """The task's default metrics."""
    return [*model.default_metrics]


def check(model: Animation, metrics: list[str], reference: Reference):
    """Raises a ValueError if the data are no people with landmarks, or of other images than the model's."""
    Animation.check_data(model, *reference.people())


def samples(model, metrics, reference, num, seed):
    """A drawing for each image that is no portrait."""
    yield "", Sample(model, *reference.people())


def _beside_others(metric: Callable[..., Metric]):
    """A metric of drawings, and of other images in their place."""

    def measured(sample):
        shots = f" (unseen people, {sample.shots} portraits"
        found = (
            ("", sample.animated, f"{shots})"),
            ("_copying", sample.copied, f"{shots}; the portrait with the closest landmarks)"),
            ("_swapped", sample.swapped, f"{shots} of another person)"),
        )
        return [
            replace(with_ending(each, ending), definition=each.definition + said)
            for ending, images, said in found
            for each in (metric(images, sample.truth),)
        ]

    return measured


METRICS = {"l1": _beside_others(pixels.l1), "ssim": _beside_others(pixels.ssim)}


def _flat(images):
    return images.reshape(-1, *images.shape[2:])
