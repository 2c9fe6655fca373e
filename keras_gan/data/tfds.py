"""Data sets by their name in TensorFlow Datasets (TFDS)."""

import os
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from keras_gan.data.catalogue import DATASETS, find_info, unknown_name
from keras_gan.data.pictures import Pictures, Split
from keras_gan.modalities.images import Size, resize

_SECONDS = 5  # to wait for the host of a data set; TFDS itself tries for over three minutes


def streams(
    name: str, split: str, data_dir: str | os.PathLike | None, shuffle: bool, seed: int
) -> list[Any]:
    """Examples of a split of a TFDS data set, which is downloaded first if need be.

    Args:
        name: name in TFDS, such as "celeb_a" or "cycle_gan/horse2zebra".
        split: a TFDS split; "train" and "test" of `cycle_gan` are both domains.
        data_dir: TFDS's folder; its own default if None.
        shuffle: whether to read the files of a large set in a random order.
        seed: seed of that order.

    Returns:
        One `tf.data.Dataset` for each domain, of {"image": uint8} and, where there are labels, "label".

    Raises:
        ValueError: if TFDS has no such data set, or the set has no 8-bit images.
        FileNotFoundError: if the data set is not on this machine and cannot be downloaded.
    """
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        if find_info(name) is None:
            remark = " TensorFlow Datasets, which has more, is not installed."
            raise unknown_name(name, DATASETS, remark) from error
        raise missing(name, "tensorflow-datasets is not installed") from error
    try:
        builder = tfds.builder(name, data_dir=data_dir)
    except tfds.core.registered.DatasetNotFoundError as error:
        names = tfds.list_builders(with_community_datasets=False)
        remark = f" TensorFlow Datasets has {len(names)} more."
        raise unknown_name(name, {*names, *DATASETS}, remark) from error
    features = builder.info.features
    if "image" not in features or features["image"].np_dtype != np.uint8:
        raise ValueError(f"{name} has no 8-bit images; its features are {', '.join(features)}.")
    if not builder.data_path.exists():
        _check_reachable(name, builder.url_infos)
    builder.download_and_prepare()
    by_domain = name.startswith("cycle_gan/")  # its labels are the domains
    two_domains = by_domain and split in ("train", "test")
    kept = ("image",) if by_domain else ("image", "label")
    return [
        builder.as_dataset(
            split=part, shuffle_files=shuffle, read_config=tfds.ReadConfig(shuffle_seed=seed)
        ).map(lambda example: {key: example[key] for key in kept if key in example})
        for part in ([split + "A", split + "B"] if two_domains else [split])
    ]


def collect(domains: list[Any], size: Size | None) -> Split:
    """The examples of `streams`, in memory, all of one size."""
    pictures = []
    for domain in domains:
        images, labels = [], []
        for example in domain.as_numpy_iterator():
            images.append(resize(example["image"], size))
            labels.append(example.get("label"))
        pictures.append(Pictures(images, images[0].shape[-1], names=range(len(images))))
    known = "label" in domain.element_spec
    return Split(tuple(pictures), np.array(labels, np.int32) if known else None, aligned=False)


def missing(name: str, why: str) -> FileNotFoundError:
    """The error about a data set that is not on this machine, with the ways to get it."""
    info = find_info(name)
    download = (
        "let TensorFlow Datasets download it, with tensorflow-datasets installed and a network"
    )
    if info is None:
        ways = [download, "give a folder of its pictures to keras_gan.data.from_folder"]
    else:
        ways = [
            f"put it into a folder of data sets, as {info.layout}, and name that folder by data_dir= or by "
            f"the environment variable KERAS_GAN_DATA"
        ]
        if info.tfds_name:
            ways.append(download)
    return FileNotFoundError(
        f"The data set {name} is not here: {why}. To use it, {', or '.join(ways)}."
    )


def _check_reachable(name, urls):
    for url in list(urls or ())[:1]:
        method = "HEAD" if url.startswith("http") else None
        try:
            urllib.request.urlopen(
                urllib.request.Request(url, method=method), timeout=_SECONDS
            ).close()
        except urllib.error.HTTPError:
            pass  # the host answers
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise missing(name, f"{urlsplit(url).hostname} cannot be reached ({reason})") from error
