"""Metrics during training, and a warning when they show a collapse."""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import keras

from keras_gan.callbacks.samples import at_least_1
from keras_gan.evaluation.evaluate import Evaluator, image_size
from keras_gan.metrics import Features


class EvaluateEvery(keras.callbacks.Callback):
    """Measures the model every few epochs and writes the metrics into the epoch's logs.

    Callbacks that come after it see them by the metric's name: `TensorBoard`, `CSVLogger`,
    `ModelCheckpoint("best.keras", monitor="fid", mode="min", save_best_only=True)`. The model is measured
    after the first epoch and after every `every`-th; in the others the metrics are NaN.

    Args:
        dataset: the real images, as for `keras_gan.evaluation.Evaluator`.
        metrics: as for `Evaluator`.
        num: number of images to generate, from the same latents each time.
        every: epochs from one measurement to the next.
        **options: as for `Evaluator`.

    Raises:
        ValueError: as `Evaluator`, when training begins.

    Example:

    ```python
    fid = keras_gan.EvaluateEvery("mnist", ["fid", "prdc"], num=5_000, every=5)
    gan.fit(images, epochs=50, callbacks=[fid, keras.callbacks.CSVLogger("log.csv")])
    ```
    """

    def __init__(
        self,
        dataset: Any,
        metrics: Sequence[str] = ("fid",),
        num: int = 5_000,
        *,
        every: int = 1,
        **options: Any,
    ):
        super().__init__()
        self.every = at_least_1(every)
        self.arguments = dataset, metrics, num
        self.options = options
        self.evaluator = None
        self.names = []

    def on_train_begin(self, logs=None):
        """Chooses the feature network."""
        if self.evaluator is None:
            size = {"image_size": image_size(self.model)}
            self.evaluator = Evaluator(*self.arguments, **size | self.options)
            self.evaluator.check(self.model)

    def on_epoch_end(self, epoch, logs=None):
        """Adds the metrics to the logs, and returns the report if there is one."""
        if (epoch + 1) % self.every and self.names:
            logs |= dict.fromkeys(self.names, math.nan)
            return None
        report = self.evaluator(self.model)
        values = {metric.metric: metric.value for metric in report.metrics}
        self.names = list(values)
        logs |= values
        return report


class CollapseMonitor(EvaluateEvery):
    """Warns, and can stop training, when the generator collapses or the discriminator saturates.

    The generator collapses when the root mean square distance of two samples' features falls below a
    fraction of that of two real images, or when the classes of samples differ that much from those of real
    images (a total variation above 1 - `fraction`; it is 1/2 if half of the classes are missing). The
    discriminator saturates when its loss is nearly 0: it is always right, and its gradient vanishes.

    Args:
        dataset: as for `EvaluateEvery`.
        num: number of samples.
        fraction: of the diversity of the data, below which samples have collapsed; from 0 to 1.
        saturation: the loss of the discriminator, 0 at least, below which it is saturated. None for a critic
            (Wasserstein), whose loss may be any number.
        patience: number of measurements in a row with a problem, before it warns.
        stop: whether to stop training then, besides the warning.
        every: as for `EvaluateEvery`.
        **options: as for `EvaluateEvery`. Classes are compared if the feature network is a classifier.

    Warns:
        UserWarning: with the epoch and the problem.

    Example:

    ```python
    gan.fit(images, epochs=50, callbacks=[keras_gan.CollapseMonitor("mnist", stop=True)])
    ```
    """

    def __init__(
        self,
        dataset: Any,
        num: int = 1_000,
        *,
        fraction: float = 0.5,
        saturation: float | None = 0.01,
        patience: int = 2,
        stop: bool = False,
        every: int = 1,
        **options: Any,
    ):
        if not 0 < fraction < 1:
            raise ValueError(f"fraction must be in (0, 1), got {fraction}.")
        if patience < 1:
            raise ValueError(f"patience must be at least 1, got {patience}.")
        features = options.get("features")
        classified = not isinstance(features, Features) and features != "inception"
        metrics = ("diversity", "modes") if classified else ("diversity",)
        super().__init__(dataset, metrics, num, every=every, **options)
        self.fraction = fraction
        self.saturation = saturation
        self.patience = patience
        self.stop = stop
        self.bad_measurements = 0

    def on_epoch_end(self, epoch, logs=None):
        """Adds the metrics to the logs, and warns of problems."""
        report = super().on_epoch_end(epoch, logs)
        if report is None:
            return
        problems = self._problems(logs)
        self.bad_measurements = self.bad_measurements + 1 if problems else 0
        if self.bad_measurements >= self.patience:
            warnings.warn(f"Epoch {epoch + 1}: {'; '.join(problems)}.", stacklevel=2)
            self.model.stop_training = self.model.stop_training or self.stop

    def _problems(self, logs):
        found = []
        if logs["diversity"] < self.fraction:
            found.append(f"samples have {logs['diversity']:.0%} of the diversity of the data")
        if logs.get("total_variation", 0) > 1 - self.fraction:
            found.append(
                f"the classes of samples are not those of the data (total variation "
                f"{logs['total_variation']:.2f})"
            )
        loss = logs.get("discriminator_loss")
        if None not in (loss, self.saturation) and 0 <= loss < self.saturation:
            found.append(f"the discriminator is saturated (loss {loss:.2g})")
        return found
