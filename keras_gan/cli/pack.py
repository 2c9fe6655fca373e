"""`keras-gan pack`."""

import dataclasses
from pathlib import Path

import click
from msgspec import structs

from keras_gan import files
from keras_gan.cli import console, options


@click.command()
@options.trained
@click.option("--name", required=True, help="Name of the entry: letters, digits, '_' and '-'.")
@click.option(
    "--metrics", help="Such as fid,kid,prdc; '' for none.  [default: those of the model's task]"
)
@click.option(
    "--num", default=2_000, type=options.AT_LEAST_2, show_default=True, help="Images to measure."
)
@options.features
@options.data
@click.option("--out", type=Path, help="A .zip file for the entry, to copy it or to serve it.")
def pack(trained, name, metrics, num, features, data, out):
    """Pack the folder of a training as an entry of the zoo, with card, samples and metrics.

    The entry lies in the folder KERAS_GAN_HOME (~/.cache/keras_gan), in zoo/NAME: `keras-gan list` shows it,
    and its entry.json may be edited. With --out NAME.zip it is also written as one file, which loads on
    another machine by its path or its https address.
    """
    pictures, data = options.pictures_or_sets(data, trained)
    if out is not None:
        options.check_writable(options.check_suffix(out, ".zip"))
        if out.stem != name:
            raise ValueError(f"--out must be called {name}.zip, as the entry, got {out}.")
    if pictures is not None and trained.recipe is not None:
        recipe = structs.replace(trained.recipe, dataset=str(pictures.resolve()))
        trained = dataclasses.replace(trained, recipe=recipe)
    missing = []
    with console.warnings_in_one_line(), console.working(f"Packing {trained.given}") as tell:
        from keras_gan import evaluation
        from keras_gan.zoo import archive, build, own

        def measure(model):
            if metrics == "":
                return ()
            names = metrics.split(",") if metrics else None
            asked = {"features": features, "data_dir": data, "progress": tell}
            try:
                return evaluation.evaluate(
                    model, trained.recipe.dataset, names, num, **asked
                ).metrics
            except FileNotFoundError as error:  # the weights of Inception
                if features is not None:
                    raise
                missing.append(str(error))
                return ()

        folder = own.create(trained, name, data, measure)
        if out is not None:
            archive.write(folder, out)
    for each in missing:
        console.warn(f"The entry has no metrics. {each}")
    click.echo(f"Packed: {folder}")
    if out is not None:
        click.echo(f"Written: {out} (sha256 {files.checksum(out)})")
    click.echo("\nWhat now:")
    for command in (f"keras-gan info {name}", *build.model_class(trained.model).commands(name)):
        click.echo(f"  {command}")
