"""The metrics of a model that predicts the next frame of a video."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from keras_gan.evaluation.reference import Reference
from keras_gan.metric import Metric, with_ending
from keras_gan.metrics import pixels
from keras_gan.tasks.prediction import Prediction


@dataclass
class Sample:
    """The frames that follow the first ones of clips, and predictions of them.

    Attributes:
        model: the model.
        clips: uint8 (n, frames, height, width, channels).
        seed: of the noise.
    """

    model: Prediction
    clips: np.ndarray
    seed: int

    @property
    def truth(self) -> np.ndarray:
        """The frames that followed."""
        return self.clips[:, self.model.past]

    @property
    def last(self) -> np.ndarray:
        """The frames before them."""
        return self.clips[:, self.model.past - 1]

    @cached_property
    def predicted(self) -> np.ndarray:
        """Predictions, one for each clip."""
        return self.model.predict_next(self.clips[:, : self.model.past], seed=self.seed)

    @property
    def moving(self) -> np.ndarray:
        """Which pixels differ from the last frame, bool (n, height, width)."""
        return (self.truth != self.last).any(axis=-1)


def default(model: Prediction, reference: Reference) -> list[str]:
    """The task's default metrics."""
    return [*model.default_metrics]


def check(model: Prediction, metrics: list[str], reference: Reference):
    """Raises a ValueError if the data are no clips, or of other frames than the model's."""
    model.check_data(reference.clips(model.past + 1))


def samples(model, metrics, reference, num, seed):
    """A prediction for each clip."""
    yield "", Sample(model, reference.clips(model.past + 1), seed)


def _beside_copying(metric: Callable[..., Metric], moves: bool):
    """A metric of predictions, and of the last frame in their place; of what `moves` too."""

    def measured(sample):
        found = [
            ("", metric(sample.predicted, sample.truth)),
            ("_copying", metric(sample.last, sample.truth)),
        ]
        where = sample.moving
        if moves and where.any():
            found += [
                ("_moving", metric(sample.predicted, sample.truth, where)),
                ("_moving_copying", metric(sample.last, sample.truth, where)),
            ]
        return [
            replace(with_ending(each, ending), definition=each.definition + _SAID[ending])
            for ending, each in found
        ]

    return measured


_SAID = {
    "": "",
    "_copying": " (the last frame in place of a prediction)",
    "_moving": " (of pixels that differ from the last frame)",
    "_moving_copying": " (the last frame, of pixels that differ from it)",
}


METRICS = {
    "psnr": _beside_copying(pixels.psnr, moves=True),
    "ssim": _beside_copying(pixels.ssim, moves=False),
    "sharpness_difference": _beside_copying(pixels.sharpness_difference, moves=True),
}
