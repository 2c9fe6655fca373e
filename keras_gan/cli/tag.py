"""`keras-gan tag`."""

import sys

import click

from keras_gan.cli import console, options


@click.command()
@options.trained
@options.pictures
@click.option(
    "--threshold",
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    help="Probability from which a picture has a tag.  [default: the model's own]",
)
def tag(trained, pictures, threshold):
    """Print the tags of pictures, a line for each picture.

    A folder stands for all the pictures below it. A picture that cannot be read is named and left out, and
    the exit code is then 1.
    """
    files = options.files_of(pictures)
    model, failed = options.load(trained, "Tagging"), False
    for path in files:
        try:
            click.echo(f"{path}: {', '.join(map(str, model.tag(path, threshold))) or 'no tag'}")
        except ValueError as error:
            console.warn(str(error))
            failed = True
    sys.exit(1 if failed else 0)
