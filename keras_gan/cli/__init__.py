"""The `keras-gan` command: a file for each group of commands.

Nothing heavy is imported until a command needs it: `keras-gan list` imports neither Keras nor a backend.
"""

import sys
from collections.abc import Sequence

import click

from keras_gan import __version__
from keras_gan.cli import (
    animate,
    entries,
    evaluate,
    export,
    generate,
    pack,
    predict,
    stylize,
    tag,
    train,
    translate,
)

__all__ = ["main"]


class _Group(click.Group):
    def list_commands(self, context):
        return list(self.commands)  # in the order in which they are added, not of the alphabet


@click.group(cls=_Group)
@click.version_option(__version__)
def command():
    """Trained generative models: list, generate, translate, train, evaluate, pack, export.

    Where a command takes NAME|PATH, that is the name of an entry, a .keras file, the folder of a training, or
    the .zip file or https address of a packed entry.
    """


for each in (
    entries.list_entries,
    entries.info,
    generate.generate,
    generate.interpolate,
    generate.walk,
    generate.project,
    translate.translate,
    stylize.stylize,
    predict.predict,
    animate.animate,
    tag.tag,
    train.train,
    train.recipe,
    evaluate.evaluate,
    pack.pack,
    export.export,
    export.demo,
):
    command.add_command(each)


def main(args: Sequence[str] | None = None):
    """Runs the command and exits; an error is one line on stderr and exit code 2.

    Args:
        args: the arguments; those of the process if None.
    """
    args = sys.argv[1:] if args is None else args
    try:
        sys.exit(command.main(args or ["--help"], prog_name="keras-gan", standalone_mode=False))
    except click.Abort:
        _stop("interrupted", 130)
    except click.ClickException as error:
        _stop(error.format_message(), 2)
    except (ValueError, OSError, ImportError) as error:
        _stop(str(error), 2)
    except MemoryError:
        _stop("there is not enough memory for this", 2)


def _stop(message, code):
    click.echo(f"keras-gan: error: {' '.join(message.split())}", err=True)
    sys.exit(code)
