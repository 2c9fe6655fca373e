"""Data sets by name, as NumPy arrays or as a tf.data pipeline."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_gan.data import local, pipeline, tfds
from keras_gan.data.catalogue import find_info
from keras_gan.data.pictures import PARTS, check_size


def arrays(
    name: str,
    split: str = "train",
    *,
    image_size: int | tuple[int, int] | None = None,
    data_dir: str | os.PathLike | None = None,
) -> tuple[np.ndarray | None, ...]:
    """A data set as NumPy arrays. TensorFlow is needed only where TFDS downloads the data set.

    Args:
        name: a key of `keras_gan.data.DATASETS`, or the TFDS name of a data set with an "image" feature.
        split: name of the split, such as "train" or "test", or of one domain of it, such as "trainA"; "fit"
            or "validation" for nine tenths of "train", drawn at random but always the same, or the rest.
        image_size: side of a square, or (height, width), that pictures are scaled and cropped to; their
            stored size if None.
        data_dir: the folder of data sets, or the data set's own folder; if None, the folder named by the
            environment variable KERAS_GAN_DATA, if any.

    Returns:
        (images, labels): uint8 (n, height, width, channels), of a set of clips (n, frames, height, width,
        channels), and int32 (n,), of a set with several tags for a picture (n, tags) of 0 and 1, of a set
        with landmarks float32 (n, frames, landmarks, 2), or None for a set without labels. For a set of two
        domains, the images of (A, B). For a set with sounds (images, sounds, labels), several images (n, k,
        height, width, channels) for each sound and sounds float32 (n, samples) in [-1, 1]; for one of sounds
        alone (sounds, labels).

    Raises:
        ValueError: on an unknown name or split, a wrong argument, or files that cannot be read.
        FileNotFoundError: if the data set is not on this machine and cannot be downloaded.

    Example:

    ```python
    images, labels = keras_gan.data.arrays("digits", image_size=28)  # (1437, 28, 28, 1), (1437,)
    ```
    """
    size = check_size(image_size)
    split, part = _whole(split)
    found = _local(name, split, data_dir)
    if found is None:
        size, domains = _from_tfds(name, split, size, data_dir)
        found = tfds.collect(domains, size)
    return (found.part(part) if part else found).arrays(size)


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

    Local files are looked for first (in `data_dir`, else in the folder that the environment variable
    KERAS_GAN_DATA names, else in the usual places of Keras and Debian), then in TensorFlow Datasets.
    Pictures that fit into 1 GiB are decoded once and held in memory; more are read anew each epoch.

    Args:
        name: a key of `keras_gan.data.DATASETS`, or the TFDS name of a data set with an "image" feature.
            `info(name).layout` describes the local files; an archive need not be unpacked.
        split: "train", "test" or "val", as the set has it; "fit" or "validation", as for `arrays`; for two
            domains that are not pairs, also one domain: "trainA", "trainB", "testA", "testB". With TFDS, any
            split of TFDS.
        image_size: side of a square, or (height, width): pictures are scaled, by antialiased bicubic
            interpolation, to cover it and cropped around the center; their stored size if None.
        batch_size: pictures in a batch; None for single examples without a batch axis.
        shuffle: whether each epoch has a new order. An incomplete last batch is then left out; in a fixed
            order, it is kept. True for training splits if None.
        seed: seed of the orders; TensorFlow's global seed, where it is set, changes them too.
        labels: whether to yield the labels of a set that has them.
        augment: random change of the images, computed anew in each epoch, such as
            `keras.layers.RandomFlip("horizontal")`: maps float images in [-1, 1], (n, height, width,
            channels), or without the first axis if `batch_size` is None, to such images. It gets A and B of
            pairs (`maps`) as one image of six channels, so that both are changed alike, and domains that are
            not pairs (`horse2zebra`) one after the other.
        data_dir: the folder of data sets, or the data set's own folder.

    Returns:
        A `tf.data.Dataset` of float32 images in [-1, 1], (n, height, width, channels); of (images, int32
        labels (n,)) where the set has labels; of images (A, B) for two domains. Where A and B are not pairs,
        an epoch goes through the larger domain, and the smaller one begins again, in another order, when it
        ends.

    Raises:
        ValueError: on an unknown name or split, a wrong argument, a set with sounds, or files that cannot be
            read; if TensorFlow is not installed.
        FileNotFoundError: if the data set is not on this machine and cannot be downloaded.

    Example:

    ```python
    faces = keras_gan.data.load("anime_faces", image_size=64, batch_size=64)
    gan.fit(faces, epochs=25)
    ```
    """
    pipeline.tensorflow()
    if (known := find_info(name)) and known.rate:
        raise ValueError(f"{name} holds sounds, which keras_gan.data.arrays reads.")
    size = check_size(image_size)
    shuffle = split.startswith(("train", "fit")) if shuffle is None else shuffle
    split, part = _whole(split)
    found = _local(name, split, data_dir)
    if found is None:
        size, domains = _from_tfds(name, split, size, data_dir, shuffle, seed)
        if not part and not all(pipeline.fits(domain, size) for domain in domains):
            return pipeline.from_streams(domains, size, batch_size, shuffle, seed, labels, augment)
        found = tfds.collect(domains, size)
    found = found.part(part) if part else found
    return pipeline.from_split(found, size, batch_size, shuffle, seed, labels, augment)


def _whole(split):
    """The split that holds a part, and the part; the split itself and None if it is no part."""
    return ("train", split) if split in PARTS else (split, None)


def _local(name, split, data_dir):
    info = find_info(name)
    if info is None:
        return None
    found = local.find(info, split, data_dir)
    if found is None and not info.tfds_name:
        raise tfds.missing(name, "there are no local files of it")
    return found


def _from_tfds(name, split, size, data_dir, shuffle=False, seed=0):
    """Size of the pictures (by default that of a set of this library) and `tfds.streams`."""
    info = find_info(name)
    if info:
        name, size = info.tfds_name, size or info.image_shape[:2]
    return size, tfds.streams(name, split, data_dir, shuffle, seed)
