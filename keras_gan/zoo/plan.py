"""Plans of trainings: recipes of models by name, and recipes fitted to the pictures at hand."""

import json
import math
from collections.abc import Mapping
from typing import Any

import keras
import msgspec
from msgspec.structs import replace

from keras_gan import data, models
from keras_gan.data.catalogue import find_info
from keras_gan.lookup import check_name
from keras_gan.zoo import registry
from keras_gan.zoo.build import build, model_class
from keras_gan.zoo.recipe import Network, Recipe

FEW = 5_000
"""Pictures below which images are augmented for the discriminator (Zhao et al. 2020, Karras et al. 2020b)."""
PARTS = 20
"""An epoch sees at least this part of the least number of images of a training, and the half-life of moving
averages is at most this part of it (the ramp of Karras et al. 2020b)."""
SMALLEST_BATCH = 4


def of_model(name: str, source: data.Source, size: tuple[int, int] | None = None) -> Recipe:
    """The recipe of a model, by the name of its class, for the pictures of a folder.

    It is that of the entry of the zoo which is trained with this model on images of the closest size, the
    largest if no size is wanted. A model without an entry has the networks and optimizers of its paper.

    Args:
        name: of a model in `keras_gan.models`.
        source: the pictures.
        size: (height, width) of the images; the entry's, or 64 pixels a side, if None.

    Raises:
        ValueError: if there is no such model or entry, or the class folders do not suit it.
    """
    check_name("entry or model", name, [*registry.list(), *models.__all__])
    recipes = [registry.card(entry).recipe for entry in registry.list()]
    recipes = [recipe for recipe in recipes if recipe.model == name]
    area = math.inf if size is None else size[0] * size[1]
    if recipes:
        recipe = min(recipes, key=lambda recipe: abs(math.prod(sides(recipe)) - min(area, 2**30)))
    else:
        arguments = {"image_shape": [64, 64, 3]}
        common = {
            "dataset": source.name,
            "split": "train",
            "batch_size": max(model_class(name).default_batch_size, SMALLEST_BATCH),
            "epochs": 1,
            "seed": 0,
        }
        recipe = Recipe(model=name, arguments=arguments, image_size=64, **common)
    gray = source.is_gray() and not model_class(name).requires_color
    recipe = resized(recipe, size or sides(recipe), 1 if gray else 3)
    if is_conditional(recipe) and model_class(recipe.model).names_setting == "class_names":
        recipe = _with_argument(recipe, "num_classes", len(source.counts(labels=True)))
    return recipe


def sides(recipe: Recipe) -> tuple[int, int]:
    """(height, width) of the images of a recipe that has an `image_size`."""
    size = recipe.image_size
    return tuple(size) if isinstance(size, (list, tuple)) else (size, size)


def resized(recipe: Recipe, size: tuple[int, int], channels: int | None = None) -> Recipe:
    """A recipe of images of another size.

    Args:
        recipe: the recipe.
        size: (height, width).
        channels: 1 (gray) or 3 (RGB); as in the recipe if None.
    """
    shapes = [known["image_shape"] for known in _arguments(recipe) if "image_shape" in known]
    shape = shapes[0] if shapes else model_class(recipe.model).image_shape
    recipe = _with_argument(recipe, "image_shape", [*size, channels or shape[-1]])
    return replace(recipe, image_size=tuple(size))


def is_conditional(recipe: Recipe) -> bool:
    """Whether the model of a recipe learns from labels."""
    return model_class(recipe.model).learns_labels(_arguments(recipe))


def with_learning_rate(recipe: Recipe, rate: float) -> Recipe:
    """A recipe whose optimizers all have the same, constant learning rate."""
    compiled = build(replace(recipe, start=None)).get_compile_config()
    optimizers = json.loads(json.dumps(compiled["optimizers"]))
    for optimizer in optimizers.values():
        optimizer["config"]["learning_rate"] = rate
    return replace(recipe, optimizers=optimizers)


def with_images(recipe: Recipe, source: data.Source, images: int) -> Recipe:
    """A recipe of so many epochs that it sees at least so many images. Phases keep their proportions."""
    count = model_class(recipe.model).examples_in(source, recipe.split)
    step = recipe.batch_size * _batches(recipe)
    epochs = math.ceil(images / max(step, count * recipe.rounds // step * step))
    phases = tuple(
        replace(phase, epochs=max(1, round(epochs * phase.epochs / recipe.epochs)))
        for phase in recipe.phases
    )
    return replace(recipe, phases=phases, epochs=sum(each.epochs for each in phases) or epochs)


def fitted(
    recipe: Recipe,
    source: data.Source,
    *,
    batch_size: int | None = None,
    images: int | None = None,
) -> Recipe:
    """The recipe of an entry or a model, fitted to the pictures of a folder.

    - The training sees at least as many images as the recipe's own does; from trained weights, at least the
      task's `fine_tuning_images`. An epoch goes through few pictures several times.
    - A batch has at most as many images as there are pictures, but not less than 4: it is halved until then.
    - The half-life of moving averages, in images, is that of the recipe, or a twentieth of the training.
    - Fewer than 5,000 pictures are augmented for the discriminator (`DiffAugment`), where the model can.
    - Learning rates stay at their first value: schedules were made for another length.
    - A conditional model learns the names of the class folders, one of texts their words.

    Args:
        recipe: the recipe, of the data that it was made for.
        source: the folder.
        batch_size: images in a batch, instead of those.
        images: images that the training sees, instead of those.

    Raises:
        ValueError: if the folder holds no pictures, or a class folder is empty.
    """
    kind, conditional = model_class(recipe.model), is_conditional(recipe)
    counts = source.counts(labels=conditional)
    count = kind.examples_in(source, recipe.split)
    if count == 0:
        raise ValueError(f"{source.name} holds no pictures for the split {recipe.split}.")
    size = batch_size or _fitting(recipe.batch_size, count)
    least = min(
        kind.fine_tuning_images if recipe.start else _images_of(recipe, kind), images or math.inf
    )
    arguments = dict(recipe.arguments)
    batches = _batches(recipe)
    ema = arguments.get("ema", getattr(kind, "ema", None))
    if ema is not None:
        half_life = recipe.batch_size * math.log(0.5) / math.log(ema)
        ema = 0.5 ** (size / min(half_life, least / PARTS / batches))
        arguments["ema"] = round(ema, 6)
    if count < FEW and kind.supports_augmentation:
        arguments.setdefault("augmentation", "diffaugment")
    if conditional:
        known = [each["num_classes"] for each in _arguments(recipe) if "num_classes" in each]
        names = recipe.arguments.get(kind.names_setting) or ()
        if isinstance(names, Mapping):
            raise ValueError(
                f"The recipe learns groups of domains, {', '.join(names)}, of which the class folders of "
                f"{source.name} tell only one."
            )
        known += [len(names)] if names else []
        if known and known[0] != len(counts):
            raise ValueError(
                f"The recipe has {known[0]} classes, and {source.name} has {len(counts)} class folders: "
                f"{', '.join(counts)}. A training without its weights takes any number by the model's name, "
                f"{recipe.model}."
            )
        arguments[kind.names_setting] = list(counts)
    if not recipe.start:
        arguments |= kind.arguments_of(source)
    fits = math.ceil(max(least / PARTS, size * batches) / count)
    recipe = replace(
        recipe,
        dataset=source.name,
        arguments=arguments,
        batch_size=size,
        rounds=fits,
        optimizers={name: _constant(config) for name, config in recipe.optimizers.items()},
    )
    return with_images(recipe, source, images or least)


def _images_of(recipe, kind):
    """Images that a recipe sees; of a model without an entry, ten times those of a fine-tuning."""
    if find_info(recipe.dataset) is None:
        return 10 * kind.fine_tuning_images
    source = data.source(recipe.dataset, recipe.split)
    return recipe.epochs * kind.examples_in(source, recipe.split)


def _batches(recipe):
    """Batches that a training step consumes."""
    default = getattr(model_class(recipe.model), "discriminator_steps", 1)
    return recipe.arguments.get("discriminator_steps", default)


def _fitting(batch_size, count):
    while batch_size > max(count, SMALLEST_BATCH):
        batch_size //= 2
    return batch_size


def _constant(optimizer):
    """The config of an optimizer with the first value of its learning rate schedule."""
    rate = optimizer.get("config", {}).get("learning_rate")
    if not isinstance(rate, dict):
        return optimizer
    schedule = keras.saving.deserialize_keras_object(msgspec.to_builtins(rate))
    return {
        **optimizer,
        "config": {**optimizer["config"], "learning_rate": float(f"{float(schedule(0)):.6g}")},
    }


def _arguments(recipe):
    return [recipe.arguments, *(network.arguments for network in recipe.networks.values())]


def _with_argument(recipe: Recipe, name: str, value: Any) -> Recipe:
    """A recipe with another argument of the class and of each network that it names it for."""

    def changed(arguments):
        return {**arguments, name: value} if name in arguments else arguments

    networks = {
        part: Network(network.function, changed(network.arguments))
        for part, network in recipe.networks.items()
    }
    arguments = changed(recipe.arguments)
    if not any(name in each for each in _arguments(recipe)):
        arguments = {**arguments, name: value}
    return replace(recipe, arguments=arguments, networks=networks)
