"""`keras-gan export` and `keras-gan demo`."""

from pathlib import Path

import click

from keras_gan import zoo
from keras_gan.cli import console, options


@click.command()
@options.trained
@click.argument("directory", type=Path, metavar="DIR")
@click.option(
    "--format",
    default="saved_model",
    type=click.Choice(["saved_model", "onnx", "litert", "keras"]),
    show_default=True,
    help="For TensorFlow Serving, ONNX Runtime, LiteRT, Keras.",
)
@click.option(
    "--precision",
    default="float32",
    type=click.Choice(["float32", "float16", "int8"]),
    show_default=True,
    help="Precision of the weights in an onnx or litert file.",
)
@click.option(
    "--version",
    type=options.AT_LEAST_1,
    help="Version of a SavedModel.  [default: the next free one]",
)
@click.option(
    "--direction",
    help="AtoB or BtoA, for a model that translates, as onnx or litert.  [default: the model's first]",
)
def export(trained, directory, format, precision, version, direction):
    """Export a model as a file for a server, a phone, or Keras."""
    options.check_writable(directory / trained.name / "1")
    trained.fetch()
    with console.working(f"Exporting {trained.given}") as tell:
        from keras_gan import serving

        written = serving.export(
            trained.given,
            directory,
            version=version,
            format=format,
            precision=precision,
            direction=direction,
            progress=tell,
        )
    click.echo(f"Written: {written}")


@click.command()
@options.trained_or_none
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0 lets other machines connect.",
)
@click.option(
    "--port",
    default=7860,
    type=click.IntRange(1, 65535),
    show_default=True,
    help="Port to listen on.",
)
def demo(trained, host, port):
    """Open a local web page to try models: one of yours, and the entries of the zoo."""
    try:
        with console.working("Loading"):
            from keras_gan.serving import demo as page
    except ImportError as error:
        raise ImportError(f"{error}: pip install 'keras_gan[demo]'.") from error
    entries = [zoo.find(name) for name in zoo.list()]
    page.serve(entries, trained, host, port, lambda url: click.echo(f"{url}  (Ctrl-C stops it)"))
