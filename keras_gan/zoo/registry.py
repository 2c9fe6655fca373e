"""Entries of the zoo: where they lie, their cards, their weights and their models."""

import copy
import fnmatch
import json
import os
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_gan import files
from keras_gan.lookup import check_name, did_you_mean
from keras_gan.zoo.card import Card

if TYPE_CHECKING:
    from keras_gan.tasks.task import Task

ENTRY = "entry.json"  # the card
ZOO = "KERAS_GAN_ZOO"  # the environment variable that names a folder or an https address of weights
MODEL = "model.json"  # the serialized Keras config


def folder() -> Path:
    """The folder of the entries: `keras_gan/zoo/entries` of a wheel, `zoo/` of a checkout."""
    here = Path(__file__).parent
    packaged = here / "entries"
    return packaged if packaged.is_dir() else here.parent.parent / "zoo"


def own_folder() -> Path:
    """The folder of the entries that people have packed or fetched: `zoo` in `KERAS_GAN_HOME`."""
    return files.cache() / "zoo"


def is_name(name: str) -> bool:
    """Whether an entry, and its folder, can be called so."""
    return bool(re.fullmatch("[A-Za-z0-9][A-Za-z0-9_-]*", name))


def entry_folder(name: str) -> Path | None:
    """The folder of an entry, of the package or of one's own, trained or not; None if there is none."""
    if not is_name(name):
        return None
    paths = (above / name for above in (folder(), own_folder()))
    return next((path for path in paths if (path / ENTRY).is_file()), None)


def list(pattern: str = "*", task: str | None = None) -> list[str]:
    """The names of the entries, sorted. A damaged entry is left out, with a warning.

    Args:
        pattern: what the names are like, with "*" for any letters and "?" for one.
        task: "generation", "translation" or "classification", for the models of one task; it imports Keras.

    Raises:
        ValueError: if there is no such task.

    Example:

    ```python
    keras_gan.zoo.list()  # ["cgan_mnist", "dcgan_anime_faces", ...]
    keras_gan.zoo.list("*anime*", task="generation")  # ["dcgan_anime_faces", ...]
    ```
    """
    kind = task and _task(task)
    names = []
    for name in fnmatch.filter(sorted({path.parent.name for path in _entries()}), pattern):
        try:
            found = (path := entry_folder(name)) and read_card(path)
            if found and (kind is None or issubclass(_class(found.recipe.model), kind)):
                names.append(name)
        except ValueError as error:
            warnings.warn(f"Left out an entry: {error}", stacklevel=2)
    return names


def _task(name):
    """The class of a task by its name, such as "generation"."""
    from keras_gan import tasks

    known = {
        each.lower(): getattr(tasks, each)
        for each in tasks.__all__
        if each not in ("Signature", "Task")
    }
    check_name("task", name, known)
    return known[name]


def _class(name):
    """The class of an entry's model; `object` if it is not of this library."""
    from keras_gan import models

    return getattr(models, name) if name in models.__all__ else object


def _entries():
    for above in (folder(), own_folder()):
        yield from above.glob(f"*/{ENTRY}")


def card(name: str) -> Card:
    """The card of an entry: paper, recipe, data, metrics, weights.

    Args:
        name: one of `list()`.

    Raises:
        ValueError: if there is no such entry, naming the closest; or if its `entry.json` is damaged.
    """
    path = entry_folder(name)
    found = path and read_card(path)
    if found is None:
        raise unknown(name)
    return found


def unknown(name: str) -> ValueError:
    """The error about a name that no entry has, with the closest names."""
    hint = did_you_mean(name, names := list()) or f"There are {', '.join(names) or 'none'}."
    return ValueError(f"There is no entry {name!r} in the zoo. {hint}")


def restore(name: str, config: dict[str, Any], weights: Path) -> "Task":
    """The compiled model of a `model.json`, with the weights of a file that has been checked.

    Args:
        name: the entry's name, for errors.
        config: the content of its `model.json`; it is not changed.
        weights: the file of its weights.

    Raises:
        ValueError: if Keras cannot make the model of the config, or the weights do not fit it.
    """
    import keras

    from keras_gan import models
    from keras_gan.models import loading
    from keras_gan.precision import dtype_policy

    models.register()  # the classes that a config names
    config = copy.deepcopy(config)  # Keras changes configs that it reads.
    compile_config = config.pop("compile_config", {"optimizers": {}})
    problem = f"it declares far more weights than {weights} holds"
    try:
        with dtype_policy("float32"):
            with loading.within(loading.allowed(weights.stat().st_size), problem):
                model = keras.saving.deserialize_keras_object(config, safe_mode=True)
            # Weights first: the file has none for the optimizers, which start afresh.
            model.load_weights(weights)
            model.compile_from_config(compile_config)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = str(error).strip().split("\n")[-1]
        raise ValueError(
            f"The entry {name} is damaged, or Keras {keras.__version__} does not support it: {reason}"
        ) from error
    return model


def _help(entry):
    """How the entry in a folder can be restored."""
    if entry.parent == folder():
        return "Restore it: git checkout in a checkout, otherwise pip install --force-reinstall keras_gan."
    return "Remove its folder, and pack or fetch it again."


def read_card(entry: Path) -> Card | None:
    """The card of the entry in a folder; None if the entry has not been trained yet.

    Raises:
        ValueError: if its `entry.json` is damaged, naming it.
    """
    path = entry / ENTRY
    content = read_json(path)
    if "weights" not in content:
        return None
    try:
        found = Card.parse(content)
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}. {_help(entry)}") from error
    if found.name != entry.name:
        raise ValueError(f"{path} is damaged: it describes {found.name!r}. {_help(entry)}")
    return found


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ValueError: if the file is missing or damaged, naming it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error}. {_help(path.parent)}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} is damaged: it must hold an object. {_help(path.parent)}")
    return content


def weights(card: Card, entry: Path | None = None) -> Path:
    """The file of an entry's weights, checked: of the entry, or from where `KERAS_GAN_ZOO` says.

    The wheel holds the weights of a few entries. Others lie, as NAME/model.weights.h5, in a folder such as
    `zoo/` of a checkout, or below an https address, that the environment variable `KERAS_GAN_ZOO` names;
    from an address they are fetched once into `KERAS_GAN_HOME`.

    Args:
        card: the entry's card.
        entry: the entry's folder; that of its name if None.

    Raises:
        ValueError: if the file is missing or damaged.
        OSError: if it has to be fetched and cannot be.
    """
    entry = entry or entry_folder(card.name)
    own = entry / card.weights.file
    if own.parent != entry:
        raise ValueError(
            f"The entry {card.name} is damaged: its weights lie elsewhere, at {own}. {_help(entry)}"
        )
    if own.exists():
        if problem := _damage(own, card.weights):
            raise ValueError(
                f"The weights of {card.name} are damaged: {own} {problem}. {_help(entry)}"
            )
        return own
    url = card.weights.url
    if url is None:
        zoo, place = os.environ.get(ZOO, ""), f"{card.name}/{card.weights.file}"
        if not zoo:
            raise ValueError(
                f"The weights of {card.name} are missing: {own}. The package comes with those of some "
                f"entries only. Set {ZOO} to a folder or an https address that holds {place}, such as the "
                "folder zoo/ of a checkout."
            )
        if "://" not in zoo:
            found = Path(zoo).expanduser() / place
            problem = _damage(found, card.weights) if found.is_file() else "is not there"
            if problem:
                raise ValueError(f"The weights of {card.name}: {found} {problem}; {ZOO} is {zoo}.")
            return found
        url = f"{zoo.rstrip('/')}/{place}"
    # The checksum in the name keeps the weights of different versions of the package apart.
    cached = files.cache() / "weights" / f"{card.name}-{card.weights.sha256[:12]}.weights.h5"
    title = f"The weights of {card.name}"
    return files.fetch(url, cached, card.weights.sha256, card.weights.bytes, title)


def _damage(path, weights):
    """The damage of a file of weights in words; None if it is whole."""
    if (size := path.stat().st_size) != weights.bytes:
        return f"has {size:,} bytes instead of {weights.bytes:,}"
    if (sha256 := files.checksum(path)) != weights.sha256:
        return f"has sha256 {sha256[:12]}… instead of {weights.sha256[:12]}…"
    return None
