"""Pictures by the name of their data set or from a folder, as NumPy arrays or as a tf.data pipeline."""

import contextlib
import math
import os
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from keras_gan.data import local, tfds
from keras_gan.data.catalogue import find_info
from keras_gan.data.local import Split
from keras_gan.data.pictures import Pictures, Size, fit_array

# Pictures that take no more bytes than this are decoded once and held; more are read anew each epoch.
IN_MEMORY = 2**30


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
        name: `digits` (embedded), `mnist`, `fashion_mnist`, `cifar10`, `anime_faces`, `horse2zebra`,
            `maps`, or the TFDS name of any data set with an "image" feature. `info(name).layout` says
            which local files are looked for; an archive need not be unpacked.
        split: "train", "test", "val" as the set has it. Of `horse2zebra`, "train" and "test" are both
            domains, "trainA", "trainB", "testA", "testB" one. With TFDS, any split it understands.
        image_size: side of the square, or (height, width), that pictures are brought to: scaled by
            antialiased bicubic interpolation until they cover it, and cropped around the centre. As they
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
    _tensorflow()
    size = _size(image_size)
    shuffle = split.startswith("train") if shuffle is None else shuffle
    found = _local(name, split, data_dir)
    if found is None:
        size, domains = _from_tfds(name, split, size, data_dir, shuffle, seed)
        if not all(_fits(domain, size) for domain in domains):
            return _streaming(domains, size, batch_size, shuffle, seed, labels, augment)
        found = tfds.collect(domains, size)
    return _pipeline(found, size, batch_size, shuffle, seed, labels, augment)


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
    ones are left out. Pictures are turned as their EXIF orientation says. Grey ones become RGB, what is
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
    _tensorflow()
    size = _size(image_size)
    found, classes = _folder(path, labels, skip_unreadable)
    dataset = _pipeline(found, size, batch_size, shuffle, seed, labels, augment)
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
    path = Path(path).expanduser()
    if not path.is_dir():
        raise ValueError(f"path must be a folder of pictures, got {str(path)!r}.")
    files = local.pictures_in(path)
    if skip_unreadable:
        good = Pictures(list(files.values())).readable()
        bad = [name for name, fine in zip(files, good, strict=True) if not fine]
        files = {name: file for name, file in files.items() if name not in set(bad)}
        if bad:
            warnings.warn(
                f"Left out {len(bad)} unreadable pictures: {', '.join(bad)}", stacklevel=3
            )
    if not files:
        endings = ", ".join(sorted(local.SUFFIXES))
        raise ValueError(f"{path} holds no readable pictures ({endings}), in no sub-folder either.")
    if labels:
        return local.by_class(files)
    return Split((Pictures(list(files.values())),)), []


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


# The tf.data pipeline.


def _pipeline(split, size, batch_size, shuffle, seed, labels, augment):
    """Draws indices, batches them, then reads whole minibatches: cheap for arrays, parallel for files."""
    tf = _tensorflow()
    columns = [_reader(tf, pictures, size) for pictures in split.domains]
    if labels and split.labels is not None:
        columns.append(_held(tf, split.labels))
    counts = [len(pictures) for pictures in split.domains]
    orders = [
        _shuffled(
            tf.data.Dataset.range(count), count, shuffle, seed + position, count < max(counts)
        )
        for position, count in enumerate(counts[:1] if split.aligned else counts)
    ]
    indices = _batched(tf.data.Dataset.zip(*orders), batch_size, shuffle)

    def read(*drawn):
        drawn = drawn if len(drawn) > 1 else drawn * len(columns)
        return tuple(column(index) for column, index in zip(columns, drawn, strict=True))

    dataset = indices.map(read, num_parallel_calls=tf.data.AUTOTUNE)
    return _finished(dataset, len(split.domains), split.aligned, augment)


def _reader(tf, pictures, size):
    shape = pictures.shape(size)
    if len(pictures) * math.prod(shape) <= IN_MEMORY:
        return _held(tf, pictures.array(size))

    def read(indices):
        images = tf.numpy_function(partial(pictures.take, size=size), [indices], tf.uint8)
        return tf.ensure_shape(images, (*indices.shape, *shape))

    return read


def _held(tf, array):
    with tf.device("CPU"):
        return partial(tf.gather, tf.constant(array))


def _fits(domain, size):
    shape = _stream_shape(domain, size)
    return 0 <= int(domain.cardinality()) * math.prod(shape) <= IN_MEMORY


def _stream_shape(domain, size):
    height, width, channels = domain.element_spec["image"].shape
    height, width = size or (height, width)
    if None in (height, width):
        raise ValueError("The pictures differ in size: give image_size to bring them to one.")
    return height, width, channels


def _streaming(domains, size, batch_size, shuffle, seed, labels, augment):
    """Examples in the order they come, shuffled within a quarter of what may be held in memory."""
    tf = _tensorflow()
    counts = [int(domain.cardinality()) for domain in domains]
    streams = []
    for position, domain in enumerate(domains):
        shape = _stream_shape(domain, size)

        def read(example, shape=shape):
            fit = partial(fit_array, size=shape[:2])
            image = tf.ensure_shape(tf.numpy_function(fit, [example["image"]], tf.uint8), shape)
            label = [tf.cast(example["label"], tf.int32)] if labels and "label" in example else []
            return (image, *label)

        stream = domain.map(read, num_parallel_calls=tf.data.AUTOTUNE)
        buffer = max(1000, IN_MEMORY // 4 // math.prod(shape))
        shorter = counts[position] < max(counts)
        streams.append(_shuffled(stream, buffer, shuffle, seed + position, shorter))
    examples = tf.data.Dataset.zip(*streams)
    if len(streams) > 1:
        examples = examples.map(lambda *parts: sum(parts, ()))
    return _finished(_batched(examples, batch_size, shuffle), len(domains), False, augment)


def _shuffled(dataset, buffer, shuffle, seed, repeat):
    if shuffle:
        dataset = dataset.shuffle(buffer, seed=seed, reshuffle_each_iteration=True)
    return dataset.repeat() if repeat else dataset


def _batched(dataset, batch_size, drop_remainder):
    if batch_size is None:
        return dataset
    if batch_size < 1 or (drop_remainder and 0 <= int(dataset.cardinality()) < batch_size):
        count = int(dataset.cardinality())
        raise ValueError(
            f"batch_size must lie between 1 and the {count} examples, got {batch_size}."
        )
    return dataset.batch(batch_size, drop_remainder=drop_remainder)


def _finished(dataset, num_images, aligned, augment):
    """uint8 columns to images in [-1, 1], then what is random: nothing after it is kept."""
    tf = _tensorflow()

    def split_columns(columns):
        return list(columns[:num_images]), columns[num_images:]

    def to_float(*columns):
        images, labels = split_columns(columns)
        return (*(tf.cast(image, tf.float32) / 127.5 - 1.0 for image in images), *labels)

    def augmented(*columns):
        images, labels = split_columns(columns)
        if aligned:
            images = tf.split(augment(tf.concat(images, axis=-1)), num_images, axis=-1)
        else:
            images = [augment(image) for image in images]
        return (*images, *labels)

    dataset = dataset.map(to_float, num_parallel_calls=tf.data.AUTOTUNE)
    if augment is not None:
        dataset = dataset.map(
            augmented
        )  # one after the other: parallel calls would race for the seeds
    if len(dataset.element_spec) == 1:
        dataset = dataset.map(lambda image: image)
    return dataset.prefetch(tf.data.AUTOTUNE)


def _tensorflow():
    import keras

    try:
        import tensorflow as tf
    except ImportError as error:
        raise ValueError(
            "A tf.data pipeline needs tensorflow, which is not installed (pip install tensorflow). "
            "keras_gan.data.arrays and arrays_from_folder give NumPy arrays without it."
        ) from error
    if keras.backend.backend() != "tensorflow":
        with contextlib.suppress(RuntimeError):  # TensorFlow is in use already
            tf.config.set_visible_devices([], "GPU")  # or it takes the memory of the accelerator
    return tf
