"""The `keras-gan` command. Nothing heavy is imported until a command needs it."""

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click
from msgspec.structs import replace

from keras_gan import __version__, zoo
from keras_gan.zoo.recipe import Recipe

AT_LEAST_1 = click.IntRange(min=1)
SEED = click.IntRange(min=0)
TRUNCATION = click.option(
    "--truncation",
    type=float,
    help="Better images, less diverse, the smaller it is: for StyleGAN2 in [0, 1], for BigGAN above 0.",
)


def main(args: Sequence[str] | None = None):
    """Runs the command; on an error, one line on stderr and exit code 2.

    Args:
        args: the arguments; those of the process if None.
    """
    # TensorFlow's C++ side reports to stderr what is no concern of a user, such as a missing GPU.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    args = sys.argv[1:] if args is None else args
    try:
        sys.exit(command.main(args or ["--help"], prog_name="keras-gan", standalone_mode=False))
    except click.Abort:
        _stop("interrupted", 130)
    except click.ClickException as error:
        _stop(error.format_message(), 2)
    except (ValueError, OSError, ImportError) as error:
        _stop(str(error), 2)


def _stop(message, code):
    _tell("")
    click.echo(f"keras-gan: error: {' '.join(message.split())}", err=True)
    sys.exit(code)


@click.group()
@click.version_option(__version__)
def command():
    """Trained GANs by name: look at them, generate, interpolate, measure, train your own."""


@command.command("list")
def list_entries():
    """List the entries of the zoo."""
    names = zoo.list()
    for name in names:
        click.echo(f"{name:<{max(map(len, names))}}  {zoo.card(name).title}")


@command.command()
@click.argument("name")
def info(name):
    """Tell what is known of an entry."""
    click.echo(zoo.card(name))


@command.command()
@click.argument("name")
@click.option("--num", default=64, type=AT_LEAST_1, show_default=True, help="How many images.")
@click.option(
    "--seed", default=0, type=SEED, show_default=True, help="The same seed, the same images."
)
@click.option(
    "--label", type=int, help="Their class, for a conditional model; all in turn without."
)
@click.option(
    "--out", type=Path, help="A .png file, or a folder for single files.  [default: NAME.png]"
)
@click.option("--scale", default=1, type=AT_LEAST_1, show_default=True, help="Size of a pixel.")
@TRUNCATION
def generate(name, num, seed, label, out, scale, truncation):
    """Generate images: one grid, or single PNG files."""
    zoo.card(name)
    out = out or Path(f"{name}.png")
    single = out.is_dir() or not out.suffix
    _check_writable(out / "00000.png" if single else _ending(out, ".png"))
    model = _generator(name, label)
    if single:
        written = _write_single(out, model, num, seed, label, scale, truncation)
    else:
        written = model.plot(out, num, seed, label, scale=scale, truncation=truncation)
    click.echo(f"Written: {written}")


@command.command()
@click.argument("name")
@click.option("--seed-a", default=0, type=SEED, show_default=True, help="Seed of the first image.")
@click.option("--seed-b", default=1, type=SEED, show_default=True, help="Seed of the last image.")
@click.option(
    "--steps", default=8, type=click.IntRange(2), show_default=True, help="Images in a row."
)
@click.option(
    "--label", type=int, help="Their class, for a conditional model; a row of each without."
)
@click.option("--out", type=Path, help="A .png file.  [default: NAME-interpolation.png]")
@click.option("--scale", default=1, type=AT_LEAST_1, show_default=True, help="Size of a pixel.")
@TRUNCATION
def interpolate(name, seed_a, seed_b, steps, label, out, scale, truncation):
    """Walk from one image to another."""
    zoo.card(name)
    out = _ending(out or Path(f"{name}-interpolation.png"), ".png")
    _check_writable(out)
    model = _generator(name, label)

    import numpy as np

    from keras_gan.modalities.images import sheet

    every = label is None and model.num_classes is not None
    labels = range(model.num_classes) if every else [label]
    rows = [model.interpolate(seed_a, seed_b, steps, label, truncation) for label in labels]
    click.echo(f"Written: {sheet(out, np.concatenate(rows), steps, scale)}")


@command.command()
@click.argument("name")
@click.option(
    "--stops", default=6, type=click.IntRange(2), show_default=True, help="Latents on the way."
)
@click.option(
    "--frames", default=120, type=click.IntRange(2), show_default=True, help="Images in all."
)
@click.option("--seed", default=0, type=SEED, show_default=True, help="Seed of the stops.")
@click.option("--label", type=int, help="The class, for a conditional model.  [default: 0]")
@click.option(
    "--seconds",
    default=0.05,
    type=click.FloatRange(0.02),
    show_default=True,
    help="What an image is shown for.",
)
@click.option("--out", type=Path, help="A .gif file.  [default: NAME-walk.gif]")
@click.option("--scale", default=1, type=AT_LEAST_1, show_default=True, help="Size of a pixel.")
@TRUNCATION
def walk(name, stops, frames, seed, label, seconds, out, scale, truncation):
    """Walk round through random images, as an animated GIF."""
    zoo.card(name)
    out = _ending(out or Path(f"{name}-walk.gif"), ".gif")
    if frames < stops:
        raise ValueError(f"--frames must be at least as many as the {stops} stops, got {frames}.")
    _check_writable(out)
    model = _generator(name, label)

    from keras_gan import latent

    if label is None and model.num_classes is not None:
        label = 0
    images = latent.walk(model, stops, frames, seed, label, truncation)
    click.echo(f"Written: {latent.write_gif(out, images, seconds, scale)}")


@command.command()
@click.argument("name")
@click.argument("pictures", nargs=-1, required=True, type=Path)
@click.option("--out", type=Path, help="Folder for what is found.  [default: NAME-projection]")
@click.option(
    "--steps", default=1000, type=AT_LEAST_1, show_default=True, help="Of the search, for each."
)
@click.option("--starts", default=8, type=AT_LEAST_1, show_default=True, help="Of the search.")
@click.option("--seed", default=0, type=SEED, show_default=True, help="Seed of the starts.")
@click.option("--label", type=int, help="Class of the pictures, for a conditional model.")
def project(name, pictures, out, steps, starts, seed, label):
    """Look for pictures among those that an entry can generate.

    Writes, for each, PICTURE.png with the picture and the closest image found beside it, and PICTURE.npy with
    its latents. Pictures must have the size and the colors of the entry's.
    """
    zoo.card(name)
    out = out or Path(f"{name}-projection")
    jobs = _jobs(pictures, out)
    written = [(file, target.with_suffix(".png")) for file, target in jobs.items()]
    if len({target for _, target in written}) < len(written):
        raise ValueError("Two pictures have the same name but for its ending.")
    _check_writable(out / "picture.png")
    model = _generator(name, label)

    import numpy as np
    from PIL import Image

    from keras_gan import latent
    from keras_gan.files import replacing
    from keras_gan.modalities.images import read, write

    shape = model.example_shape
    images = [read(file, shape[-1]) for file, _ in written]
    for (file, _), image in zip(written, images, strict=True):
        with Image.open(file) as picture:
            mode = picture.mode
        if image.shape != shape or mode != {1: "L", 3: "RGB"}[shape[-1]]:
            raise ValueError(
                f"The picture {file} has {image.shape[1]}x{image.shape[0]} pixels of mode {mode}; those of "
                f"{name} have {shape[1]}x{shape[0]}, {'gray (L)' if shape[-1] == 1 else 'RGB'}."
            )
    if label is None and model.num_classes is not None:
        raise ValueError(f"{name} is conditional: --label must be 0 to {model.num_classes - 1}.")
    for (file, target), image in zip(written, images, strict=True):
        _tell(f"Searching for {file}")
        found = latent.project(model, image[None], steps, starts, seed, label)
        _tell("")
        write(target, np.concatenate([image, found.images[0]], axis=1))
        with replacing(target.with_suffix(".npy")) as temporary:
            np.save(temporary, found.latents[0])
        click.echo(f"Written: {target} (off by {found.distances[0]:.1f} of 255)")


@command.command()
@click.argument("name")
@click.argument("pictures", nargs=-1, required=True, type=Path)
@click.option("--out", type=Path, required=True, help="Folder for the translations.")
@click.option("--direction", help="AtoB or BtoA.  [default: the entry's first]")
@click.option("--noise", type=SEED, help="Seed of the generator's noise; none without.")
@click.option("--compare", is_flag=True, help="Write each picture with its translation beside it.")
def translate(name, pictures, out, direction, noise, compare):
    """Translate pictures, or folders of them, into another domain.

    Translations have the names of the pictures, below a folder also its sub-folders. Pictures that cannot be
    read are named, and left out; the exit code is then 1.
    """
    zoo.card(name)
    jobs = _jobs(pictures, out)
    _check_writable(out / "picture")
    _import_keras()
    model = zoo.load(name)
    if not hasattr(model, "translate"):
        raise ValueError(f"{name} is a {type(model).__name__}, which translates no pictures.")
    model.check_direction(direction)
    failed = _translate_all(model, jobs, direction, noise, compare)
    click.echo(f"Written: {out} ({len(jobs) - failed} of {len(jobs)} pictures)")
    sys.exit(1 if failed else 0)


@command.command()
@click.argument("name")
@click.option("--metrics", help="As fid,kid,prdc,modes,memorization.  [default: fid,kid,prdc]")
@click.option(
    "--num", default=10_000, type=click.IntRange(2), show_default=True, help="Images to generate."
)
@click.option("--split", help="Of the entry's data set.  [default: the one not trained on]")
@click.option(
    "--features", help="inception, or a classifier.  [default: the data set's classifier]"
)
@click.option("--data", type=Path, help="Folder of data sets.")
@click.option("--out", type=Path, help="A .json file for the report.")
def evaluate(name, metrics, num, split, features, data, out):
    """Measure an entry against the data that it has learned from."""
    zoo.card(name)
    if out is not None:
        _check_writable(_ending(out, ".json"))
    if data is not None and not data.is_dir():
        raise ValueError(f"--data must be a folder, got {data}.")
    _import_keras()

    from keras_gan import evaluation
    from keras_gan.files import replacing

    with _warnings_in_one_line():
        report = evaluation.evaluate(
            name,
            metrics=metrics.split(",") if metrics else None,
            num=num,
            features=features,
            data_dir=data,
            progress=_tell,
            **({"split": split} if split else {}),
        )
        _tell("")
    click.echo(report)
    if out is not None:
        with replacing(out) as temporary:
            temporary.write_text(report.to_json(), encoding="utf-8")
        click.echo(f"Written: {out}")


@contextmanager
def _warnings_in_one_line():
    """Tells what a block warns of on stderr, a line each, at its end."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", UserWarning)
        yield
    for warning in told:
        if warning.category is UserWarning:
            click.echo(f"keras-gan: warning: {warning.message}", err=True)


def _tell(progress, stderr=None):
    """Overwrites the line in which progress was told before, if somebody watches."""
    stderr = stderr or sys.stderr
    if stderr.isatty():
        click.echo(f"\r\x1b[K{progress}", nl=False, file=stderr)


@command.command()
@click.argument("recipe", metavar="NAME|RECIPE.json")
@click.option("--data", type=Path, help="Folder of data sets.")
@click.option("--pictures", type=Path, help="Folder of pictures to train on instead.")
@click.option(
    "--from",
    "begun",
    metavar="NAME|FILE",
    help="Begin with the weights of an entry or of a .weights.h5 file.",
)
@click.option("--epochs", type=AT_LEAST_1, help="Instead of the recipe's.")
@click.option("--skip-unreadable", is_flag=True, help="Leave out pictures that cannot be decoded.")
@click.option(
    "--strategy",
    type=click.Choice(["mirrored", "multiworker", "tpu", "data_parallel", "model_parallel"]),
    help="Over several devices; data_parallel and model_parallel under JAX, the others under TensorFlow.",
)
@click.option("--out", type=Path, help="Folder for model, log, samples.  [default: NAME-training]")
def train(recipe, data, pictures, begun, epochs, skip_unreadable, strategy, out):
    """Train by a recipe, an entry's or your own.

    A model that translates learns from --pictures with the sub-folders trainA and trainB. A few pictures
    are enough for a model that begins with trained weights: `train NAME --from NAME --pictures DIR`.

    Goes on where it was stopped, if the folder of --out holds a checkpoint. After SIGTERM that is the turn it
    was in, and the exit code is 143.
    """
    name, recipe = _recipe(recipe)
    out = out or Path(f"{name}-training")
    for option, folder in (("--data", data), ("--pictures", pictures)):
        if folder is not None and not folder.is_dir():
            raise ValueError(f"{option} must be a folder, got {folder}.")
    if pictures is not None:
        recipe = replace(recipe, dataset=str(pictures.resolve()))
    if begun is not None:
        recipe = replace(recipe, start=begun)
    _check_writable(out / "checkpoint.keras")
    _import_keras()

    from keras_gan import backend
    from keras_gan.zoo import train

    scope = backend.distribute(strategy) if strategy else nullcontext()
    with scope, _warnings_in_one_line():
        train.train(recipe, out, epochs=epochs, data_dir=data, skip_unreadable=skip_unreadable)
    click.echo(f"Written: {out / 'checkpoint.keras'}")


@command.command()
@click.argument("name")
@click.argument("directory", type=Path, metavar="DIR")
@click.option(
    "--format",
    default="saved_model",
    type=click.Choice(["saved_model", "onnx", "litert", "keras"]),
    show_default=True,
    help="Of TensorFlow Serving, ONNX Runtime, LiteRT, Keras.",
)
@click.option(
    "--precision",
    default="float32",
    type=click.Choice(["float32", "float16", "int8"]),
    show_default=True,
    help="Of the weights in an onnx or litert file.",
)
@click.option(
    "--version", type=AT_LEAST_1, help="Of a SavedModel.  [default: the next that is free]"
)
@click.option(
    "--direction", help="Of a translator as onnx or litert: AtoB or BtoA.  [default: its first]"
)
def export(name, directory, format, precision, version, direction):
    """Write an entry as the file that a server or a phone runs."""
    zoo.card(name)
    _check_writable(directory / name / "1")
    _import_keras()
    _tell(f"Exporting {name}")
    with _quiet() as stderr:
        written = zoo.export(
            name,
            directory,
            version,
            format=format,
            precision=precision,
            direction=direction,
            progress=lambda text: _tell(text, stderr),
        )
    _tell("")
    click.echo(f"Written: {written}")


@command.command()
@click.argument("name", required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets others in.")
@click.option("--port", default=7860, type=click.IntRange(1, 65535), show_default=True)
def demo(name, host, port):
    """Open a local page to play with the entries."""
    if name is not None:
        zoo.card(name)
    _tell("Starting")
    try:
        with _quiet():
            from keras_gan.serving import demo as page
    except ImportError as error:
        raise ImportError(f"{error}: pip install 'keras_gan[demo]'.") from error

    def opened(url):
        _tell("")
        click.echo(f"{url}  (Ctrl-C stops it)")

    page.serve(name, host, port, opened)


def _recipe(source):
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


def _import_keras():
    """Imports Keras without the remarks that TensorFlow writes to stderr while it is imported."""
    with _quiet():
        import keras  # noqa: F401


@contextmanager
def _quiet():
    """Keeps what libraries write to stderr in the block from a user; yields the stderr that is read.

    Errors are told by `main`.
    """
    with open(os.devnull, "w") as nowhere, os.fdopen(os.dup(2), "w") as stderr:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield stderr
        finally:
            os.dup2(stderr.fileno(), 2)


def _generator(name, label):
    """The model of an entry, which must generate images, and have the class `label` if one is given."""
    _import_keras()
    model = zoo.load(name)
    if not hasattr(model, "generate"):
        raise ValueError(f"{name} is a {type(model).__name__}, which generates no images.")
    if label is not None and model.num_classes is None:
        raise ValueError(f"{name} is not conditional: it takes no --label.")
    if label is not None and not 0 <= label < model.num_classes:
        raise ValueError(
            f"--label must be a class of {name}, 0 to {model.num_classes - 1}, got {label}."
        )
    return model


def _ending(path, suffix):
    if path.suffix.lower() != suffix or path.is_dir():
        raise ValueError(f"--out must be a {suffix} file, got {path}.")
    return path


def _check_writable(path):
    """Raises an OSError now, and leaves nothing, if `path` cannot be written after long work."""
    try:
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error.strerror}.") from error


def _write_single(folder, model, num, seed, label, scale, truncation):
    """Writes 00000.png, 00001.png, ..., or 00000-CLASS.png, ... of a conditional model."""
    import numpy as np

    from keras_gan.modalities.images import write

    labels = None
    if model.num_classes is not None:
        labels = np.arange(num) % model.num_classes if label is None else np.full(num, label)
    points = model.draw(num, seed, truncation)
    with click.progressbar(length=num, label="Generating", file=sys.stderr) as bar:
        for start in range(0, num, 100):  # All at once would lie in memory together.
            rows = slice(start, start + 100)
            images = model.synthesize(points[rows], None if labels is None else labels[rows])
            for index, image in enumerate(images, start):
                of_class = "" if labels is None else f"-{labels[index]}"
                pixels = image.repeat(scale, axis=0).repeat(scale, axis=1)
                write(folder / f"{index:05d}{of_class}.png", pixels)
                bar.update(1)
    return folder


def _jobs(pictures, out):
    """Picture file to the file of its translation, checked to be another one than all that is read."""
    from keras_gan.modalities.images import files_in

    jobs = {}
    for path in pictures:
        if not path.exists():
            raise ValueError(f"{path} does not exist.")
        found = files_in(path) if path.is_dir() else {path.name: path}
        if not found:
            raise ValueError(f"{path} holds no pictures.")
        jobs |= {file: out / name for name, file in found.items()}
    read, written = ([path.resolve() for path in paths] for paths in (jobs, jobs.values()))
    if overwritten := set(read) & set(written):
        raise ValueError(f"--out would overwrite the picture {min(overwritten)}.")
    if twice := {path for path in written if written.count(path) > 1}:
        raise ValueError(f"Two pictures would both be written to {min(twice)}.")
    return jobs


def _translate_all(model, jobs, direction, noise, compare):
    """Writes the translations; returns how many pictures could not be translated."""
    import numpy as np

    from keras_gan.modalities.images import write

    failures = []
    with click.progressbar(jobs.items(), label="Translating", file=sys.stderr) as bar:
        for source, target in bar:
            try:
                image, made = model.translate_file(source, direction, noise)
                write(target, np.concatenate([image, made], 1) if compare else made)
            except ValueError as error:
                failures.append(str(error))
    for failure in failures:
        click.echo(f"keras-gan: warning: {' '.join(failure.split())}", err=True)
    return len(failures)
