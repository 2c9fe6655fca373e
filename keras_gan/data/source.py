"""The data of a recipe: a named data set or a folder, in the forms that models ask for."""

import os
from dataclasses import dataclass

import numpy as np

from keras_gan.data.folders import arrays_from_folder, domains_from_folder
from keras_gan.data.loading import arrays
from keras_gan.modalities.images import Size


@dataclass(frozen=True)
class Source:
    """A data set or a folder that is read when a model asks for its columns.

    Attributes:
        name: of a data set of `keras_gan.data.info` or TFDS, or the absolute path of a folder of pictures.
        split: "train", say; of a folder with two domains what the names of its sub-folders begin with.
        image_size: side, or (height, width), that pictures are brought to; None as stored.
        data_dir: folder of local data sets, as for `keras_gan.data.arrays`.
        skip_unreadable: whether pictures of a folder that cannot be decoded are left out, with a warning.
    """

    name: str
    split: str = "train"
    image_size: int | Size | None = None
    data_dir: str | os.PathLike | None = None
    skip_unreadable: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether the name is the path of a folder."""
        return os.path.isabs(self.name)

    def images(self) -> np.ndarray:
        """Images, uint8 (n, height, width, channels).

        Raises:
            ValueError: on an unknown name or split, or files that cannot be read.
            FileNotFoundError: if the data set is not there.
        """
        return self._arrays(labels=False)[0]

    def images_and_labels(self) -> tuple[np.ndarray, np.ndarray]:
        """Images, uint8 (n, height, width, channels), and their class ids, int32 (n,).

        Raises:
            ValueError: as `images`, or if there are no labels.
            FileNotFoundError: as `images`.
        """
        images, labels = self._arrays(labels=True)
        if labels is None or labels.ndim != 1:
            raise ValueError(f"{self.name} has no labels, which a conditional model requires.")
        return images, labels

    def domains(
        self, paired: bool = False, size: Size | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Images of two domains A and B, each uint8 (n, height, width, channels).

        Args:
            paired: whether pictures of a folder that have the same name in A and B are pairs.
            size: (height, width), where the source has no `image_size`.

        Raises:
            ValueError: as `images`, or if there are no two domains.
            FileNotFoundError: as `images`.
        """
        size = self.image_size or size
        if self.is_folder:
            return domains_from_folder(
                self.name, size, self.split, paired=paired, skip_unreadable=self.skip_unreadable
            )
        images_a, images_b = arrays(self.name, self.split, image_size=size, data_dir=self.data_dir)
        if images_b is None or images_b.ndim != 4:
            raise ValueError(f"{self.name} is no data set of two domains.")
        return images_a, images_b

    def _arrays(self, labels):
        if self.is_folder:
            return arrays_from_folder(
                self.name, self.image_size, labels=labels, skip_unreadable=self.skip_unreadable
            )
        size, folder = self.image_size, self.data_dir
        return arrays(self.name, self.split, image_size=size, data_dir=folder)


def source(
    name_or_folder: str | os.PathLike,
    split: str = "train",
    *,
    image_size: int | Size | None = None,
    data_dir: str | os.PathLike | None = None,
    skip_unreadable: bool = False,
) -> Source:
    """The `Source` of a recipe; the arguments are its attributes."""
    return Source(os.fspath(name_or_folder), split, image_size, data_dir, skip_unreadable)
