"""`keras-gan list` and `keras-gan info`."""

import click

from keras_gan import zoo
from keras_gan.cli import console, options


@click.command("list")
def list_entries():
    """List the entries of the zoo."""
    rows = [(name, zoo.card(name).title) for name in zoo.list()]
    console.table(rows, ("Entry", "Model and data"))


@click.command()
@options.entry
def info(name):
    """Show the card of an entry: paper, data, license, training, metrics."""
    click.echo(zoo.card(name))
