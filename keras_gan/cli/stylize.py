"""`keras-gan stylize`."""

from pathlib import Path

import click

from keras_gan.cli import console, options


@click.command()
@click.argument("picture", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--style",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="The painting whose style the picture takes.",
)
@click.option("--out", type=Path, required=True, help="The picture to write.")
@click.option(
    "--size",
    type=click.IntRange(min=32, max=1024),
    default=256,
    show_default=True,
    help="Shorter side to work at; strokes are larger in a smaller picture.",
)
@click.option(
    "--steps", type=options.AT_LEAST_1, default=50, show_default=True, help="Steps of the search."
)
@click.option(
    "--content",
    type=click.FloatRange(min=0.0),
    default=0.02,
    show_default=True,
    help="Weight of the picture against that of the style, which is 1.",
)
@click.option(
    "--features",
    default="cifar10_classifier",
    show_default=True,
    help="The network that sees style and content: vgg19, or a classifier.",
)
@click.option("--weights", type=Path, help="A local copy of the weights of vgg19.")
def stylize(picture, style, out, size, steps, content, features, weights):
    """Repaint a picture in the style of a painting.

    It takes a search for each picture: about a minute on a CPU at 256 pixels. vgg19, the network of the
    paper, is downloaded (80 MB) unless --weights has it.
    """
    options.check_writable(out)
    with console.working(f"Painting {picture.name}") as tell:
        from keras_gan.modalities.images import write
        from keras_gan.style import StyleTransfer

        transfer = StyleTransfer(features, weights)
        painted = transfer.transfer(
            picture, style, size, steps, content_weight=content, progress=tell
        )
    click.echo(f"Written: {write(out, painted)}")
