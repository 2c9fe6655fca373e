"""Drawn faces."""

import csv
from pathlib import Path

import numpy as np

from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.pictures import Split
from keras_gan.data.readers import pictures
from keras_gan.modalities.images import is_image_file


def _by_id(files, split):
    """Pictures named ID.jpg, in the order of the ids; those divisible by 10 are for testing."""
    ids = {}
    for name in filter(is_image_file, files):
        stem = Path(name).stem
        if not stem.isdecimal():
            raise ValueError(
                f"anime-faces-64 holds pictures named ID.jpg, ID a number; got {name}."
            )
        ids[name] = int(stem)
    chosen = [
        name for name in sorted(ids, key=ids.get) if (ids[name] % 10 == 0) == (split == "test")
    ]
    return Split((pictures({name: files[name] for name in chosen}),))


_ANIME_FACES = DatasetInfo(
    name="anime_faces",
    title="Anime faces 64x64",
    license="scraped art, for research",
    source="course data set, antoncoding/Deep_Learning_GAN",
    image_shape=(64, 64, 3),
    splits={"train": 30_087, "test": 3_344},
    read=_by_id,
    layout="anime-faces-64/ID.jpg (or anime-faces-64.tar.xz)",
    places=("anime-faces-64",),
    note="The split (ids divisible by 10 are for testing) is this library's.",
)


def _by_hair(files, split):
    """The faces that the table lists, labeled with the color of the hair."""
    name, classes = _ANIME_HAIR.table, _ANIME_HAIR.classes
    with files[name].open(newline="", encoding="utf-8") as file:
        colors = {row.get("id"): row.get("hair") for row in csv.DictReader(file)}
    if unknown := sorted({str(color) for color in colors.values()} - set(classes)):
        raise ValueError(
            f"{name} must hold a column 'hair' with {', '.join(classes)}; got {', '.join(unknown)}."
        )
    faces = {name: file for name, file in files.items() if Path(name).stem in colors}
    (found,) = _by_id(faces, split).domains
    labels = [classes.index(colors[Path(name).stem]) for name in found.names]
    return Split((found,), np.array(labels, np.int32))


_ANIME_HAIR = DatasetInfo(
    name="anime_hair",
    title="Anime faces 64x64 by the color of the hair",
    license=_ANIME_FACES.license,
    source=_ANIME_FACES.source,
    image_shape=(64, 64, 3),
    splits={"train": 10_293, "test": 1_125},
    read=_by_hair,
    classes=(
        "aqua",
        "black",
        "blonde",
        "blue",
        "brown",
        "gray",
        "green",
        "orange",
        "pink",
        "purple",
        "red",
        "white",
    ),
    layout="anime-faces-64/ID.jpg (or anime-faces-64.tar.xz), anime-faces-tags.csv",
    places=_ANIME_FACES.places,
    table="anime-faces-tags.csv",
    note="The tagged third of anime_faces, in the same split; the tags are noisy.",
)

DATASETS = (_ANIME_FACES, _ANIME_HAIR)
