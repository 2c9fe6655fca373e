"""Readers that data sets share: class folders, domain folders, arrays with labels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from keras_gan.data.catalogue.dataset import Files
from keras_gan.data.pictures import Pictures, Split
from keras_gan.modalities.images import is_image_file


def labeled(images: np.ndarray, labels: np.ndarray) -> Split:
    """Arrays of images and labels.

    Args:
        images: uint8 (n, height, width, channels).
        labels: integers (n,).

    Raises:
        ValueError: on another shape or type, or if the numbers of images and labels differ.
    """
    if images.dtype != np.uint8 or images.ndim != 4 or len(images) != len(labels):
        raise ValueError(
            f"images must be uint8 (n, height, width), one for each label, got {images.dtype} "
            f"{images.shape[:-1]} and {len(labels)} labels"
        )
    return Split((Pictures(images, images.shape[-1]),), labels.astype(np.int32))


def by_class(
    files: Files, classes: Sequence[str] = (), channels: int = 3
) -> tuple[Split, Sequence[str]]:
    """Pictures in class folders.

    Args:
        files: the pictures; the first folder in a name is the class.
        classes: folders of the classes 0, 1, ...; all folders, sorted, if empty.
        channels: 3 (RGB) or 1 (gray), as which they are read.

    Returns:
        The split, and the classes.

    Raises:
        ValueError: if a picture is in no folder or in that of another class.
    """
    folders = [name.split("/")[0] if "/" in name else None for name in files]
    if None in folders:
        loose = list(files)[folders.index(None)]
        raise ValueError(f"{loose} is in no class folder: a label is the name of a sub-folder.")
    classes = classes or sorted(set(folders))
    if unknown := sorted(set(folders) - set(classes)):
        raise ValueError(f"{', '.join(unknown)} is no class; there are {', '.join(classes)}.")
    ids = {name: index for index, name in enumerate(classes)}
    labels = np.array([ids[folder] for folder in folders], np.int32)
    return Split((pictures(files, channels),), labels), classes


def by_domain(files: Files, split: str) -> Split:
    """Pictures in the folders SPLITA and SPLITB; of one of them, if `split` ends in A or B.

    Raises:
        ValueError: if a folder holds no pictures.
    """
    folders = [split] if split[-1] in "AB" else [split + "A", split + "B"]
    return Split(tuple(pictures(below(files, folder)) for folder in folders), aligned=False)


def below(files: Files, folder: str) -> Files:
    """The pictures in a folder, in the order of their names, which lose the folder.

    Raises:
        ValueError: if there are none.
    """
    names = sorted(name for name in files if name.startswith(f"{folder}/") and is_image_file(name))
    if not names:
        raise ValueError(f"there are no pictures in {folder}/.")
    return {name.removeprefix(f"{folder}/"): files[name] for name in names}


def pictures(files: Files, channels: int = 3) -> Pictures:
    """Pictures of 3 (RGB) or 1 (gray) channels, in the order of `files`.

    In errors, a file is named by its path, a member by its name.
    """
    names = [str(file) if isinstance(file, Path) else name for name, file in files.items()]
    return Pictures(list(files.values()), channels, names=names)
