"""Runs a recipe: builds the model, loads the data, fits, and can be stopped and continued at any epoch."""

import copy
import importlib
import json
import os
import signal
import tempfile
import threading
import time
import zipfile
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import keras

from keras_gan import backend, data, models, networks
from keras_gan.files import replacing
from keras_gan.game.game import Game
from keras_gan.zoo import registry
from keras_gan.zoo.recipe import Recipe


def build(recipe: Recipe | dict[str, Any]) -> Game:
    """Builds and compiles the model of a recipe; no training yet.

    Args:
        recipe: a `Recipe`, or the parsed JSON of one (docs/recipe.md).

    Raises:
        ValueError: if the recipe names no model, network or entry of this library, has arguments that do not
            fit, or starts from weights that are missing, damaged or of other networks.
        OSError: if the weights of an entry have to be fetched and cannot be.
    """
    recipe = Recipe.parse(recipe)
    if recipe.model not in models.__all__:
        names = ", ".join(models.__all__)
        raise ValueError(f"The recipe names the model {recipe.model!r}; there are {names}.")
    recipe = copy.deepcopy(recipe)  # Keras changes configs that it reads.
    keras.utils.set_random_seed(recipe.seed)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.dtype)
    try:
        parts = {part: _network(network) for part, network in recipe.networks.items()}
        arguments = keras.saving.deserialize_keras_object(recipe.arguments)
        arguments = {**arguments, **parts, "seed": recipe.seed}
        model = getattr(models, recipe.model)(**arguments)
        if recipe.start is not None:
            _load_start(model, recipe)
        optimizers = {
            player: keras.optimizers.deserialize(config)
            for player, config in recipe.optimizers.items()
        }
        model.compile(optimizers, steps_per_execution=recipe.steps_per_execution)
    except TypeError as error:
        raise ValueError(f"The recipe does not suit {recipe.model}: {error}") from error
    finally:
        keras.config.set_dtype_policy(before)
    return model


def _load_start(model, recipe):
    """Loads the weights of the entry, or of the file, that the training starts from."""
    start = recipe.start
    if start.endswith(".weights.h5"):
        weights = Path(start)
        if not weights.is_file():
            raise ValueError(f"There is no file {start} to start from.")
    else:
        card = registry.card(start)
        if (kind := card.recipe.model) != recipe.model:
            raise ValueError(f"A {recipe.model} cannot start from {start}, which is a {kind}.")
        weights = registry.weights(card)
    try:
        model.load_weights(weights)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"The recipe cannot start from {start}: its networks differ, or it is damaged. Use the recipe "
            "that those weights were trained by."
        ) from error


def _network(network):
    family, _, part = network.function.partition(".")
    function = getattr(getattr(networks, family, None), part, None)
    if family not in networks.__all__ or function is None:
        raise ValueError(
            f"The recipe names the network {network.function!r}; it must be FAMILY.FUNCTION with one of the "
            f"families {', '.join(networks.__all__)}."
        )
    return function(**network.arguments)


def train(
    recipe: Recipe | dict[str, Any],
    workdir: str | os.PathLike,
    *,
    epochs: int | None = None,
    data_dir: str | os.PathLike | None = None,
    skip_unreadable: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Game:
    """Trains the model of a recipe, from the checkpoint in `workdir` if there is one.

    Leaves in `workdir`, after every epoch: `checkpoint.keras` (the model with its optimizers and random
    state), `log.jsonl` (a line an epoch: losses, steps, seconds, and what it ran on), `samples/EPOCH.png`
    (for a generator; of a model that translates, rows of images and of their translations), and
    `weights/EPOCH.weights.h5` ten times over the run, to select from. Of several processes that train
    together (`keras_gan.backend.distribute`) the first writes; all of them read.

    Args:
        recipe: a `Recipe`, or the parsed JSON of one (docs/recipe.md).
        workdir: folder for checkpoint, log and samples.
        epochs: instead of the recipe's.
        data_dir: folder of local data sets, as for `keras_gan.data.arrays`.
        skip_unreadable: whether pictures of a folder that cannot be decoded are left out, with a warning,
            instead of refused.
        callbacks: further Keras callbacks.

    Returns:
        The trained model.

    Raises:
        ValueError: on a recipe or data that do not fit, or a checkpoint that is damaged.
        OSError: if `workdir` cannot be written, on a full disk say; the checkpoint before then stays.
        SystemExit: with code 143 after SIGTERM, once the checkpoint is written; the next call goes on from
            that turn.
    """
    recipe = Recipe.parse(recipe)
    if recipe.batch_size == 1 and recipe.dtype != "float32":
        backend.one_thread_each()  # In float32 operations are long enough for many threads.
    workdir = Path(workdir)
    epochs = epochs or recipe.epochs
    checkpoint = workdir / "checkpoint.keras"
    goes_on = checkpoint.exists()
    model = _load(checkpoint) if goes_on else build(recipe)
    columns = _examples(recipe, model, data_dir, skip_unreadable)
    workdir.mkdir(parents=True, exist_ok=True)
    turns = int(model.steps)
    # What was logged of an epoch that did not reach the checkpoint is forgotten.
    log = [line for line in _lines(workdir) if goes_on and line.get("steps_done", 0) <= turns]
    begun = log.pop() if log and "unfinished" in log[-1] else None
    before = log[-1].get("steps_done", 0) if log else 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = workdir if backend.is_chief() else Path(scratch)
        journal = _Journal(folder, recipe, max(1, epochs // 10), columns, log, begun)
        with journal.stopping_at(signal.SIGTERM):
            model.fit(
                *columns,
                batch_size=recipe.batch_size,
                epochs=epochs,
                initial_epoch=len(log),
                initial_step=turns - before if begun else 0,
                callbacks=[journal, *callbacks],
            )
    return model


def _load(checkpoint):
    # Keras says of a file that was cut short that it is not there.
    if not zipfile.is_zipfile(checkpoint):
        raise ValueError(f"{checkpoint} is damaged. Remove it to begin the training anew.")
    return models.load_model(checkpoint)


def _examples(recipe, model, data_dir, skip_unreadable):
    """What the model learns from: (examples,), (examples, labels), or the images of two domains."""
    dataset, size = recipe.dataset, recipe.image_size
    labels = getattr(model, "num_classes", None) is not None
    if not os.path.isabs(dataset):
        columns = data.arrays(dataset, recipe.split, image_size=size, data_dir=data_dir)
    elif hasattr(model, "translate"):
        return data.domains_from_folder(
            dataset,
            size or model.image_shape[:2],
            recipe.split,
            paired=model.aligned,
            skip_unreadable=skip_unreadable,
        )
    else:
        columns = data.arrays_from_folder(
            dataset, size, labels=labels, skip_unreadable=skip_unreadable
        )
    return columns if labels or hasattr(model, "translate") else columns[:1]


def read_log(workdir: str | os.PathLike) -> list[dict[str, Any]]:
    """The epochs that `train` has finished in `workdir`, as it logged them."""
    return [line for line in _lines(workdir) if "unfinished" not in line]


def _lines(workdir):
    log = Path(workdir) / "log.jsonl"
    try:
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    except ValueError as error:
        raise ValueError(
            f"{log} is damaged: {error}. Remove it and the checkpoint to begin the training anew."
        ) from error


class _Journal(keras.callbacks.Callback):
    """Writes samples, weights, log and checkpoint at the end of each epoch, the checkpoint last.

    Of an epoch that a signal has cut short it writes the log and the checkpoint.

    Args:
        workdir: where.
        recipe: what is trained.
        every: epochs from one file of weights to the next.
        columns: the examples.
        log: lines of the epochs that are finished.
        begun: the line of one that was cut short and goes on, or None.
    """

    def __init__(self, workdir, recipe, every, columns, log, begun):
        super().__init__()
        self.shown = [column[:8] for column in columns]
        self.workdir = workdir
        self.recipe = recipe
        self.every = every
        self.log = log
        self.begun = begun or {"steps": 0, "seconds": 0.0}
        self.signal = None

    @contextmanager
    def stopping_at(self, number):
        """In the block, that signal stops the training after its turn; the process then exits."""

        def stop(*_):
            self.signal = number
            self.model.stop_training = True

        if threading.current_thread() is not threading.main_thread():
            yield  # Signals are the main thread's.
            return
        before = signal.signal(number, stop)
        try:
            yield
        finally:
            signal.signal(number, before)
        if self.signal:
            raise SystemExit(128 + number)

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()
        self.steps = 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps = batch + 1
        if self.signal:  # The training loop may have overwritten it.
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.began
        unfinished = self.signal and self.steps < self.params["steps"]
        line = {
            "epoch": epoch + 1,
            "steps_done": int(self.model.steps),
            **{name: float(value) for name, value in (logs or {}).items()},
            "steps": self.begun["steps"] + self.steps,
            "seconds": round(self.begun["seconds"] + seconds, 2),
            "batch_size": self.recipe.batch_size,
            "device": backend.device(),
            "backend": keras.backend.backend(),
            "versions": {
                name: importlib.import_module(name).__version__
                for name in ("keras", keras.backend.backend(), "numpy")
            },
            "date": date.today().isoformat(),
            **({"unfinished": True} if unfinished else {}),
        }
        self.begun = {"steps": 0, "seconds": 0.0}
        self.log.append(line)
        if not unfinished:
            self._show(epoch + 1)
        with replacing(self.workdir / "log.jsonl") as temporary:
            temporary.write_text("".join(json.dumps(line) + "\n" for line in self.log))
        self.model.save(self.workdir / "checkpoint.keras")

    def _show(self, epoch):
        samples = self.workdir / "samples" / f"{epoch:04d}.png"
        if hasattr(self.model, "translate"):
            self.model.plot(samples, *self.shown)
        elif hasattr(self.model, "plot"):
            self.model.plot(samples, scale=2)
        if epoch % self.every == 0:
            (self.workdir / "weights").mkdir(exist_ok=True)
            self.model.save_weights(self.workdir / "weights" / f"{epoch:04d}.weights.h5")
