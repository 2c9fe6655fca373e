"""Lines of `keras-gan train`: the plan beforehand, the progress of the whole training, the next commands."""

import shlex
import sys
import time
from collections.abc import Iterator

import click
import keras
import numpy as np

from keras_gan import backend, data, zoo
from keras_gan.callbacks import EvaluateEvery, TensorBoard
from keras_gan.evaluation import classifier_of
from keras_gan.evaluation.inception import cached_path
from keras_gan.zoo.journal import shown
from keras_gan.zoo.train import Training

WARM_UP = 5  # training steps before the speed is measured: the first ones are traced
MEASURED = 5_000  # images for the FID after an epoch, generated and real
SETTLED = 5.0  # seconds after which the time of the whole training is told


def plan(training: Training, epochs: int, minutes: float | None) -> Iterator[str]:
    """Lines about what will be trained on what, and how long.

    Args:
        training: the training.
        epochs: of the whole training.
        minutes: the time after which it stops; None if its length is `epochs`.
    """
    recipe, model = training.recipe, training.model
    for name, images in training.columns.items():
        if images.ndim not in (4, 5) or images.dtype != np.uint8:
            continue
        *frames, height, width, channels = images.shape[1:]
        kind = {1: "gray", 3: "RGB"}.get(channels, f"{channels} channels")
        unit = "frames" if name == "clips" else "pictures"
        of = "".join(f"{count} {unit} of " for count in frames)
        yield f"{name.capitalize():<10} {len(images):,} of {of}{width}x{height} pixels, {kind}"
    if classes := model.classes_in(training.columns):
        classes = (f"{name} {count:,}" for name, count in classes.items())
        yield f"{'Classes':<10} {', '.join(classes)}"
    begin = f"from {recipe.start}" if recipe.start else "from random weights"
    if training.steps:
        begin = f"going on after step {training.steps:,}"
    yield f"{'Model':<10} {recipe.model}, {model.count_params():,} parameters, {begin}"
    steps = training.steps_per_epoch
    size = recipe.batch_size * model.batches_per_step
    length = f"{epochs} epochs of {steps:,} steps: {epochs * steps * size:,} images"
    if minutes is not None:
        length = f"{minutes:g} minutes, in epochs of {steps:,} steps"
    once = f", each picture {recipe.rounds} times an epoch" if recipe.rounds > 1 else ""
    yield f"{'Training':<10} {length}, {recipe.batch_size} in a batch{once}"
    variables = [*model.variables, *(v for one in model.optimizers.values() for v in one.variables)]
    size = sum(4 * int(np.prod(variable.shape)) for variable in variables)
    yield f"{'Disk':<10} {size / 1e6:,.0f} MB in {training.folder.path}, and a sheet of samples an epoch"


def watching(
    training: Training, features: str | None, tensorboard: bool
) -> list[keras.callbacks.Callback]:
    """The callbacks of a training.

    Args:
        training: the training.
        features: the features by which the FID against the training data is measured after each epoch; none
            without them.
        tensorboard: whether losses, metrics and samples are written for TensorBoard.

    Raises:
        ValueError: if the model has no FID, or the features do not suit its images.
    """
    found = []
    if features is not None:
        arrays = tuple(each for name, each in training.columns.items() if name != "rows")
        data = arrays if len(arrays) > 1 else arrays[0]
        num = min(MEASURED, max(map(len, arrays)))
        found.append(EvaluateEvery(data, ["fid"], num, num_real=num, features=features))
    if tensorboard and backend.is_chief():
        found.append(TensorBoard(training.folder.path / "tensorboard", shown(training.columns)))
    return found


def next_commands(training: Training) -> list[str]:
    """Command lines for what can be done with the trained model."""
    folder = shlex.quote(str(training.folder.path))
    return [
        *training.model.commands(folder, training.recipe.arguments),
        *_measuring(training, folder),
        f"keras-gan train {folder} --epochs {2 * max(1, len(training.log))}",
    ]


def _measuring(training, folder):
    """The command that measures the model, if there is a feature network for its images here."""
    recipe, command = training.recipe, f"keras-gan evaluate {folder}"
    if not training.model.default_metrics:
        return []
    if (
        recipe.dataset in data.DATASETS
        or training.model.verb == "classify"
        or cached_path().exists()
    ):
        return [command]
    try:  # One's own pictures are measured by the classifier of the entry that the training began with.
        features = classifier_of(zoo.card(recipe.start or "").recipe.dataset)
    except ValueError:
        return []
    shape = zoo.card(features).recipe.arguments.get("image_shape", ())
    fits = tuple(shape) == tuple(training.model.example_shape)
    return [f"{command} --features {features}"] if fits else []


class Progress(keras.callbacks.Callback):
    """The progress of a whole training on stderr, with the time left: a bar on a terminal, else lines.

    Args:
        epochs: epochs of the whole training.
        minutes: the time after which it stops; None if its length is `epochs`.
    """

    def __init__(self, epochs: int, minutes: float | None):
        super().__init__()
        self.epochs, self.minutes = epochs, minutes
        self.begun = time.monotonic()
        self.speed_from = None  # (time, fraction done) after the first steps
        self.epoch = self.batch = self.calls = 0
        self.told = False
        self.bar = _bar() if sys.stderr.isatty() else None

    def close(self):
        """Removes the bar."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.batch = batch
        self.calls += 1
        done = self._fraction((batch + 1) / max(1, self.params["steps"]))
        if self.calls == WARM_UP:
            self.speed_from = time.monotonic(), done
        left = self._left(done)
        if left is not None and not self.told and time.monotonic() - self.speed_from[0] >= SETTLED:
            self.told = True
            whole = time.monotonic() - self.begun + left
            self._write(f"{'Time':<10} about {_duration(whole)} in all, at the speed so far")
        if self.bar is not None:
            self._draw(done, left, logs or {})

    def on_epoch_end(self, epoch, logs=None):
        if self.bar is None and self.batch + 1 >= self.params["steps"]:  # It was not cut short.
            left = self._left(self._fraction(1.0))
            text = "" if left is None else f", {_duration(left)} left"
            of = "" if self.minutes is not None else f"/{self.epochs}"
            self._write(f"Epoch {epoch + 1}{of}: {_losses(logs or {})}{text}")

    def _fraction(self, of_epoch):
        if self.minutes is not None:
            return min(1.0, (time.monotonic() - self.begun) / (60 * self.minutes))
        return min(1.0, (self.epoch + of_epoch) / self.epochs)

    def _left(self, done):
        """Seconds left, at the speed since the first steps; None before it is known."""
        if self.speed_from is None or done <= self.speed_from[1]:
            return None
        start, before = self.speed_from
        return (time.monotonic() - start) * (1.0 - done) / (done - before)

    def _draw(self, done, left, logs):
        if not self.bar.tasks:
            self.bar.add_task("", total=1.0, left="", losses="")
            self.bar.start()
        of = "" if self.minutes is not None else f"/{self.epochs}"
        self.bar.update(
            self.bar.tasks[0].id,
            completed=done,
            description=f"Epoch {self.epoch + 1}{of}",
            left="" if left is None else f"{_duration(left)} left",
            losses=_losses(logs),
        )

    def _write(self, text):
        (click.echo if self.bar is None else self.bar.console.print)(
            text, **({"err": True} if self.bar is None else {"highlight": False, "markup": False})
        )


def _bar():
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()]
    columns += [TextColumn("{task.fields[left]}"), TextColumn("{task.fields[losses]}")]
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _losses(logs):
    losses = {name: value for name, value in logs.items() if name.endswith("_loss")}
    return ", ".join(
        f"{name.removesuffix('_loss')} {float(value):.3g}" for name, value in losses.items()
    )


def _duration(seconds):
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
