"""The description of a data set and the reader of its files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from keras_gan.data.pictures import PARTS, Split, part_indices

Files = Mapping[str, Path | bytes]
"""Files of a data set by their name below its folder: paths, or the content of an archive's members."""


@dataclass(frozen=True)
class DatasetInfo:
    """A data set that this library reads by name.

    Attributes:
        name: name for `load` and `arrays`.
        title: common name, for model cards.
        license: terms of the pictures.
        source: authors, year and origin.
        image_shape: (height, width, channels) of a stored picture, or of a frame; empty for sounds alone.
        frames: number of frames of a clip; 0 for a set of pictures.
        rate: samples per second of a set with sounds; 0 for others.
        splits: name of each split to the number of pictures in the complete set; for two domains that are not
            pairs, to the numbers of (A, B).
        read: reads one split from the files of the data set; raises a ValueError if they are not as they
            should be.
        classes: names of the labels 0, 1, ...; empty for a set without labels.
        tagged: whether a picture may have several of the classes: labels are then (n, classes) of 0 and 1.
        vocabulary: the words of a set with texts: labels are then strings (n, k), k texts for each picture.
        attributes: of a set with texts, the function from strings (...,) to the integers (..., m) that each
            states of m attributes, -1 where it says nothing of one.
        landmarks: number of landmarks of each picture of a set of clips, one clip for each person: labels are
            then float32 (n, frames, landmarks, 2); 0 for a set without.
        domains: names of the domains A and B; empty for a set of one domain.
        layout: description of the local files, below the folder of data sets.
        places: names of the file, folder or archive to look for there; empty for a set that is embedded in
            the package or rendered.
        elsewhere: further folders to look in.
        table: name of a file with labels, beside the folder or archive.
        tfds_name: name in TensorFlow Datasets; empty if it is not there.
        note: remark for readers of metrics that are measured on it.
        factors: of rendered images, the factors by name, each to how many values it has.
        render: of rendered images, the function from factors, integers (n, len(factors)), to uint8 images.
    """

    name: str
    title: str
    license: str
    source: str
    image_shape: tuple[int, ...]
    splits: Mapping[str, int | tuple[int, int]]
    read: Callable[[Files, str], Split]
    classes: tuple[str, ...] = ()
    tagged: bool = False
    vocabulary: tuple[str, ...] = ()
    attributes: Callable[[np.ndarray], np.ndarray] | None = None
    frames: int = 0
    rate: int = 0
    landmarks: int = 0
    domains: tuple[str, ...] = ()
    layout: str = ""
    places: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    table: str = ""
    tfds_name: str = ""
    note: str = ""
    factors: Mapping[str, int] = field(default_factory=dict)
    render: Callable[[np.ndarray], np.ndarray] | None = None

    @property
    def split_names(self) -> tuple[str, ...]:
        """Names of the splits; domains that are not pairs also have splits of their own, such as "trainA"."""
        alone = [
            split + domain
            for split, count in self.splits.items()
            if isinstance(count, tuple)
            for domain in "AB"
        ]
        return (*self.splits, *alone)

    def count(self, split: str) -> int | tuple[int, int] | None:
        """Number of pictures in a split or a part of the training split, or of (A, B); None if unknown."""
        if split not in PARTS:
            return self.splits.get(split)
        whole = self.splits["train"]
        if isinstance(whole, tuple):
            return tuple(len(part_indices(each, split)) for each in whole)
        return len(part_indices(whole, split))

    @property
    def held_out(self) -> str:
        """Name of the split that models are not trained on: "test" or "val"."""
        return next(split for split in self.splits if split != "train")
