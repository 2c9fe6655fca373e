"""Training by a recipe: loads the data, fits the model; can be stopped and continued at any step."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import keras
import numpy as np

from keras_gan import backend, data, models
from keras_gan.tasks.task import Task
from keras_gan.zoo.build import build
from keras_gan.zoo.journal import Journal
from keras_gan.zoo.recipe import Recipe
from keras_gan.zoo.workdir import Workdir, read_lines

__all__ = ["Training", "build", "opened", "train"]

UNLIMITED = 10**9  # epochs


def train(
    recipe: Recipe | dict[str, Any],
    workdir: str | os.PathLike,
    *,
    epochs: int | None = None,
    minutes: float | None = None,
    data_dir: str | os.PathLike | None = None,
    skip_unreadable: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Task:
    """Trains the model of a recipe, from the checkpoint in `workdir` if there is one.

    Leaves in `workdir`, after every epoch: `checkpoint.keras` (the model with its optimizers and random
    state), `log.jsonl` (for each epoch a line with losses, steps, seconds and hardware) and the model's
    preview in `samples`; and from the beginning `training.json` (the recipe, and a fingerprint of the data).
    With a `keras_gan.EvaluateEvery` among the callbacks that measures "fid", `best.keras` is the model of the
    epoch with the smallest.
    If several processes train together (`keras_gan.backend.distribute`), the first one writes and all of them
    read.

    Args:
        recipe: a `Recipe`, or the parsed JSON of one (docs/recipe.md).
        workdir: folder for checkpoint, log and samples.
        epochs: number of epochs, instead of the recipe's. The last phase ends earlier or later for it.
        minutes: time after which the training stops with the step that is running, whatever the recipe's
            epochs are; another call goes on.
        data_dir: folder of local data sets, as for `keras_gan.data.arrays`.
        skip_unreadable: whether pictures of a folder that cannot be decoded are left out with a warning. If
            False, they are an error.
        callbacks: further Keras callbacks, before that which writes log and checkpoint. To keep more weights
            than the last: `keras.callbacks.ModelCheckpoint("weights/{epoch:04d}.weights.h5",
            save_weights_only=True)`.

    Returns:
        The trained model.

    Raises:
        ValueError: on a recipe or data that do not fit, a checkpoint that is damaged or belongs to another
            recipe or other data, or a folder in which another process trains.
        OSError: if `workdir` cannot be written, on a full disk say; the checkpoint before then stays.
        KeyboardInterrupt: after SIGINT (Ctrl-C), once the checkpoint is written; the next call continues with
            the next step. A second one is not waited for.
        SystemExit: with code 143 after SIGTERM, in the same way.
    """
    recipe = Recipe.parse(recipe)
    options = {"data_dir": data_dir, "skip_unreadable": skip_unreadable}
    with opened(recipe, workdir, **options) as training:
        training.run(epochs, minutes, callbacks)
    return training.model


@dataclass
class Training:
    """A training that is ready to run, or to go on, in a folder that this process has locked.

    Attributes:
        recipe: its recipe.
        folder: its folder.
        model: the model, compiled; from the checkpoint if there is one.
        columns: its data, by the names of the model's columns.
        log: the lines of the epochs that are finished.
        unfinished: `steps` and `seconds` of an epoch that was cut short.
        diverged: whether it was stopped, with a warning, because losses or gradients were not finite.
    """

    recipe: Recipe
    folder: Workdir
    model: Task
    columns: Mapping[str, np.ndarray]
    diverged: bool = field(default=False, init=False)

    def __post_init__(self):
        # Lines of epochs that did not reach the checkpoint are dropped.
        lines = read_lines(self.folder.path) if self.folder.checkpoint.exists() else []
        lines = [line for line in lines if line["steps_done"] <= self.steps]
        unfinished = lines.pop() if lines and "unfinished" in lines[-1] else {"seconds": 0.0}
        self.log = lines
        begun = self.steps - (lines[-1]["steps_done"] if lines else 0)
        self.unfinished = {"steps": begun, "seconds": unfinished["seconds"]}

    @property
    def steps(self) -> int:
        """Training steps so far."""
        return int(self.model.steps)

    @property
    def steps_per_epoch(self) -> int:
        """Training steps in an epoch."""
        rows = max(map(len, self.columns.values())) * self.recipe.rounds
        return rows // (self.recipe.batch_size * self.model.batches_per_step)

    def run(
        self,
        epochs: int | None = None,
        minutes: float | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        verbose: int | None = None,
    ) -> None:
        """Trains to the end, and writes.

        Args:
            epochs: as for `train`.
            minutes: as for `train`.
            callbacks: as for `train`.
            verbose: as for `keras.Model.fit`; None for a progress bar on a terminal, and elsewhere a line for
                each epoch.

        Raises:
            OSError, KeyboardInterrupt, SystemExit: as `train`.
        """
        if epochs is None:
            epochs = self.recipe.epochs if minutes is None else UNLIMITED
        if verbose is None:
            verbose = "auto" if sys.stdout.isatty() else 2
        rounds = self.recipe.rounds
        columns = self.columns
        if rounds > 1:
            columns = {name: np.concatenate([each] * rounds) for name, each in columns.items()}
        options = {
            "batch_size": self.recipe.batch_size,
            "verbose": verbose,
            "initial_step": self.unfinished["steps"],
        }
        with ExitStack() as stack:
            folder = self.folder
            if backend.is_chief():
                folder.describe(self.recipe, self.columns)
            else:
                folder = Workdir(stack.enter_context(tempfile.TemporaryDirectory()))
            journal = Journal(
                folder, self.recipe.batch_size, self.columns, self.log, self.unfinished, minutes
            )
            options["callbacks"] = [*callbacks, journal]
            stack.enter_context(journal.stopping_at(signal.SIGINT, signal.SIGTERM))
            for phase, end in _phases(self.recipe, epochs):
                first = len(journal.log)
                if first >= end:
                    continue
                if phase is not None:
                    self.model.begin(phase)
                self.model.fit(columns, epochs=end, initial_epoch=first, **options)
                options["initial_step"] = 0
                self.log = [line for line in journal.log if "unfinished" not in line]
                if self.model.stop_training:
                    self.diverged = not journal.stopped
                    break


@contextmanager
def opened(
    recipe: Recipe,
    workdir: str | os.PathLike,
    *,
    data_dir: str | os.PathLike | None = None,
    skip_unreadable: bool = False,
) -> Iterator[Training]:
    """The `Training` of a recipe in a folder, which it locks; arguments and errors are those of `train`."""
    if recipe.batch_size == 1 and recipe.dtype != "float32":
        backend.one_thread_each()  # In float32 operations are long enough for many threads.
    folder = Workdir(workdir)
    with folder.locked() if backend.is_chief() else ExitStack():
        folder.check_recipe(recipe)
        resumed = folder.checkpoint.exists()
        model = models.load_model(folder.checkpoint) if resumed else build(recipe)
        if model.phases and not recipe.phases:
            raise ValueError(
                f"The recipe must name phases of {recipe.model}: {', '.join(model.phases)}."
            )
        source = data.source(
            recipe.dataset,
            recipe.split,
            image_size=recipe.image_size,
            data_dir=data_dir,
            skip_unreadable=skip_unreadable,
        )
        columns = model.columns_of(source)
        folder.check_data(columns)
        yield Training(recipe, folder, model, columns)


def _phases(recipe, epochs):
    """The phases and the number of the last epoch of each; one phase without a name if there are none."""
    ends = list(accumulate(phase.epochs for phase in recipe.phases[:-1]))
    names = [phase.name for phase in recipe.phases] or [None]
    return zip(names, [min(end, epochs) for end in [*ends, epochs]], strict=True)
