"""Terminal output: results on stdout, progress and warnings on stderr.

Tables, spinners and progress bars are drawn by Rich where somebody watches; into a pipe or a file goes plain
text, and no progress. Rich is imported only for a terminal.
"""

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from keras_gan.quiet import quiet


def is_watched() -> bool:
    """Whether stdout is a terminal, for which results are drawn; elsewhere they are plain text, never cut."""
    return sys.stdout.isatty()


def table(rows: Sequence[Sequence[str]], headings: Sequence[str] = ()):
    """Prints a table on a terminal.

    Args:
        rows: the cells of each row; all columns but the first are wrapped where the terminal is narrow.
        headings: of the columns; none if empty.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=bool(headings))
    for index, heading in enumerate(headings or [""] * len(rows[0])):
        drawn.add_column(heading, no_wrap=index == 0, overflow="fold")
    for row in rows:
        drawn.add_row(*map(_literally, row))
    Console(highlight=False).print(drawn)


def _literally(text):
    from rich.text import Text  # A string would be searched for markup such as "[fid]".

    return Text(text)


def track(values: Iterable[Any], label: str, total: int) -> Iterator[Any]:
    """Yields the values, with a progress bar on stderr where that is a terminal."""
    if not sys.stderr.isatty():
        yield from values
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(values, label, total, console=Console(stderr=True), transient=True)


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """Shows a spinner and a text while the block runs, and hides what libraries write to stderr.

    Yields:
        A function that replaces the text. It does nothing where stderr is no terminal.
    """
    with quiet() as stderr:
        if not stderr.isatty():
            yield lambda text: None
            return
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        spinner = Spinner("dots", _literally(text))
        options = {"transient": True, "redirect_stdout": False, "redirect_stderr": False}
        with Live(spinner, console=Console(file=stderr), refresh_per_second=10, **options):
            yield lambda text: spinner.update(text=_literally(text))


@contextmanager
def warnings_in_one_line():
    """Prints the warnings of a block on stderr at its end, a line each, equal ones once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield
    messages = [str(each.message) for each in caught if each.category is UserWarning]
    for message in dict.fromkeys(messages):
        warn(message)


def warn(message: str):
    """Prints a warning on stderr, in one line."""
    click.echo(f"keras-gan: warning: {' '.join(message.split())}", err=True)
