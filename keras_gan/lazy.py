"""Packages whose names are imported when they are first used."""

import importlib
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from keras_gan.lookup import did_you_mean
from keras_gan.quiet import quiet


def lazy(package: str, names: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list]]:
    """The functions `__getattr__` and `__dir__` of a package's `__init__.py` (PEP 562).

    Args:
        package: the package, its `__name__`.
        names: each public name to the module that defines it, or that it is, relative to the package.

    Example:

    ```python
    __getattr__, __dir__ = lazy(__name__, {"walk": "paths", "paths": "paths"})
    ```
    """

    def get(name):
        if name not in names:
            hint = did_you_mean(name, names)
            raise AttributeError(f"module {package!r} has no attribute {name!r}. {hint}".rstrip())
        # The first import of Keras loads TensorFlow, whose C++ code writes to stderr about CUDA and the like.
        with nullcontext() if "keras" in sys.modules else quiet():
            module = importlib.import_module(f"{package}.{names[name]}")
        return module if names[name] == name else getattr(module, name)

    return get, lambda: list(names)
