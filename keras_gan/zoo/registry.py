"""Entries of the zoo: list them, read their cards, load their models."""

import copy
import hashlib
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_gan import files
from keras_gan.lookup import did_you_mean
from keras_gan.zoo.card import Card

if TYPE_CHECKING:
    from keras_gan.tasks.task import Task

MODEL = "model.json"  # the serialized Keras config, beside entry.json


def folder() -> Path:
    """The folder of the entries: `keras_gan/zoo/entries` of a wheel, `zoo/` of a checkout."""
    here = Path(__file__).parent
    packaged = here / "entries"
    return packaged if packaged.is_dir() else here.parent.parent / "zoo"


def list() -> list[str]:
    """The names of all entries, sorted. A damaged entry is left out, with a warning.

    Example:

    ```python
    keras_gan.zoo.list()  # ["cgan_mnist", "dcgan_anime_faces", ...]
    ```
    """
    names = []
    for path in sorted(folder().glob("*/entry.json")):
        try:
            if _read(path):
                names.append(path.parent.name)
        except ValueError as error:
            warnings.warn(f"Left out an entry: {error}", stacklevel=2)
    return names


def card(name: str) -> Card:
    """The card of an entry: paper, recipe, data, metrics, weights.

    Args:
        name: one of `list()`.

    Raises:
        ValueError: if there is no such entry, naming the closest; or if its `entry.json` is damaged.
    """
    path = folder() / name / "entry.json"
    inside = path.parents[1] == folder()  # not so for a name such as "../other"
    found = _read(path) if inside and path.is_file() else None
    if found is None:
        hint = did_you_mean(name, names := list()) or f"There are {', '.join(names) or 'none'}."
        raise ValueError(f"There is no entry {name!r} in the zoo. {hint}")
    return found


def load(name: str) -> "Task":
    """Load an entry: the compiled model with its trained weights, ready to use and to train on.

    The model computes in float32, whatever the dtype policy of its training or of the session. No code from
    the entry is run. Weights that do not come with the package are fetched once into the folder
    `KERAS_GAN_HOME`, by default `~/.cache/keras_gan`.

    Args:
        name: one of `list()`.

    Returns:
        A `keras_gan.tasks.Task` of the class that the card names: a `DCGAN`, `CycleGAN`, `Classifier`, ...

    Raises:
        ValueError: if there is no such entry, or its files are damaged.
        OSError: if weights have to be fetched and cannot be.

    Example:

    ```python
    faces = keras_gan.zoo.load("dcgan_anime_faces").generate(16, seed=1)
    ```
    """
    found = card(name)
    return restore(name, _json(folder() / name / MODEL), weights(found))


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

    models.register()  # the classes that a config names
    config = copy.deepcopy(config)  # Keras changes configs that it reads.
    compile_config = config.pop("compile_config", {"optimizers": {}})
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        # Weights first: the file has none for the optimizers, which start afresh.
        model.load_weights(weights)
        model.compile_from_config(compile_config)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = str(error).strip().split("\n")[-1]
        raise ValueError(
            f"The entry {name} is damaged, or Keras {keras.__version__} does not support it: {reason}"
        ) from error
    finally:
        keras.config.set_dtype_policy(policy)
    return model


_HELP = "Restore it: git checkout in a checkout, otherwise pip install --force-reinstall keras_gan."


def _read(path):
    """The card of an `entry.json`; None if the entry has not been trained yet.

    Raises:
        ValueError: if the file is damaged, naming it.
    """
    entry = _json(path)
    if "weights" not in entry:
        return None
    try:
        found = Card.parse(entry)
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}. {_HELP}") from error
    if found.name != path.parent.name:
        raise ValueError(f"{path} is damaged: it describes {found.name!r}. {_HELP}")
    return found


def _json(path):
    """The object in a JSON file.

    Raises:
        ValueError: if the file is missing or damaged, naming it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error}. {_HELP}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} is damaged: it must hold an object. {_HELP}")
    return content


def weights(card: Card) -> Path:
    """The file of an entry's weights, checked: from the entry, from the cache, or fetched.

    Raises:
        ValueError: if the file is missing or damaged.
        OSError: if it has to be fetched and cannot be.
    """
    own = folder() / card.name / card.weights.file
    if own.parent != folder() / card.name:
        raise ValueError(
            f"The entry {card.name} is damaged: its weights lie elsewhere, at {own}. {_HELP}"
        )
    if own.exists():
        if problem := _damage(own, card.weights):
            raise ValueError(f"The weights of {card.name} are damaged: {own} {problem}. {_HELP}")
        return own
    if card.weights.url is None:
        raise ValueError(f"The weights of {card.name} are missing: {own}. {_HELP}")
    # The checksum in the name keeps the weights of different versions of the package apart.
    cached = files.cache() / "weights" / f"{card.name}-{card.weights.sha256[:12]}.weights.h5"
    title = f"The weights of {card.name}"
    return files.fetch(card.weights.url, cached, card.weights.sha256, card.weights.bytes, title)


def _damage(path, weights):
    """The damage of a file of weights in words; None if it is whole."""
    if (size := path.stat().st_size) != weights.bytes:
        return f"has {size:,} bytes instead of {weights.bytes:,}"
    if (sha256 := hashlib.sha256(path.read_bytes()).hexdigest()) != weights.sha256:
        return f"has sha256 {sha256[:12]}… instead of {weights.sha256[:12]}…"
    return None
