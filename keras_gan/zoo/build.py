"""The model of a recipe: built and compiled, with the weights that it starts from."""

import copy
import shutil
import tempfile
import zipfile
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import keras

from keras_gan import models, networks
from keras_gan.game.averaging import Averaging
from keras_gan.lookup import check_name
from keras_gan.models import loading
from keras_gan.precision import dtype_policy
from keras_gan.tasks.task import Task
from keras_gan.zoo import registry, trained
from keras_gan.zoo.recipe import Recipe

LARGEST = 2**30
"""Weights that the networks of a recipe may have: 4 GiB, without the state of their optimizers."""


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
    try:
        with dtype_policy(recipe.dtype):
            with loading.within(LARGEST, f"The recipe declares more than {LARGEST:,} weights."):
                parts = {part: _network(network) for part, network in recipe.networks.items()}
                arguments = keras.saving.deserialize_keras_object(recipe.arguments)
                model = kind(**{**arguments, **parts, "seed": recipe.seed})
            if recipe.start is not None:
                _load_start(model, recipe)
            optimizers = {
                player: keras.optimizers.deserialize(config)
                for player, config in recipe.optimizers.items()
            }
            model.compile(optimizers, steps_per_execution=recipe.steps_per_execution)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"The recipe does not suit {recipe.model}: {error}") from error
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
    """Loads the weights that the training starts from; its steps and random numbers begin anew."""
    state = keras.ops.convert_to_numpy(model.seed_generator.state)
    with tempfile.TemporaryDirectory() as scratch:
        weights = _start_file(recipe, Path(scratch))
        try:
            with _helpers_may_differ(model):
                model.load_weights(_with_averages(model, weights, Path(scratch)))
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(
                f"The recipe cannot start from {recipe.start}: its networks differ, or it is damaged. Use "
                "the recipe that those weights were trained by."
            ) from error
    model.steps.assign(0)
    model.seed_generator.state.assign(state)
    if isinstance(model, Averaging):
        model.restart_averages()


def _start_file(recipe, folder):
    """The file of weights of an entry, of a `.keras` file or a folder, or the `.weights.h5` file itself."""
    start = recipe.start
    if start.endswith(".weights.h5"):
        if not Path(start).is_file():
            raise ValueError(f"There is no file {start} to start from.")
        return Path(start)
    found = trained.find(start)
    if found.model != recipe.model:
        raise ValueError(f"A {recipe.model} cannot start from {start}, which is a {found.model}.")
    if found.card is not None:
        return registry.weights(found.card, found.path)
    with zipfile.ZipFile(found.path) as archive:
        return Path(archive.extract("model.weights.h5", folder))


def _with_averages(model, weights, folder):
    """A file of weights; where it lacks the model's averages, a copy in `folder` that has them."""
    names = model.averaged if isinstance(model, Averaging) and model.ema is not None else ()
    with h5py.File(weights) as file:
        missing = [name for name in names if f"ema_{name}" not in file]
    if not missing:
        return weights
    copied = shutil.copyfile(weights, folder / "averages.weights.h5")
    with h5py.File(copied, "a") as file:
        for name in missing:
            file.copy(file[name], f"ema_{name}")
    return copied


@contextmanager
def _helpers_may_differ(model):
    """Layers beside the networks keep their state where a file lacks it or has it in other shapes.

    Only training needs them: an augmentation that the weights were trained without, a pool of images of
    another size.
    """

    def load(layer, store):
        with suppress(ValueError):
            type(layer).load_own_variables(layer, store)

    helpers = [layer for layer in model.layers if not isinstance(layer, keras.Model)]
    for layer in helpers:
        layer.load_own_variables = partial(load, layer)
    try:
        yield
    finally:
        for layer in helpers:
            del layer.load_own_variables


def _network(network):
    family, _, part = network.function.partition(".")
    function = getattr(getattr(networks, family, None), part, None)
    if family not in networks.__all__ or function is None:
        raise ValueError(
            f"The recipe names the network {network.function!r}; it must be FAMILY.FUNCTION with one of the "
            f"families {', '.join(networks.__all__)}."
        )
    return function(**network.arguments)
