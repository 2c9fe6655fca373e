"""Drawn faces."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from keras_gan.data.captions import HELD_OUT, VOCABULARY, captions, stated
from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.pictures import Split
from keras_gan.data.readers import pictures
from keras_gan.modalities.images import is_image_file

TABLE = "anime-faces-tags.csv"


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


HAIR = (
    *("aqua", "black", "blonde", "blue", "brown", "gray"),
    *("green", "orange", "pink", "purple", "red", "white"),
)
EYES = (
    *("aqua", "black", "blue", "brown", "gray", "green"),
    *("orange", "pink", "purple", "red", "yellow"),
)


def _tagged(files, split, **columns):
    """The faces that the table lists, and for each column of it (n,) its value's place among the known."""
    with files[TABLE].open(newline="", encoding="utf-8") as file:
        rows = {row.get("id"): row for row in csv.DictReader(file)}
    for column, known in columns.items():
        if unknown := sorted({str(row.get(column)) for row in rows.values()} - set(known)):
            raise ValueError(
                f"{TABLE} must hold a column '{column}' with {', '.join(known)}; got {', '.join(unknown)}."
            )
    faces = {name: file for name, file in files.items() if Path(name).stem in rows}
    (found,) = _by_id(faces, split).domains
    tags = [rows[Path(name).stem] for name in found.names]
    return found, *(
        np.array([known.index(row[column]) for row in tags], np.int32)
        for column, known in columns.items()
    )


def _by_hair(files, split):
    """The tagged faces, labeled with the color of the hair."""
    found, labels = _tagged(files, split, hair=HAIR)
    return Split((found,), labels)


def _by_looks(files, split):
    """The tagged faces, labeled with the colors of hair and eyes."""
    found, hair, eyes = _tagged(files, split, hair=HAIR, eyes=EYES)
    return Split((found,), hair * len(EYES) + eyes)


def _by_eyes(files, split):
    """The tagged faces, labeled with the color of the eyes."""
    found, labels = _tagged(files, split, eyes=EYES)
    return Split((found,), labels)


def _by_tags(files, split):
    """The tagged faces, and which of the tags each has: one of the hair, one of the eyes."""
    found, hair, eyes = _tagged(files, split, hair=HAIR, eyes=EYES)
    tags = [np.eye(len(known), dtype=np.int32) for known in (HAIR, EYES)]
    return Split((found,), np.concatenate([tags[0][hair], tags[1][eyes]], axis=1))


def _by_captions(files, split):
    """The tagged faces with ten captions each; training leaves out the pairs of `HELD_OUT`."""
    found, hair, eyes = _tagged(files, split, hair=HAIR, eyes=EYES)
    pairs = [(HAIR[one], EYES[other]) for one, other in zip(hair, eyes, strict=True)]
    if split == "train":
        kept = np.array([at for at, pair in enumerate(pairs) if pair not in HELD_OUT])
        found, pairs = found.chosen(kept), [pairs[at] for at in kept]
    texts = captions(*zip(*pairs, strict=True), num=10, seed=0, new=split == "test")
    return Split((found,), texts)


def _attributes(texts):
    """The places in `HAIR` and `EYES` of what captions (...,) state, int32 (..., 2); -1 for nothing."""
    numbers = {}
    for text in np.unique(texts):
        colors = zip((HAIR, EYES), stated(text), strict=True)
        numbers[text] = [known.index(name) if name in known else -1 for known, name in colors]
    return np.array([numbers[text] for text in texts.flat], np.int32).reshape(*texts.shape, 2)


_ANIME_HAIR = DatasetInfo(
    name="anime_hair",
    title="Anime faces 64x64 by the color of the hair",
    license=_ANIME_FACES.license,
    source=_ANIME_FACES.source,
    image_shape=(64, 64, 3),
    splits={"train": 10_293, "test": 1_125},
    read=_by_hair,
    classes=HAIR,
    layout="anime-faces-64/ID.jpg (or anime-faces-64.tar.xz), anime-faces-tags.csv",
    places=_ANIME_FACES.places,
    table=TABLE,
    note="The tagged third of anime_faces, in the same split; the tags are noisy.",
)

_ANIME_LOOKS = replace(
    _ANIME_HAIR,
    name="anime_looks",
    title="Anime faces 64x64 by the colors of hair and eyes",
    read=_by_looks,
    classes=tuple(f"{hair} hair, {eyes} eyes" for hair in HAIR for eyes in EYES),
)

_ANIME_EYES = replace(
    _ANIME_HAIR,
    name="anime_eyes",
    title="Anime faces 64x64 by the color of the eyes",
    read=_by_eyes,
    classes=EYES,
)

_ANIME_TAGS = replace(
    _ANIME_HAIR,
    name="anime_tags",
    title="Anime faces 64x64 with their tags",
    read=_by_tags,
    classes=tuple(f"{color} hair" for color in HAIR) + tuple(f"{color} eyes" for color in EYES),
    tagged=True,
)

_ANIME_CAPTIONS = replace(
    _ANIME_HAIR,
    name="anime_captions",
    title="Anime faces 64x64 with captions",
    splits={"train": 9_196, "test": 1_125},
    read=_by_captions,
    classes=(),
    vocabulary=VOCABULARY,
    attributes=_attributes,
    note="Ten captions a face, written from its tags by this library. Twelve pairs of colors are left out "
    "of the training split, and two templates occur in the test split alone.",
)

DATASETS = (_ANIME_FACES, _ANIME_HAIR, _ANIME_EYES, _ANIME_LOOKS, _ANIME_TAGS, _ANIME_CAPTIONS)
