"""`keras-gan translate`."""

import sys
from pathlib import Path

import click

from keras_gan.cli import console, options


@click.command()
@options.trained
@options.pictures
@click.option("--out", type=Path, required=True, help="Folder for the translations.")
@click.option("--direction", help="AtoB or BtoA.  [default: the model's first]")
@click.option(
    "--to",
    multiple=True,
    metavar="DOMAIN",
    help="For a model of many domains, the one to translate to, or GROUP=DOMAIN; several, one of each group; "
    "or all, for a sheet.",
)
@click.option(
    "--noise", type=options.SEED, help="Seed of the generator's dropout; without it, no dropout."
)
@click.option(
    "--size",
    type=click.IntRange(min=8, max=4096),
    help="Shorter side to translate at.  [default: that of the pictures of the training]",
)
@click.option("--full", is_flag=True, help="Translate pictures at their own size, in tiles.")
@click.option("--compare", is_flag=True, help="Write each picture with its translation beside it.")
def translate(trained, pictures, out, direction, to, noise, size, full, compare):
    """Translate pictures into another domain.

    Pictures are brought to the scale that the model has learned, and translations have that size; --full
    keeps all details, of which the model may see too many to know what they are.

    A folder stands for all the pictures below it. Translations keep the names of the pictures and the
    sub-folders. A picture that cannot be read is named and left out, and the exit code is then 1.
    """
    if full and size is not None:
        raise ValueError("--full and --size exclude each other.")
    jobs = options.file_jobs(pictures, out)
    options.check_writable(out / "picture")
    model = options.load(trained, "ImageToImage")
    wanted = {
        "direction": direction,
        "to": to[0] if len(to) == 1 else list(to) or None,
        "noise": noise,
    }
    wanted = {name: value for name, value in wanted.items() if value is not None}
    model.check_options(**wanted)
    wanted["size"] = "full" if full else size
    failures = _translate_all(model, jobs, compare, wanted)
    for failure in failures:
        console.warn(failure)
    click.echo(f"Written: {out} ({len(jobs) - len(failures)} of {len(jobs)} pictures)")
    sys.exit(1 if failures else 0)


def _translate_all(model, jobs, compare, options):
    """Writes the translations; returns the messages of those that failed."""
    import numpy as np

    from keras_gan.modalities.images import write

    failures = []
    for source, target in console.track(jobs.items(), "Translating", len(jobs)):
        try:
            image, translation = model.translate_pair(source, **options)
            both = np.concatenate([image, translation], 1) if compare else translation
            write(target, both)
        except ValueError as error:
            failures.append(str(error))
    return failures
