"""Folders of pictures, as a tf.data pipeline or as NumPy arrays."""

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from keras_gan.data import pipeline
from keras_gan.data.catalogue.dataset import Files
from keras_gan.data.pictures import Pictures, Split, check_size
from keras_gan.data.readers import below, by_class, pictures
from keras_gan.modalities.decoding import FORMATS
from keras_gan.modalities.images import SUFFIXES, files_in


def from_folder(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    *,
    batch_size: int | None = None,
    shuffle: bool = True,
    seed: int = 0,
    labels: bool = False,
    channels: int = 3,
    augment: Callable[[Any], Any] | None = None,
    skip_unreadable: bool = False,
) -> Any:
    """A folder of pictures as a `tf.data.Dataset`, ready for `fit`.

    All files in the folder and its sub-folders, at any depth, whose names end in .jpg, .jpeg, .png, .webp,
    .bmp, .gif (the first frame), .tif or .tiff, upper or lower case, in the order of their names; hidden
    ones are left out. Pictures are rotated as their EXIF orientation says. Gray pictures become RGB, or RGB
    ones gray, as `channels` says; transparent areas become white.

    `keras.utils.image_dataset_from_directory` reads no WebP and no TIFF, ignores the EXIF orientation, drops
    the alpha channel and so shows the colors below transparent areas, and needs TensorFlow or Grain;
    `arrays_from_folder` gives the very images of `from_folder` without either.

    Args:
        path: the folder.
        image_size: side of a square, or (height, width): pictures are scaled, by antialiased bicubic
            interpolation, to cover it and cropped around the center.
        batch_size: pictures in a batch; None for single examples without a batch axis.
        shuffle: whether each epoch has a new order. Its last batch is then left out if it is incomplete.
        seed: seed of the orders; TensorFlow's global seed, where it is set, changes them too.
        labels: whether to label the pictures: the sub-folders of `path`, sorted by name, are classes
            0, 1, ..., and each picture belongs to the one it is in, at any depth.
        channels: 3 for RGB, 1 for gray.
        augment: random change of the images, computed anew in each epoch: a function or Keras layer that maps
            float images in [-1, 1], (n, height, width, channels), or without the first axis if `batch_size`
            is None, to such images.
        skip_unreadable: whether to leave out, with a warning, pictures that cannot be decoded (all are
            decoded beforehand to find out) instead of refusing them.

    Returns:
        A `tf.data.Dataset` of float32 images in [-1, 1], (n, height, width, channels); with `labels`, of
        (images, int32 labels (n,)), and its attribute `class_names` lists the classes.

    Raises:
        ValueError: if `path` is no folder or holds no pictures, a picture cannot be decoded, a picture is in
            no sub-folder or a sub-folder is empty where `labels` are wanted, or TensorFlow is not installed.
            Where the pictures are too many to be held in memory, one that cannot be decoded is found, and
            named, when it is read.

    Example:

    ```python
    photos = keras_gan.data.from_folder("photos", 64, batch_size=32)
    ```
    """
    pipeline.tensorflow()
    size = check_size(image_size)
    found, classes = _split(path, labels, channels, skip_unreadable)
    dataset = pipeline.from_split(found, size, batch_size, shuffle, seed, labels, augment)
    if labels:
        dataset.class_names = classes
    return dataset


def arrays_from_folder(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    *,
    labels: bool = False,
    channels: int = 3,
    skip_unreadable: bool = False,
) -> tuple[np.ndarray, np.ndarray | None]:
    """A folder of pictures as NumPy arrays: the images of `from_folder`, without TensorFlow.

    Args:
        path: the folder.
        image_size: side of a square, or (height, width), that pictures are scaled and cropped to.
        labels: whether to label the pictures by the sub-folders of `path`.
        channels: 3 for RGB, 1 for gray.
        skip_unreadable: whether to leave out, with a warning, pictures that cannot be decoded.

    Returns:
        (images, labels): uint8 (n, height, width, channels), and int32 (n,) or None.

    Raises:
        ValueError: if `path` is no folder or holds no pictures, a picture cannot be decoded, or a picture is
            in no sub-folder or a sub-folder is empty where `labels` are wanted.
    """
    size = check_size(image_size)
    return _split(path, labels, channels, skip_unreadable)[0].arrays(size)


def domains_from_folder(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    split: str = "train",
    *,
    paired: bool = False,
    channels: int = 3,
    skip_unreadable: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of two domains as NumPy arrays, from a folder with the sub-folders trainA and trainB.

    Args:
        path: the folder; its files are read like those of `from_folder`.
        image_size: side of a square, or (height, width), that pictures are scaled and cropped to.
        split: beginning of the names of the sub-folders: "test" for testA and testB.
        paired: whether pictures of the same name, apart from its ending, are pairs of A and B.
        channels: 3 for RGB, 1 for gray.
        skip_unreadable: whether to leave out, with a warning, pictures that cannot be decoded, and their
            partners in pairs.

    Returns:
        (images of A, images of B): uint8 (n, height, width, channels).

    Raises:
        ValueError: if `path` is no folder, a domain is empty, a picture cannot be decoded, or a picture of a
            pair has no partner.

    Example:

    ```python
    summer, winter = keras_gan.data.domains_from_folder("seasons", 128)
    ```
    """
    size = check_size(image_size)
    files = pictures_in(path, skip_unreadable, paired)
    try:
        found = _domains(files, split, paired, channels)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return found.arrays(size)


def pictures_by_folder(path: str | os.PathLike, labels: bool = False) -> dict[str, int]:
    """The number of pictures in each sub-folder of a folder, at any depth, in order; "" is the folder itself.

    Args:
        path: the folder.
        labels: whether the sub-folders are classes; each must then hold pictures.

    Raises:
        ValueError: if `path` is no folder or holds no pictures, or a class has none.
    """
    names = [name.split("/")[0] if "/" in name else "" for name in pictures_in(path, False)]
    if labels:
        _check_classes(path, names)
    return {name: names.count(name) for name in sorted(set(names))}


def are_gray(path: str | os.PathLike) -> bool:
    """Whether all pictures in a folder are stored in gray. Only the beginnings of the files are read."""
    for file in pictures_in(path, False).values():
        try:
            with Image.open(file, formats=FORMATS) as picture:
                if picture.mode not in ("1", "F", "I", "I;16", "L", "LA", "La"):
                    return False
        except OSError as error:
            raise ValueError(f"Cannot read the picture {file}: {error}") from error
    return True


def _check_classes(path, folders):
    found = sorted(each.name for each in Path(path).expanduser().iterdir() if each.is_dir())
    empty = [name for name in found if not name.startswith(".") and name not in folders]
    if empty:
        raise ValueError(
            f"{path}: the class folder {', '.join(empty)} holds no pictures. Fill it, or remove it."
        )


def _split(path, labels, channels, skip_unreadable):
    files = pictures_in(path, skip_unreadable)
    if not labels:
        return Split((pictures(files, channels),)), []
    _check_classes(path, {name.split("/")[0] for name in files})
    return by_class(files, channels=channels)


def _domains(files: Files, split, paired, channels):
    parts = [below(files, split + domain) for domain in "AB"]
    if paired:
        stems = [{_without_ending(name) for name in part} for part in parts]
        if alone := sorted(stems[0] ^ stems[1]):
            raise ValueError(
                f"{alone[0]} has no partner of the same name in the other domain ({len(alone)} have none): "
                f"the pictures of {split}A and {split}B are not pairs."
            )
        parts = [{name: part[name] for name in sorted(part, key=_without_ending)} for part in parts]
    return Split(tuple(pictures(part, channels) for part in parts), aligned=paired)


def pictures_in(
    path: str | os.PathLike, skip_unreadable: bool, paired: bool = False
) -> dict[str, Path]:
    """Pictures in a folder, name to file; on request without unreadable ones, and without their partners.

    Args:
        path: the folder.
        skip_unreadable: whether to leave out, with a warning, pictures that cannot be decoded.
        paired: whether their partners of the same name in the other domain go with them.

    Raises:
        ValueError: if it is no folder, or holds no pictures.
    """
    path = Path(path).expanduser()
    if not path.is_dir():
        raise ValueError(f"path must be a folder of pictures, got {str(path)!r}.")
    files = files_in(path)
    if skip_unreadable:
        readable = Pictures(list(files.values())).readable()
        bad = {name for name, fine in zip(files, readable, strict=True) if not fine}
        if bad:
            names = ", ".join(sorted(bad))
            warnings.warn(f"Left out {len(bad)} unreadable pictures: {names}", stacklevel=4)
        if paired:
            pairs = {_pair(name) for name in bad}
            bad = {name for name in files if _pair(name) in pairs}
        files = {name: file for name, file in files.items() if name not in bad}
    if not files:
        endings = ", ".join(sorted(SUFFIXES))
        raise ValueError(f"{path} holds no readable pictures ({endings}), in no sub-folder either.")
    return files


def _pair(name):
    """Split and name that the pictures of a pair share: ("train", "1") for trainA/1.png and trainB/1.jpg."""
    folder, _, rest = name.partition("/")
    return folder[:-1], _without_ending(rest)


def _without_ending(name):
    return str(Path(name).with_suffix(""))
