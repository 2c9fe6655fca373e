"""`keras-gan train` and `keras-gan recipe`."""

import json
import shlex
from contextlib import ExitStack, nullcontext
from pathlib import Path

import click
from msgspec.structs import replace

from keras_gan import zoo
from keras_gan.cli import console, options
from keras_gan.lookup import check_name
from keras_gan.zoo.recipe import Recipe


class _Size(click.ParamType):
    """(height, width) in pixels, of "64" or "48x64"."""

    name = "size"

    def convert(self, value, param, ctx):
        sides = str(value).lower().split("x")
        if len(sides) > 2 or not all(side.isdecimal() and 4 <= int(side) <= 4096 for side in sides):
            self.fail(f"{value} is no side, nor HEIGHTxWIDTH, of 4 to 4096 pixels.", param, ctx)
        return int(sides[0]), int(sides[-1])


@click.command()
@click.argument("what", metavar="NAME|MODEL|RECIPE.json|FOLDER")
@click.option("--data", type=Path, help="Folder of data sets.")
@click.option("--pictures", type=Path, help="Train on this folder of pictures.")
@click.option(
    "--from",
    "start",
    metavar="NAME|FILE|FOLDER",
    help="Start from the weights of an entry, a file, or the folder of a training.",
)
@click.option(
    "--size",
    type=_Size(),
    metavar="SIDE|HEIGHTxWIDTH",
    help="Pixels of the images.  [default: the recipe's]",
)
@click.option(
    "--style",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The painting whose style a FastStyleTransfer is to learn.",
)
@click.option("--batch-size", type=click.IntRange(1, 65_536), help="Images in a batch.")
@click.option(
    "--learning-rate",
    type=click.FloatRange(0.0, 10.0, min_open=True),
    help="Learning rate of all players.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Seed of weights, order and noise.")
@click.option("--images", type=options.LENGTH, help="Length: images that are seen in all.")
@click.option("--epochs", type=options.LENGTH, help="Length: epochs in all.")
@click.option(
    "--minutes",
    type=click.FloatRange(0.0, min_open=True),
    help="Length: minutes from now, however many images that are.",
)
@click.option(
    "--features",
    metavar="NAME|PATH",
    help="Measure the FID after every epoch, by this classifier or 'inception', and keep best.keras.",
)
@click.option(
    "--tensorboard",
    is_flag=True,
    help="Write losses and samples for TensorBoard, in OUT/tensorboard.",
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
def train(
    what,
    pictures,
    images,
    epochs,
    minutes,
    features,
    tensorboard,
    skip_unreadable,
    strategy,
    out,
    **changes,
):
    """Train by the recipe of an entry, of a model (DCGAN, say), or of your own.

    With --pictures, the recipe of an entry or of a model is fitted to the folder: length, batches, averages,
    augmentation. A model that translates wants the sub-folders trainA and trainB in it; those of a
    conditional model are the classes. A few pictures are enough for a training that starts from trained
    weights: train NAME --from NAME --pictures DIR.

    If the folder of --out holds a checkpoint of the same recipe and pictures, the training continues from it;
    `keras-gan train FOLDER` does that, too. Ctrl-C and SIGTERM stop it after the step that is running, and
    write the checkpoint.
    """
    options.check_folder("--data", changes["data"])
    options.check_folder("--pictures", pictures)
    resumed = _is_training(what)
    if resumed and out is not None:
        raise ValueError(f"{what} is the folder of a training: it goes on there, without --out.")
    out = Path(what) if resumed else out or Path(f"{Path(what).stem}-training")
    options.check_writable(out / "checkpoint.keras")
    with console.working("Loading Keras"):
        from keras_gan import backend
        from keras_gan.zoo import train

    scope = backend.distribute(strategy) if strategy else nullcontext()
    read = {"data_dir": changes["data"], "skip_unreadable": skip_unreadable}
    with scope, ExitStack() as stack:
        with console.warnings_in_one_line():
            recipe = _recipe(what, pictures, skip_unreadable, images, changes)
            training = stack.enter_context(train.opened(recipe, out, **read))
        with console.warnings_in_one_line():
            _run(training, epochs, minutes, features, tensorboard)
        if training.diverged:
            raise SystemExit(1)


def _run(training, epochs, minutes, features, tensorboard):
    from keras_gan.cli.training import Progress, next_commands, plan, watching

    folder, length = training.folder, epochs or training.recipe.epochs
    again = f"keras-gan train {shlex.quote(str(folder.path))}"
    if minutes is None and len(training.log) >= length:
        click.echo(f"Finished already, after {len(training.log)} epochs: {folder.checkpoint}")
    else:
        for line in plan(training, length, minutes):
            click.echo(line, err=True)
        progress = Progress(length, minutes)
        try:
            callbacks = [*watching(training, features, tensorboard), progress]
            training.run(epochs, minutes, callbacks, verbose=0)
        except (KeyboardInterrupt, SystemExit) as stop:
            progress.close()
            click.echo(f"Stopped after step {training.steps:,}. To go on: {again}", err=True)
            raise SystemExit(getattr(stop, "code", 130)) from stop
        finally:
            progress.close()
        click.echo(f"Written: {folder.checkpoint}")
        if training.diverged:
            return
    click.echo("\nWhat now:")
    for command in next_commands(training):
        click.echo(f"  {command}")


@click.command()
@options.trained
def recipe(trained):
    """Print the recipe of an entry, or of a training, as JSON: `keras-gan recipe NAME > mine.json`.

    `keras-gan train mine.json` trains by what you make of it; docs/recipe.md explains its fields.
    """
    import msgspec

    from keras_gan.zoo.typed import json_text

    if trained.recipe is None:
        raise ValueError(f"{trained.given} holds a model without its recipe.")
    click.echo(json_text(msgspec.to_builtins(trained.recipe)), nl=False)


def _is_training(name):
    return (Path(name) / "training.json").is_file()


def _recipe(what, pictures, skip_unreadable, images, changes):
    """The recipe that the arguments ask for."""
    from keras_gan import data, models
    from keras_gan.zoo import plan, registry

    start, size, batch_size = (changes[name] for name in ("start", "size", "batch_size"))
    if start is not None and not registry.entry_folder(start) and Path(start).exists():
        changes["start"] = start = str(Path(start).resolve())
    by_model = what in models.__all__
    if by_model and pictures is None:
        names = [name for name in zoo.list() if zoo.card(name).recipe.model == what]
        raise ValueError(
            f"{what} is a model: give --pictures DIR, or train an entry of it: {', '.join(names) or 'none'}."
        )
    source = None
    if pictures is not None:
        folder = pictures.expanduser().resolve()
        source = data.source(folder, skip_unreadable=skip_unreadable)
    if by_model:
        recipe = plan.of_model(what, source, size)
    else:
        recipe = _read_recipe(what)
        recipe = plan.resized(recipe, size) if size else recipe
    recipe = replace(recipe, start=start or recipe.start)
    own = what.endswith(".json") or _is_training(what)
    if source is not None and not own:
        recipe = plan.fitted(recipe, source, batch_size=batch_size, images=images)
    elif source is not None:
        recipe = replace(recipe, dataset=source.name)
    if changes["style"] is not None:
        recipe = _with_painting(recipe, changes["style"])
    recipe = replace(recipe, batch_size=batch_size or recipe.batch_size)
    if changes["seed"] is not None:
        recipe = replace(recipe, seed=changes["seed"])
    if changes["learning_rate"] is not None:
        recipe = plan.with_learning_rate(recipe, changes["learning_rate"])
    if images is not None:
        source = data.source(recipe.dataset, recipe.split, data_dir=changes["data"])
        recipe = plan.with_images(recipe, source, images)
    return recipe


def _with_painting(recipe, painting):
    """A recipe of style transfer whose model learns the style of another painting."""
    import keras

    from keras_gan.style import PerceptualLoss
    from keras_gan.zoo import plan

    if recipe.model != "FastStyleTransfer":
        raise ValueError(f"--style is for a FastStyleTransfer, not for a {recipe.model}.")
    known = recipe.arguments.get("objective") or {"config": {"size": min(plan.sides(recipe))}}
    objective = PerceptualLoss(**{**known["config"], "painting": painting.resolve()})
    saved = keras.saving.serialize_keras_object(objective)
    return replace(recipe, arguments={**recipe.arguments, "objective": saved})


def _read_recipe(source):
    """The recipe of an entry, of a training, or of a JSON file that holds a recipe or an entry."""
    if _is_training(source):
        return zoo.find(source).recipe
    if not source.endswith(".json"):
        from keras_gan import models

        check_name("entry or model", source, [*zoo.list(), *models.__all__])
        return zoo.card(source).recipe
    path = Path(source)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    content = content["recipe"] if isinstance(content, dict) and "recipe" in content else content
    try:
        return Recipe.parse(content)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
