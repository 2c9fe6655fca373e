"""The data of a recipe: a named data set or a folder, in the forms that models ask for."""

import os
from dataclasses import dataclass

import numpy as np

from keras_gan.data.captioned import captioned_from_folder, texts_of
from keras_gan.data.catalogue import find_info
from keras_gan.data.clips import clip_count, clips_from_folder
from keras_gan.data.folders import (
    are_gray,
    arrays_from_folder,
    domains_from_folder,
    pictures_by_folder,
)
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

    def counts(self, labels: bool = False) -> dict[str, int]:
        """Numbers of pictures, without reading them.

        Args:
            labels: whether the sub-folders of a folder are classes, which must all hold pictures.

        Returns:
            Of a folder, the number of pictures in each of its sub-folders, by name; of a data set of two
            domains, the numbers by split and domain ("trainA"); of any other, {"": number}.

        Raises:
            ValueError: as `images`.
            FileNotFoundError: as `images`.
        """
        if self.is_folder:
            return pictures_by_folder(self.name, labels)
        known = find_info(self.name)
        count = known and known.count(self.split)
        if isinstance(count, tuple):
            return {self.split + domain: each for domain, each in zip("AB", count, strict=True)}
        return {"": count or len(self.images())}

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes 0, 1, ...: the sub-folders of a folder; empty where none are known."""
        if self.is_folder:
            return tuple(name for name in self.counts() if name)
        known = find_info(self.name)
        return tuple(known.classes) if known else ()

    def is_gray(self) -> bool:
        """Whether all pictures of a folder are stored in gray; False for a named data set."""
        return self.is_folder and are_gray(self.name)

    def images(self, shape: tuple[int, ...] | None = None) -> np.ndarray:
        """Images, uint8 (n, height, width, channels), of both domains where there are two.

        Args:
            shape: (height, width, channels) that the pictures of a folder are brought to; an `image_size` of
                the source comes before its sides.

        Raises:
            ValueError: on an unknown name or split, or files that cannot be read.
            FileNotFoundError: if the data set is not there.
        """
        images, others = self._arrays(shape, labels=False)
        if others is not None and _are_images(others):  # of another domain
            images = np.concatenate([images, others])
        return images

    def clips(self, frames: int, shape: tuple[int, ...] | None = None) -> np.ndarray:
        """Clips, uint8 (n, frames, height, width, channels).

        Args:
            frames: frames of a clip that comes from a folder, as in `clips_from_folder`; those of a named
                data set have its own number.
            shape: (height, width, channels) that frames of a folder are brought to.

        Raises:
            ValueError: on an unknown name or split, files that cannot be read, a set of pictures, or an
                `image_size` of the source other than that of a named data set.
            FileNotFoundError: if the data set is not there.
        """
        if self.is_folder:
            size, channels = self._wanted(shape)
            return clips_from_folder(self.name, frames, size, channels, self.skip_unreadable)
        if not (known := find_info(self.name)) or not known.frames:
            raise ValueError(f"{self.name} holds pictures, not clips.")
        return arrays(self.name, self.split, image_size=self.image_size, data_dir=self.data_dir)[0]

    def clip_count(self, frames: int) -> int:
        """The number of `clips`, without reading them."""
        return clip_count(self.name, frames) if self.is_folder else sum(self.counts().values())

    def images_and_labels(
        self, shape: tuple[int, ...] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Images, uint8 (n, height, width, channels), and their class ids, int32 (n,).

        Args:
            shape: as in `images`.

        Raises:
            ValueError: as `images`, or if there are no labels.
            FileNotFoundError: as `images`.
        """
        images, labels = self._arrays(shape, labels=True)
        if labels is None or labels.ndim != 1 or labels.dtype.kind not in "iu":
            raise ValueError(f"{self.name} has no labels, which a conditional model requires.")
        return images, labels

    def images_and_tags(
        self, shape: tuple[int, ...] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Images, uint8 (n, height, width, channels), and the tags of each, int32 (n, tags) of 0 and 1.

        Args:
            shape: as in `images`.

        Raises:
            ValueError: as `images`, or if pictures have no tags, of which one may have several.
            FileNotFoundError: as `images`.
        """
        known = None if self.is_folder else find_info(self.name)
        if not known or not known.tagged:
            raise ValueError(f"{self.name} has no tags: a data set with them is anime_tags.")
        return self._arrays(shape, labels=True)

    def images_and_texts(
        self, shape: tuple[int, ...] | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Images, uint8 (n, height, width, channels), texts (n, k) of each, and what these state.

        Args:
            shape: as in `images`.

        Returns:
            Images, strings, and the attributes int32 (n, k, m) of `DatasetInfo.attributes`; None for those of
            a folder, which are not known.

        Raises:
            ValueError: as `images`, or if pictures have no texts.
            FileNotFoundError: as `images`.
        """
        if self.is_folder:
            size, channels = self._wanted(shape)
            options = {"channels": channels, "skip_unreadable": self.skip_unreadable}
            return *captioned_from_folder(self.name, size, **options), None
        known = find_info(self.name)
        if not known or not known.vocabulary:
            raise ValueError(f"{self.name} has no texts: a data set with them is anime_captions.")
        images, texts = self._arrays(shape, labels=True)
        return images, texts, known.attributes(texts)

    def images_and_sounds(
        self, shape: tuple[int, ...] | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Images, uint8 (n, k, height, width, channels), k for each sound, sounds and labels.

        Args:
            shape: as in `images`.

        Returns:
            Images, sounds float32 (n, samples) in [-1, 1], and class ids int32 (n,).

        Raises:
            ValueError: as `images`, or if there are no images with sounds.
            FileNotFoundError: as `images`.
        """
        known = None if self.is_folder else find_info(self.name)
        if not known or not known.rate or not known.image_shape:
            raise ValueError(
                f"{self.name} has no images with sounds: a data set with them is spoken_mnist."
            )
        return arrays(self.name, self.split, image_size=self.image_size, data_dir=self.data_dir)

    def texts(self) -> list[str]:
        """The texts of a folder's table.

        Raises:
            ValueError: if there is no such table.
        """
        return [text for texts in texts_of(self.name).values() for text in texts]

    def images_and_landmarks(self) -> tuple[np.ndarray, np.ndarray]:
        """Several images of each person, and the landmarks of each image.

        Returns:
            uint8 (n, m, height, width, channels) and float32 (n, m, landmarks, 2), as fractions of the
            image's sides.

        Raises:
            ValueError: on an unknown name or split, or if the source has no landmarks.
        """
        known = None if self.is_folder else find_info(self.name)
        if not known or not known.landmarks:
            raise ValueError(f"{self.name} has no landmarks: a data set with them is heads.")
        return self._arrays(None, labels=True)

    def domains(
        self, shape: tuple[int, ...] | None = None, paired: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Images of two domains A and B, each uint8 (n, height, width, channels).

        Args:
            shape: (height, width, channels); its sides are for a source without `image_size`.
            paired: whether pictures of a folder that have the same name in A and B are pairs.

        Raises:
            ValueError: as `images`, or if there are no two domains.
            FileNotFoundError: as `images`.
        """
        if self.is_folder:
            size, channels = self._wanted(shape)
            options = {"paired": paired, "channels": channels}
            options["skip_unreadable"] = self.skip_unreadable
            return domains_from_folder(self.name, size, self.split, **options)
        size = self.image_size or (shape and shape[:2])
        images_a, images_b = arrays(self.name, self.split, image_size=size, data_dir=self.data_dir)
        if images_b is None or not _are_images(images_b):
            raise ValueError(f"{self.name} is no data set of two domains.")
        return images_a, images_b

    def _wanted(self, shape):
        """Size and channels of the pictures of a folder."""
        return self.image_size or (shape and shape[:2]), shape[2] if shape else 3

    def _arrays(self, shape, labels):
        if self.is_folder:
            size, channels = self._wanted(shape)
            options = {"labels": labels, "channels": channels}
            return arrays_from_folder(
                self.name, size, skip_unreadable=self.skip_unreadable, **options
            )
        if (known := find_info(self.name)) and known.rate:
            raise ValueError(f"{self.name} holds sounds: a model of sounds is AudioToScene.")
        size, folder = self.image_size, self.data_dir
        return arrays(self.name, self.split, image_size=size, data_dir=folder)


def _are_images(array):
    return array.ndim == 4 and array.dtype == np.uint8


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
