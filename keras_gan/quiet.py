"""Quiet: what libraries of C++ write to the terminal, which does not concern a user."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def quiet() -> Iterator[TextIO]:
    """Sends file descriptor 2 to nowhere in the block, for C++ code too; yields the real stderr."""
    try:
        saved = os.dup(2)
    except OSError:  # a program without a terminal
        yield sys.stderr
        return
    sys.stderr.flush()
    with open(os.devnull, "w") as nowhere, os.fdopen(saved, "w") as stderr:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield stderr
        finally:
            sys.stderr.flush()
            os.dup2(stderr.fileno(), 2)
