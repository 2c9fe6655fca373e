"""Training by a recipe: builds the model, loads the data, fits; can be stopped and continued at any step."""

import copy
import os
import shutil
import signal
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import h5py
import keras

from keras_gan import backend, data, models, networks
from keras_gan.game.averaging import Averaging
from keras_gan.lookup import check_name
from keras_gan.tasks.task import Task
from keras_gan.zoo import registry
from keras_gan.zoo.journal import Journal, read_lines
from keras_gan.zoo.recipe import Recipe


def build(recipe: Recipe | dict[str, Any]) -> Task:
    """Builds and compiles the model of a recipe; no training yet.

    Args:
        recipe: a `Recipe`, or the parsed JSON of one (docs/recipe.md).

    Raises:
        ValueError: if the recipe names no model, network or entry of this library, has arguments that do not
            fit, or starts from weights that are missing, damaged or of other networks.
        OSError: if the weights of an entry have to be fetched and cannot be.
    """
    recipe = Recipe.parse(recipe)
    kind = model_class(recipe.model)
    recipe = copy.deepcopy(recipe)  # Keras changes configs that it reads.
    keras.utils.set_random_seed(recipe.seed)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.dtype)
    try:
        parts = {part: _network(network) for part, network in recipe.networks.items()}
        arguments = keras.saving.deserialize_keras_object(recipe.arguments)
        arguments = {**arguments, **parts, "seed": recipe.seed}
        model = kind(**arguments)
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


def model_class(name: str) -> type[Task]:
    """The class that a recipe names: one of `keras_gan.models`, or registered with Keras.

    Raises:
        ValueError: if there is none, or it is no `keras_gan.tasks.Task`.
    """
    kind = getattr(models, name) if name in models.__all__ else None
    kind = kind or keras.saving.get_registered_object(name)
    if kind is None:
        check_name("model", name, models.__all__)
    if not (isinstance(kind, type) and issubclass(kind, Task)):
        raise ValueError(f"The recipe's model {name} must be a task (keras_gan.tasks.Task).")
    return kind


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
        with tempfile.TemporaryDirectory() as scratch:
            model.load_weights(_with_averages(model, weights, Path(scratch)))
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(
            f"The recipe cannot start from {start}: its networks differ, or it is damaged. Use the recipe "
            "that those weights were trained by."
        ) from error


def _with_averages(model, weights, folder):
    """A file of weights; where it lacks the model's averages, a copy in `folder` that starts them."""
    if not isinstance(model, Averaging) or model.ema is None:
        return weights
    with h5py.File(weights) as file:
        missing = [name for name in model.averaged if f"ema_{name}" not in file]
    if not missing:
        return weights
    copied = shutil.copyfile(weights, folder / Path(weights).name)
    with h5py.File(copied, "a") as file:
        for name in missing:
            file.copy(file[name], f"ema_{name}")
    return copied


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
) -> Task:
    """Trains the model of a recipe, from the checkpoint in `workdir` if there is one.

    Leaves in `workdir`, after every epoch: `checkpoint.keras` (the model with its optimizers and random
    state), `log.jsonl` (for each epoch a line with losses, steps, seconds and hardware), the model's preview
    in `samples`, and, ten times in the training, `weights/EPOCH.weights.h5` to select from. If several
    processes train together (`keras_gan.backend.distribute`), the first one writes and all of them read.

    Args:
        recipe: a `Recipe`, or the parsed JSON of one (docs/recipe.md).
        workdir: folder for checkpoint, log and samples.
        epochs: number of epochs, instead of the recipe's. The last phase ends earlier or later for it.
        data_dir: folder of local data sets, as for `keras_gan.data.arrays`.
        skip_unreadable: whether pictures of a folder that cannot be decoded are left out with a warning. If
            False, they are an error.
        callbacks: further Keras callbacks.

    Returns:
        The trained model.

    Raises:
        ValueError: on a recipe or data that do not fit, or a checkpoint that is damaged.
        OSError: if `workdir` cannot be written, on a full disk say; the checkpoint before then stays.
        SystemExit: with code 143 after SIGTERM, once the checkpoint is written; the next call continues with
            the next step.
    """
    recipe = Recipe.parse(recipe)
    if recipe.batch_size == 1 and recipe.dtype != "float32":
        backend.one_thread_each()  # In float32 operations are long enough for many threads.
    workdir = Path(workdir)
    epochs = epochs or recipe.epochs
    checkpoint = workdir / "checkpoint.keras"
    resumed = checkpoint.exists()
    model = _load(checkpoint) if resumed else build(recipe)
    source = data.source(
        recipe.dataset,
        recipe.split,
        image_size=recipe.image_size,
        data_dir=data_dir,
        skip_unreadable=skip_unreadable,
    )
    if model.phases and not recipe.phases:
        raise ValueError(
            f"The recipe must name phases of {recipe.model}: {', '.join(model.phases)}."
        )
    columns = model.columns_of(source)
    workdir.mkdir(parents=True, exist_ok=True)
    steps = int(model.steps)
    # Lines of epochs that did not reach the checkpoint are dropped.
    log = [line for line in read_lines(workdir) if resumed and line.get("steps_done", 0) <= steps]
    unfinished = log.pop() if log and "unfinished" in log[-1] else None
    finished = log[-1].get("steps_done", 0) if log else 0
    options = {
        "batch_size": recipe.batch_size,
        # A file or a pipe gets a line for each epoch, not a progress bar.
        "verbose": "auto" if sys.stdout.isatty() else 2,
        "initial_step": steps - finished if unfinished else 0,
    }
    with tempfile.TemporaryDirectory() as scratch:
        folder = workdir if backend.is_chief() else Path(scratch)
        every = max(1, epochs // 10)
        journal = Journal(folder, recipe.batch_size, every, columns, log, unfinished)
        options["callbacks"] = [journal, *callbacks]
        with journal.stopping_at(signal.SIGTERM):
            for phase, end in _phases(recipe, epochs):
                first = len(journal.log)
                if first >= end:
                    continue
                if phase is not None:
                    model.begin(phase)
                model.fit(columns, epochs=end, initial_epoch=first, **options)
                options["initial_step"] = 0
                if model.stop_training:
                    break
    return model


def _phases(recipe, epochs):
    """The phases and the number of the last epoch of each; one phase without a name if there are none."""
    ends = list(accumulate(phase.epochs for phase in recipe.phases[:-1]))
    names = [phase.name for phase in recipe.phases] or [None]
    return zip(names, [min(end, epochs) for end in [*ends, epochs]], strict=True)


def _load(checkpoint):
    # Keras says of a file that was cut short that it is not there.
    if not zipfile.is_zipfile(checkpoint):
        raise ValueError(f"{checkpoint} is damaged. Remove it to start the training anew.")
    return models.load_model(checkpoint)
