"""Data sets that this library reads by name.

A data set is one `DatasetInfo` with its reader, in the `DATASETS` of one of the files of this folder.
"""

from collections.abc import Iterable

from keras_gan.data.catalogue import (
    anime,
    cifar,
    digits,
    domains,
    heads,
    pacman,
    people,
    shapes,
    spoken,
)
from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.lookup import did_you_mean

DATASETS: dict[str, DatasetInfo] = {
    dataset.name: dataset
    for module in (digits, cifar, anime, domains, shapes, pacman, people, heads, spoken)
    for dataset in module.DATASETS
}
"""All of them by name."""


def info(name: str) -> DatasetInfo:
    """Description of a data set that this library reads by name.

    Args:
        name: a key of `keras_gan.data.DATASETS`.

    Raises:
        ValueError: if there is none of this name, with the closest ones.
    """
    if name not in DATASETS:
        raise unknown_name(name, DATASETS)
    return DATASETS[name]


def find_info(name: str) -> DatasetInfo | None:
    """Description of a data set by its name in this library or in TFDS; None if there is none."""
    by_tfds = (dataset for dataset in DATASETS.values() if dataset.tfds_name == name)
    return DATASETS.get(name) or next(by_tfds, None)


def unknown_name(name: str, names: Iterable[str], remark: str = "") -> ValueError:
    """The error about a name that is not among `names`, with the closest ones and a remark."""
    hint, known = did_you_mean(name, names), ", ".join(DATASETS)
    return ValueError(
        f"There is no data set {name!r}. {hint or f'By name there are {known}.'}{remark}"
    )
