"""Entries of one's own: the folder of a training packed as an entry, with a card that is drafted from it."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from keras_gan import data, files
from keras_gan.metric import Metric
from keras_gan.tasks.task import Task
from keras_gan.zoo import pack, registry
from keras_gan.zoo.journal import shown
from keras_gan.zoo.recipe import Recipe
from keras_gan.zoo.trained import Trained, find, load_file
from keras_gan.zoo.workdir import Workdir, read_log


def check_name(name: str):
    """Raises a ValueError if a new entry cannot have a name."""
    if not registry.is_name(name):
        raise ValueError(f"name must consist of letters, digits, '_' and '-', got {name!r}.")
    if folder := registry.entry_folder(name):
        raise ValueError(f"There is an entry {name} already: {folder}.")


def create(
    training: Trained,
    name: str,
    data_dir: str | os.PathLike | None = None,
    measure: Callable[[Task], Iterable[Metric]] = lambda model: (),
) -> Path:
    """Packs the folder of a training as an entry that loads by its name; see `pack.pack`.

    Its weights are those of `best.keras`, if there is one, or else of `checkpoint.keras`. The entry lies in
    `zoo` in `KERAS_GAN_HOME`. What its card says of paper, data and notes is drafted from
    the recipe; people may edit its `entry.json`.

    Args:
        training: the folder of the training, as `keras_gan.zoo.find` finds it.
        name: the entry's name.
        data_dir: folder of local data sets, as for `keras_gan.data.arrays`.
        measure: from the packed model to the metrics for the card.

    Returns:
        The folder of the entry.

    Raises:
        ValueError: if it is no folder of a training, or one that has not finished an epoch; or there is an
            entry of that name.
    """
    check_name(name)
    log = read_log(training.path.parent)
    if training.card or not training.recipe or not log:
        raise ValueError(
            f"{training.given} is no folder of a training that has finished an epoch: it lacks a recipe and "
            "a log."
        )
    model, epoch, selected = _selected(training, log)
    recipe = training.recipe
    options = {"image_size": recipe.image_size, "data_dir": data_dir}
    source = data.source(recipe.dataset, recipe.split, **options)
    with files.creating(registry.own_folder() / name) as folder:
        entry = draft(recipe, name, source, model)
        (folder / registry.ENTRY).write_text(pack.json_text(entry), encoding="utf-8")
        pack.pack(folder, model, log[:epoch], selected, shown(model.columns_of(source)))
        pack.update(folder, metrics=pack.rounded(measure(find(folder).load())))
    return registry.own_folder() / name


def _selected(training, log):
    """The best model of a training, or else the last one; its epoch, and in words how it was chosen."""
    best = Workdir(training.path.parent).best
    if not best.exists():
        return training.load(), len(log), f"the last of {len(log)} epochs"
    model = load_file(best)
    epoch = sum(line["steps_done"] <= int(model.steps) for line in log)
    return model, epoch, f"epoch {epoch} of {len(log)} has the smallest FID"


def draft(recipe: Recipe, name: str, source: data.Source, model: Task) -> dict[str, Any]:
    """The part of an `entry.json` that people write, from what is known of a training."""
    known = data.DATASETS.get(recipe.dataset)
    where = Path(recipe.dataset).name
    title = known.title if known else where
    pictures = [column for column in model.columns_of(source).values() if column.ndim == 4]
    rows = " and ".join(f"{len(each):,}" for each in pictures)
    height, width = model.example_shape[:2]
    notes = []
    if recipe.start:
        notes.append(f"The training started from the weights of {Path(recipe.start).name}.")
    entry = {
        "name": name,
        "title": f"{recipe.model}, {title} {height}x{width}",
        "summary": f"A {recipe.model}, trained on {title}.",
        "paper": paper_of(recipe.model),
        "notes": notes,
        "recipe": msgspec.to_builtins(recipe),
    }
    if known is None:
        entry["summary"] = f"A {recipe.model}, trained on {rows} pictures of the folder {where}."
        notes.append(
            "The metrics compare with the pictures that the model was trained on; they do not show whether "
            "it copies these."
        )
        entry["data"] = {"title": where, "license": "not stated", "source": recipe.dataset}
    return entry


def paper_of(model: str) -> dict[str, Any] | None:
    """The paper of a class of models, as the entries of the zoo name it; None if there is none."""
    cards = map(registry.card, registry.list())
    papers = (card.paper for card in cards if card.recipe.model == model and card.paper)
    return msgspec.to_builtins(next(papers, None))
