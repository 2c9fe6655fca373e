"""Trained models, wherever they lie: an entry of the zoo, a `.keras` file, the folder of a training."""

import json
import os
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from keras_gan.zoo import archive, registry
from keras_gan.zoo.card import Card, constructor, duration
from keras_gan.zoo.recipe import Recipe
from keras_gan.zoo.workdir import CHECKPOINT, TRAINING, read_lines

if TYPE_CHECKING:
    from keras_gan.tasks.task import Task


@dataclass(frozen=True)
class Trained:
    """A trained model that has been found and not been loaded yet.

    Attributes:
        given: the name or path that it was asked for by.
        name: its name in file names and reports: letters, digits, "_", "-" and ".".
        model: the name of its class, such as "DCGAN".
        path: the folder of an entry, or a `.keras` file.
        card: the card of an entry; None of another model.
        recipe: the recipe of its training, where it is known.
        class_names: names of the classes, where they are known.
    """

    given: str
    name: str
    model: str
    path: Path
    card: Card | None = None
    recipe: Recipe | None = None
    class_names: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Name and title of an entry, or name and class of another model."""
        return f"{self.name}: {self.card.title if self.card else self.model}"

    @property
    def facts(self) -> dict[str, str]:
        """Facts about the model that need no loading, by heading; the lines of an entry's card."""
        if self.card is not None:
            return self.card.facts
        facts = {
            "Model": self.model,
            "File": f"{self.path}, {self.path.stat().st_size / 1e6:.1f} MB",
        }
        if self.recipe is not None:
            facts["Model"] = constructor(self.recipe)
            facts["Data"] = f"{self.recipe.dataset}, split {self.recipe.split}"
        if self.class_names:
            facts["Classes"] = ", ".join(self.class_names)
        lines = read_lines(self.path.parent) if self.path.name == CHECKPOINT else []
        if lines:
            steps = sum(line.get("steps", 0) for line in lines)
            seconds = sum(line.get("seconds", 0.0) for line in lines)
            epochs = sum("unfinished" not in line for line in lines)
            facts["Training"] = f"{epochs} epochs, {steps:,} steps, {duration(seconds)}"
            last = lines[-1].items()
            facts["Losses"] = ", ".join(
                f"{key} {x:.4g}" for key, x in last if key.endswith("_loss")
            )
        return facts

    def __str__(self):
        facts = self.facts  # which reads the log
        indent = max(map(len, facts)) + 2
        lines = (f"{name:<{indent}}{text}" for name, text in facts.items())
        return "\n".join([self.title, "", *lines])

    def fetch(self):
        """Downloads the weights of an entry that are not on this machine.

        Raises:
            ValueError: if they are damaged.
            OSError: if they cannot be fetched.
        """
        if self.card is not None:
            registry.weights(self.card, self.path)

    def load(self) -> "Task":
        """The compiled model, as `load` returns it, with the same errors."""
        if self.card is None:
            return load_file(self.path)
        config = registry.read_json(self.path / registry.MODEL)
        return registry.restore(self.card.name, config, registry.weights(self.card, self.path))


def load(name_or_path: str | os.PathLike) -> "Task":
    """Load a trained model: compiled, with its weights, ready to use and to train on.

    A model of the zoo computes in float32, whatever the dtype policy of its training or of the session; that
    of a file as it was saved. No code from a file is run. Weights that do not come with the package are
    fetched once into the folder `KERAS_GAN_HOME`, by default `~/.cache/keras_gan`.

    Args:
        name_or_path: an entry's name, one of `list()`; a `.keras` file; the folder of a training, for its
            `checkpoint.keras`; the folder of an entry, or the zip archive of one, as `keras-gan pack` writes
            it; or the https address of such an archive, which may end in "#sha256=..." with the checksum
            that it must have. An archive is unpacked into `KERAS_GAN_HOME`, and then loads by its name. Of a
            name and a path of the same letters the name is taken: "./dcgan_mnist" is a path.

    Returns:
        A `keras_gan.tasks.Task`: a `DCGAN`, `CycleGAN`, `Classifier`, ...

    Raises:
        ValueError: if there is no such model, or its files are damaged.
        OSError: if weights have to be fetched and cannot be.

    Example:

    ```python
    faces = keras_gan.zoo.load("dcgan_anime_faces").generate(16, seed=1)
    mine = keras_gan.zoo.load("dcgan_anime_faces-training")
    ```
    """
    return find(name_or_path).load()


def find(name_or_path: str | os.PathLike) -> Trained:
    """Finds a trained model without loading it, or Keras.

    Args:
        name_or_path: as for `load`.

    Raises:
        ValueError: if there is no such model: with the closest names, or what the file or folder lacks.
    """
    given = os.fspath(name_or_path)
    if folder := registry.entry_folder(given):
        return _of_entry(given, folder, registry.card(given))
    if given.lower().startswith(("http://", "https://")):
        return _of_folder(given, archive.install(given))
    path = Path(os.path.abspath(Path(given).expanduser()))
    if path.suffix == ".zip" and path.is_file():
        return _of_folder(given, archive.install(str(path)))
    if given and path.is_dir():
        return _of_folder(given, path)
    if path.suffix == ".keras" and path.is_file():
        return _of_file(given, path, path.stem)
    if given and path.exists():
        raise ValueError(
            f"{given} is neither a .keras file, nor the folder of a training, nor the name of an entry."
            f"{_advice(path)}"
        )
    if path.suffix or os.sep in given:
        raise ValueError(f"There is no file or folder {given}.")
    raise registry.unknown(given)


def is_pictures(path: str | os.PathLike) -> bool:
    """Whether a path is a folder of pictures, and not the name or the folder of a model."""
    from keras_gan.modalities.images import files_in

    path = Path(path).expanduser()
    if registry.entry_folder(os.fspath(path)) or not path.is_dir():
        return False
    return not any((path / name).exists() for name in (CHECKPOINT, registry.ENTRY)) and bool(
        files_in(path)
    )


def _of_entry(given, folder, card):
    return Trained(given, card.name, card.recipe.model, folder, card, card.recipe)


def _of_folder(given, folder):
    if (folder / registry.ENTRY).is_file() and (card := registry.read_card(folder)):
        return _of_entry(given, folder, card)
    if (folder / CHECKPOINT).is_file():
        found = _of_file(given, folder / CHECKPOINT, folder.name)
        training = folder / TRAINING
        recipe = registry.read_json(training).get("recipe") if training.exists() else None
        return replace(found, recipe=recipe and Recipe.parse(recipe))
    raise ValueError(
        f"The folder {given} holds no {CHECKPOINT}, as that of a training does, and no trained "
        f"{registry.ENTRY}.{_advice(folder)}"
    )


def _of_file(given, path, name):
    kind, arguments = _config_of(path)
    name = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII) or "model"
    names = tuple(map(str, arguments.get("class_names") or ()))
    return Trained(given, name, kind, path, class_names=names)


def _advice(path):
    """Advice on a file or folder that holds no trained model, as a sentence; empty if there is none."""
    if path.name.endswith(".weights.h5"):
        return " Weights alone can start a training: keras-gan train RECIPE --from FILE."
    if path.suffix == ".json":
        return f" A recipe is trained by: keras-gan train {path}."
    if path.is_dir() and (models := sorted(path.glob("*.keras"))):
        return f" Did you mean {models[0]}?"
    if (path / "log.jsonl").is_file() or (path / "samples").is_dir():
        return " The training has written no checkpoint yet."
    return ""


_MOST = 100_000_000  # bytes of the config in a file


def _config_of(path):
    """The name of the class of the model in a `.keras` file, and its arguments, from its config."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("config.json") as file:
            content = json.loads(file.read(_MOST))
        arguments = content.get("config")
        return str(content["class_name"]), arguments if isinstance(arguments, dict) else {}
    except (
        AttributeError,
        KeyError,
        OSError,
        TypeError,
        ValueError,
        RecursionError,
        zipfile.BadZipFile,
    ) as error:
        raise ValueError(f"{path} is damaged, or no model that Keras has saved.") from error


def load_file(path: Path) -> "Task":
    """The model in a `.keras` file; no code from the file is run.

    Raises:
        ValueError: if it is damaged, or holds a model of another library.
    """
    import keras

    from keras_gan import models
    from keras_gan.tasks.task import Task

    kind, _ = _config_of(path)  # Keras says of a file that was cut short that it is not there.
    try:
        model = models.load_model(path)
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError) as error:
        reason = str(error).strip().split("\n")[-1]
        raise ValueError(
            f"{path} is damaged, or Keras {keras.__version__} does not support it: {reason}"
        ) from error
    if not isinstance(model, Task):
        raise ValueError(f"{path} holds a {kind}, which is no model of keras_gan.")
    return model
