"""Pictures by the name of their data set or from a folder, as NumPy arrays or as a tf.data pipeline."""

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from keras_gan.data import local, pipeline, tfds
from keras_gan.data.catalogue import find_info
from keras_gan.data.local import Split
from keras_gan.data.pictures import Pictures
from keras_gan.modalities.images import SUFFIXES, Size, files_in


def arrays(
    name: str,
    split: str = "train",
    *,
    image_size: int | tuple[int, int] | None = None,
    data_dir: str | os.PathLike | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """A data set as NumPy arrays. Needs no TensorFlow, unless TFDS is to fetch the data set.

    Args:
        name: as for `load`.
        split: as for `load`.
        image_size: as for `load`.
        data_dir: as for `load`.

    Returns:
        (images, labels): uint8 (n, height, width, channels), and int32 (n,) or None for a set without
        labels. Of a set of two domains, (A, B), both images.

    Raises:
        ValueError: as for `load`.
        FileNotFoundError: as for `load`.

    Example:

    ```python
    images, labels = keras_gan.data.arrays("digits", image_size=28)  # (1437, 28, 28, 1), (1437,)
    ```
    """
    size = _size(image_size)
    found = _local(name, split, data_dir)
    if found is None:
        size, domains = _from_tfds(name, split, size, data_dir)
        found = tfds.collect(domains, size)
    return _as_arrays(found, size)


def load(
    name: str,
    split: str = "train",
    *,
    image_size: int | tuple[int, int] | None = None,
    batch_size: int | None = None,
    shuffle: bool | None = None,
    seed: int = 0,
    labels: bool = True,
    augment: Callable[[Any], Any] | None = None,
    data_dir: str | os.PathLike | None = None,
) -> Any:
    """A data set as a `tf.data.Dataset`, ready for `fit`.

    It is looked for in local files first (`data_dir`, else the folder that the environment variable
    KERAS_GAN_DATA names, else the usual places of Keras and Debian), then in TensorFlow Datasets.
    Pictures that fit into 1 GiB are decoded once and held in memory; more are read anew each epoch.

    Args:
        name: `digits` (embedded), `mnist`, `fashion_mnist`, `cifar10`, `anime_faces`, `anime_hair`,
            `horse2zebra`, `maps`, or the TFDS name of any data set with an "image" feature.
            `info(name).layout` says which local files are looked for; an archive need not be unpacked.
        split: "train", "test", "val" as the set has it. Of `horse2zebra`, "train" and "test" are both
            domains, "trainA", "trainB", "testA", "testB" one. With TFDS, any split it understands.
        image_size: side of the square, or (height, width), that pictures are brought to: scaled by
            antialiased bicubic interpolation until they cover it, and cropped around the center. As they
            are stored if None.
        batch_size: pictures in a minibatch; None for single examples without a batch axis.
        shuffle: whether to draw a new order each epoch. Then the incomplete last minibatch of an epoch
            is left out; in order, it is kept. True for training splits if None.
        seed: seed of the orders; TensorFlow's global seed, where it is set, changes them too.
        labels: whether to yield the labels of a set that has them.
        augment: what to do to the images afresh each epoch, as `keras.layers.RandomFlip("horizontal")`:
            maps float images in [-1, 1], (n, height, width, channels), or without the first axis if
            `batch_size` is None, to such images. A and B of `maps` are given to it as one image of six
            channels, so that both are treated alike; the domains of `horse2zebra` one after the other.
        data_dir: the folder that holds the data set's own folder (or that one itself).

    Returns:
        A `tf.data.Dataset` of float32 images in [-1, 1], (n, height, width, channels). Where the set has
        labels, of (images, int32 labels (n,)); of two domains, of (A, B). Where A and B are unaligned, an
        epoch goes through the larger domain, and the smaller begins again, in another order, when it ends.

    Raises:
        ValueError: on an unknown name or split, a wrong argument, or files that cannot be read; if
            TensorFlow is not installed.
        FileNotFoundError: if the data set is neither on this machine nor within reach.

    Example:

    ```python
    faces = keras_gan.data.load("anime_faces", image_size=64, batch_size=64)
    gan.fit(faces, epochs=25)
    ```
    """
    pipeline.tensorflow()
    size = _size(image_size)
    shuffle = split.startswith("train") if shuffle is None else shuffle
    found = _local(name, split, data_dir)
    if found is None:
        size, domains = _from_tfds(name, split, size, data_dir, shuffle, seed)
        if not all(pipeline.fits(domain, size) for domain in domains):
            return pipeline.from_streams(domains, size, batch_size, shuffle, seed, labels, augment)
        found = tfds.collect(domains, size)
    return pipeline.from_split(found, size, batch_size, shuffle, seed, labels, augment)


def from_folder(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    *,
    batch_size: int | None = None,
    shuffle: bool = True,
    seed: int = 0,
    labels: bool = False,
    augment: Callable[[Any], Any] | None = None,
    skip_unreadable: bool = False,
) -> Any:
    """A folder of pictures as a `tf.data.Dataset`, ready for `fit`.

    All files in the folder and its sub-folders, at any depth, whose names end in .jpg, .jpeg, .png, .webp,
    .bmp, .gif (the first frame), .tif or .tiff, upper or lower case, in the order of their names; hidden
    ones are left out. Pictures are turned as their EXIF orientation says. Gray ones become RGB, what is
    transparent becomes white.

    Args:
        path: the folder.
        image_size: as for `load`.
        batch_size: as for `load`.
        shuffle: as for `load`.
        seed: as for `load`.
        augment: as for `load`.
        labels: whether to label the pictures: the sub-folders of `path`, sorted by name, are classes
            0, 1, ..., and each picture belongs to the one it lies in, at any depth.
        skip_unreadable: whether to leave out, with a warning, pictures that cannot be decoded (all are
            decoded beforehand to find out) instead of refusing them.

    Returns:
        A `tf.data.Dataset` as that of `load`, with three channels; with `labels`, its attribute
        `class_names` lists the classes.

    Raises:
        ValueError: if `path` is no folder or holds no pictures, a picture cannot be decoded, or `labels`
            are asked for and a picture lies in no sub-folder. Where the pictures are too many to be held
            in memory, one that cannot be decoded is found, and named, when its turn comes.

    Example:

    ```python
    photos = keras_gan.data.from_folder("photos", 64, batch_size=32)
    ```
    """
    pipeline.tensorflow()
    size = _size(image_size)
    found, classes = _folder(path, labels, skip_unreadable)
    dataset = pipeline.from_split(found, size, batch_size, shuffle, seed, labels, augment)
    if labels:
        dataset.class_names = classes
    return dataset


def arrays_from_folder(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    *,
    labels: bool = False,
    skip_unreadable: bool = False,
) -> tuple[np.ndarray, np.ndarray | None]:
    """A folder of pictures as NumPy arrays: `from_folder` without TensorFlow.

    Args:
        path: as for `from_folder`.
        image_size: as for `from_folder`.
        labels: as for `from_folder`.
        skip_unreadable: as for `from_folder`.

    Returns:
        (images, labels): uint8 (n, height, width, 3), and int32 (n,) or None.

    Raises:
        ValueError: as for `from_folder`.
    """
    size = _size(image_size)
    return _as_arrays(_folder(path, labels, skip_unreadable)[0], size)


def domains_from_folder(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    split: str = "train",
    *,
    paired: bool = False,
    skip_unreadable: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of two domains as NumPy arrays, from a folder with the sub-folders trainA and trainB.

    Args:
        path: the folder. Which of its files are pictures, and what becomes of them, `from_folder` says.
        image_size: as for `load`.
        split: what the names of the sub-folders begin with, as "test" for testA and testB.
        paired: whether pictures of the same name, whatever its ending, are pairs of A and B.
        skip_unreadable: as for `from_folder`; a pair is left out with either picture.

    Returns:
        (images of A, images of B): uint8 (n, height, width, 3).

    Raises:
        ValueError: if `path` is no folder, a domain is empty, a picture cannot be decoded, or it should have
            a partner and has none.

    Example:

    ```python
    summer, winter = keras_gan.data.domains_from_folder("seasons", 128)
    ```
    """
    size = _size(image_size)
    files = _pictures_in(path, skip_unreadable, paired)
    try:
        found = local.domains(files, split, paired)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return _as_arrays(found, size)


# Finding.


def _local(name, split, data_dir):
    info = find_info(name)
    if info is None:
        return None
    found = local.find(info, split, data_dir)
    if found is None and not info.tfds_name:
        raise tfds.missing(name, "there are no local files of it")
    return found


def _from_tfds(name, split, size, data_dir, shuffle=False, seed=0):
    """The size of the pictures (that of the set, if it is known and none is asked for), and streams."""
    info = find_info(name)
    if info:
        name, size = info.tfds_name, size or info.image_shape[:2]
    return size, tfds.streams(name, split, data_dir, shuffle, seed)


def _folder(path, labels, skip_unreadable):
    files = _pictures_in(path, skip_unreadable)
    if labels:
        return local.by_class(files)
    return Split((Pictures(list(files.values())),)), []


def _pictures_in(path, skip_unreadable, paired=False):
    """The pictures below a folder, name to file; without the unreadable ones, and their partners in pairs."""
    path = Path(path).expanduser()
    if not path.is_dir():
        raise ValueError(f"path must be a folder of pictures, got {str(path)!r}.")
    files = files_in(path)
    if skip_unreadable:
        good = Pictures(list(files.values())).readable()
        bad = {name for name, fine in zip(files, good, strict=True) if not fine}
        if bad:
            names = ", ".join(sorted(bad))
            warnings.warn(f"Left out {len(bad)} unreadable pictures: {names}", stacklevel=4)
        if paired:
            stems = {_in_domain(name) for name in bad}
            bad = {name for name in files if _in_domain(name) in stems}
        files = {name: file for name, file in files.items() if name not in bad}
    if not files:
        endings = ", ".join(sorted(SUFFIXES))
        raise ValueError(f"{path} holds no readable pictures ({endings}), in no sub-folder either.")
    return files


def _in_domain(name):
    """A picture's name in its domain: "trainA/1.png" and "trainB/1.jpg" are both ("train", "1")."""
    folder, _, rest = name.partition("/")
    return folder[:-1], str(Path(rest).with_suffix(""))


def _as_arrays(split, size):
    images = [pictures.array(size) for pictures in split.domains]
    return tuple(images) if len(images) > 1 else (images[0], split.labels)


def _size(image_size) -> Size | None:
    if image_size is None:
        return None
    size = tuple(image_size) if isinstance(image_size, (list, tuple)) else (image_size, image_size)
    if len(size) != 2 or not all(isinstance(side, int) and side >= 1 for side in size):
        raise ValueError(
            f"image_size must be a side or (height, width) in pixels, got {image_size}."
        )
    return size
