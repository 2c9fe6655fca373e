"""`keras-gan train`."""

import json
from contextlib import nullcontext
from pathlib import Path

import click
from msgspec.structs import replace

from keras_gan import zoo
from keras_gan.cli import console, options
from keras_gan.zoo.recipe import Recipe


@click.command()
@click.argument("recipe", metavar="NAME|RECIPE.json")
@options.data
@click.option("--pictures", type=Path, help="Train on this folder of pictures instead.")
@click.option(
    "--from",
    "start",
    metavar="NAME|FILE",
    help="Start from the weights of an entry or of a .weights.h5 file.",
)
@click.option(
    "--epochs", type=options.AT_LEAST_1, help="Number of epochs.  [default: the recipe's]"
)
@click.option("--skip-unreadable", is_flag=True, help="Leave out pictures that cannot be decoded.")
@click.option(
    "--strategy",
    type=click.Choice(["mirrored", "multiworker", "tpu", "data_parallel", "model_parallel"]),
    help="Train on several devices: data_parallel and model_parallel under JAX, the others under TensorFlow.",
)
@click.option(
    "--out", type=Path, help="Folder for checkpoint, log, samples.  [default: NAME-training]"
)
def train(recipe, data, pictures, start, epochs, skip_unreadable, strategy, out):
    """Train by the recipe of an entry, or by a recipe of your own.

    For a model that translates, the folder of --pictures has the sub-folders trainA and trainB. A few
    pictures are enough for a model that starts from trained weights: `train NAME --from NAME --pictures DIR`.

    If the folder of --out holds a checkpoint, the training continues from it. SIGTERM stops the training
    after the step that is running, writes the checkpoint, and exits with code 143.
    """
    name, recipe = _read_recipe(recipe)
    out = out or Path(f"{name}-training")
    options.check_folder("--data", data)
    options.check_folder("--pictures", pictures)
    if pictures is not None:
        recipe = replace(recipe, dataset=str(pictures.resolve()))
    if start is not None:
        recipe = replace(recipe, start=start)
    options.check_writable(out / "checkpoint.keras")
    with console.working("Loading Keras"):
        from keras_gan import backend
        from keras_gan.zoo import train

    scope = backend.distribute(strategy) if strategy else nullcontext()
    with scope, console.warnings_in_one_line():
        train.train(recipe, out, epochs=epochs, data_dir=data, skip_unreadable=skip_unreadable)
    click.echo(f"Written: {out / 'checkpoint.keras'}")


def _read_recipe(source):
    """Name and recipe of an entry, or of a JSON file that holds a recipe or an entry."""
    if not source.endswith(".json"):
        return source, zoo.card(source).recipe
    path = Path(source)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    name, recipe = path.stem, content
    if isinstance(content, dict) and "recipe" in content:
        name, recipe = content.get("name", name), content["recipe"]
    try:
        return name, Recipe.parse(recipe)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
