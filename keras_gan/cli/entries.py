"""`keras-gan list` and `keras-gan info`."""

import click

from keras_gan import zoo
from keras_gan.cli import console, options
from keras_gan.zoo.card import UNCERTAINTY


@click.command("list")
@click.argument("pattern", default="*")
def list_entries(pattern):
    """List the entries of the zoo, or those whose names are like PATTERN, such as '*anime*'."""
    with console.warnings_in_one_line():
        titles = {name: zoo.card(name).title for name in zoo.list(pattern)}
    if not titles and pattern != "*":
        raise ValueError(
            f"No entry is called {pattern!r}. Try: keras-gan list '*{pattern.strip('*')}*'."
        )
    if console.is_watched():
        console.table([*titles.items()], ("Entry", "Model and data"))
        return
    width = max(map(len, titles), default=0)
    for name, title in titles.items():
        click.echo(f"{name:<{width}}  {title}")


@click.command()
@options.trained
def info(trained):
    """Show paper, data, license, training and metrics of a model."""
    card = trained.card
    if not console.is_watched():
        click.echo(card or trained)
        return
    click.echo(f"{trained.title}\n")
    if card:
        click.echo(f"{card.summary}\n")
    console.table([*trained.facts.items()])
    if card is None:
        return
    # The uncertainty of a fraction, an interval, would leave the names of metrics too little room.
    metrics = [
        (f"{m.value:.4g}", f"{name}\n{m.uncertainty}\n{m.definition}".replace("\n\n", "\n"))
        for name, m in card.metrics.items()
    ]
    if metrics:
        click.echo()
        console.table(metrics, ("Value", "Metric"))
        click.echo()
        console.table([("", f"{UNCERTAINTY}. {card.scale}".rstrip())])
    click.echo()
    console.table([("-", note) for note in card.notes])
