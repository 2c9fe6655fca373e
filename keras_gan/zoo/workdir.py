"""Folder of a training: what is trained in it, and the lock of the process that trains."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from keras_gan.files import replacing
from keras_gan.zoo.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None

CHECKPOINT = "checkpoint.keras"
"""The model in the folder of a training, with its optimizers and all random state."""
TRAINING = "training.json"
"""The recipe of the training in the folder, and a fingerprint of its data."""
FREE = ("epochs", "phases", "steps_per_execution", "dataset")
"""Fields of a recipe that may change where a training goes on. The data are compared themselves."""
ANEW = "To begin anew, choose another folder (--out) or remove this one."


class Workdir:
    """The folder of a training.

    `training.json` holds the recipe and a fingerprint of the data, so that a checkpoint is continued only by
    the training that it belongs to.

    Args:
        path: the folder; it is made when it is locked.
    """

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path)

    @property
    def checkpoint(self) -> Path:
        """The model with its optimizers and all random state."""
        return self.path / CHECKPOINT

    @property
    def best(self) -> Path:
        """The model of the epoch with the smallest FID, where that is measured."""
        return self.path / "best.keras"

    @property
    def log(self) -> Path:
        """The log: for each epoch a line of JSON."""
        return self.path / "log.jsonl"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder for this process. One that dies loses it. Without locks, on Windows, does nothing.

        Raises:
            ValueError: if another process trains in the folder.
            OSError: if the folder cannot be written.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDONLY) if fcntl else None
        try:
            if handle is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise ValueError(
                f"Another process is training in {self.path}. Wait for its end, or choose another folder."
            ) from error
        finally:
            if handle is not None:
                os.close(handle)
            with suppress(OSError):
                self.path.rmdir()  # if nothing came of it

    def recipe(self) -> Recipe:
        """The recipe of the training in the folder.

        Raises:
            ValueError: if the folder holds none, or its `training.json` is damaged.
        """
        return self._read()[0]

    def check_recipe(self, recipe: Recipe) -> None:
        """Raises a ValueError that names the differences, if the checkpoint belongs to another recipe."""
        if not self.checkpoint.exists():
            return
        if not zipfile.is_zipfile(
            self.checkpoint
        ):  # Keras says of such a file that it is not there.
            raise ValueError(f"{self.checkpoint} is damaged. Remove it to start the training anew.")
        old, new = (_fixed(each) for each in (self.recipe(), recipe))
        if found := list(_differences(old, new)):
            raise ValueError(f"{self.path} holds another training: {'; '.join(found[:3])}. {ANEW}")

    def check_data(self, columns: Mapping[str, "np.ndarray"]) -> None:
        """Raises a ValueError if the checkpoint was trained on other data."""
        if not self.checkpoint.exists():
            return
        old, new = self._read()[1], fingerprint(columns)
        for name in new:
            if old.get(name) != new[name]:
                then, now = (each.get(name, {}).get("rows", 0) for each in (old, new))
                counts = f"{now:,} now, {then:,} then" if now != then else f"{now:,} each time"
                raise ValueError(
                    f"{self.path} holds a training on other data: the {name} differ ({counts}). {ANEW}"
                )

    def describe(self, recipe: Recipe, columns: Mapping[str, "np.ndarray"]) -> None:
        """Writes the recipe and the fingerprint of the data."""
        content = {"recipe": msgspec.to_builtins(recipe), "data": fingerprint(columns)}
        with replacing(self.path / TRAINING) as temporary:
            temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    def _read(self):
        path = self.path / TRAINING
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return Recipe.parse(content["recipe"]), dict(content["data"])
        except FileNotFoundError as error:
            raise ValueError(
                f"{self.path} lacks training.json, the recipe of its training. {ANEW}"
            ) from error
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is damaged: {error}. {ANEW}") from error


def fingerprint(columns: Mapping[str, "np.ndarray"]) -> dict[str, dict[str, Any]]:
    """Of each column the number of rows, and the SHA-256 of their shape, type and values."""
    import numpy as np  # here, so that a folder is looked at without it

    found = {}
    for name, column in columns.items():
        digest = hashlib.sha256(f"{column.dtype.str} {column.shape}".encode())
        digest.update(np.ascontiguousarray(column).data)
        found[name] = {"rows": len(column), "sha256": digest.hexdigest()}
    return found


def _fixed(recipe):
    """The part of a recipe, as parsed JSON, that must stay as it is; the last phase may have any length."""
    content = msgspec.to_builtins(recipe)
    phases = [[phase["name"], phase["epochs"]] for phase in content.get("phases", [])]
    fixed = {name: value for name, value in content.items() if name not in FREE}
    return fixed | ({"phases": [*phases[:-1], phases[-1][:1]]} if phases else {})


def _differences(old, new, path=""):
    """Lines such as "its arguments.ema was 0.9 and is to be 0.99", of parsed JSON."""
    if isinstance(old, (dict, list)) and type(old) is type(new):
        pairs = (dict(each if isinstance(each, dict) else enumerate(each)) for each in (old, new))
        old, new = pairs
        for key in dict.fromkeys([*old, *new]):
            yield from _differences(
                old.get(key), new.get(key), f"{path}.{key}" if path else f"{key}"
            )
    elif old != new:
        yield f"its {path} was {_text(old)} and is to be {_text(new)}"


def _text(value):
    text = "the default" if value is None else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def read_log(workdir: str | os.PathLike) -> list[dict[str, Any]]:
    """The lines of the epochs that a training in `workdir` has finished."""
    return [line for line in read_lines(workdir) if "unfinished" not in line]


def read_lines(workdir: str | os.PathLike) -> list[dict[str, Any]]:
    """All lines of the log in `workdir`, an epoch that was cut short included.

    Raises:
        ValueError: if the log is damaged.
    """
    log = Path(workdir) / "log.jsonl"
    try:
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    except ValueError as error:
        raise ValueError(
            f"{log} is damaged: {error}. Remove it and the checkpoint to start the training anew."
        ) from error
