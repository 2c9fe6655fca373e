"""Reference: the real data that models are compared with, computed once for any number of models."""

import os
from collections.abc import Callable, Container, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from keras_gan import data
from keras_gan.evaluation.extractor import Extractor, classifier_of, extractor, in_channels
from keras_gan.metrics.features import Features
from keras_gan.modalities import landmarks, video
from keras_gan.modalities.images import check, files_in, to_levels, warn_of_range


class Reference:
    """Real data, and the feature network that they are compared by; each is read when it is first needed.

    Args:
        dataset: a name, as for `keras_gan.data.arrays`, the folder of pictures, or images, (images, labels)
            or two domains' images.
        split: of a named data set; None for "test", or the split that is held out in its place.
        num_real: number of its images to take, at random but always the same; None for all.
        features: the feature network; None for the classifier of a named data set (`classifier_of`), and for
            Inception to compare with a folder.
        image_size: (height, width) that data by name and pictures are brought to; None for that of a
            classifier to compare pictures by, and else as stored.
        channels: 1 or 3, that images are converted to; None as stored, and RGB in a folder.
        data_dir: folder of local data sets.
        progress: called with a short status text, many times.

    Attributes:
        title: name of the data for a report.
        held_out: the split that models do not learn from.
        folder: the folder, if it is one.
    """

    def __init__(
        self,
        dataset: Any,
        split: str | None = None,
        num_real: int | None = None,
        features: str | Features | None = None,
        image_size: tuple[int, int] | None = None,
        channels: int | None = None,
        data_dir: Any = None,
        progress: Callable[[str], None] = lambda text: None,
    ):
        if isinstance(dataset, (list, tuple)) and all(isinstance(x, str) for x in dataset):
            raise ValueError(
                f"dataset must be a name or images, got {dataset}; metrics are given as metrics=..."
            )
        self.dataset = dataset
        self.folder = _folder(dataset)
        self.named = isinstance(dataset, str) and self.folder is None
        known = data.DATASETS.get(dataset) if self.named else None
        self.held_out = known.held_out if known else "test"
        self.split = split or self.held_out
        if self.folder and split is None and not (self.folder / "testA").is_dir():
            self.split = "train"  # of two domains
        self.title = f"{dataset} {self.split}" if self.named else "given images"
        if self.folder:
            self.title = self.folder.name
        self.num_real, self.data_dir = num_real, data_dir
        self._given_features, self._progress = features, progress
        self._image_size, self._channels = image_size, channels
        self._clips: dict[int, np.ndarray] = {}

    @cached_property
    def network(self) -> Extractor:
        """The feature network.

        Raises:
            ValueError: if there is none for such data, or the one given does not exist.
        """
        features = self._given_features
        if features is None and self.folder:
            features = "inception"
        if features is None:
            if not self.named:
                raise ValueError("features must be given for images that are no named dataset.")
            features = classifier_of(self.dataset)
        return extractor(features, self._progress)

    def measurable(self, metrics: Iterable[str], of_features: Container[str]) -> list[str]:
        """The metrics, without those of features if there is no feature network for the data.

        Args:
            metrics: names of metrics.
            of_features: names of those that require a feature network.
        """
        try:
            self.network  # noqa: B018
        except (FileNotFoundError, ValueError):
            return [metric for metric in metrics if metric not in of_features]
        return [*metrics]

    @property
    def images(self) -> np.ndarray:
        """Images, uint8 or floats in [-1, 1]."""
        return self._images_and_labels[0]

    def clips(self, frames: int) -> np.ndarray:
        """Clips, uint8 (n, frames, height, width, channels).

        Args:
            frames: frames of a clip that comes from a folder.

        Raises:
            ValueError: if the data are no clips.
        """
        if frames in self._clips:
            return self._clips[frames]
        clips = self.dataset
        if self.folder or self.named:
            options = {"image_size": self._image_size, "data_dir": self.data_dir}
            source = data.source(self.folder or self.dataset, self.split, **options)
            shape = self._image_size and (*self._image_size, self._channels or 3)
            clips = source.clips(frames, shape)
        clips = to_levels(video.check(clips, "dataset"))
        if (chosen := self._chosen(len(clips))) is not None:
            clips = clips[chosen]
        self._clips[frames] = clips
        return clips

    def people(self) -> tuple[np.ndarray, np.ndarray]:
        """Several images of each person, uint8 (n, m, height, width, channels), and their landmarks.

        Raises:
            ValueError: if the data are none with landmarks.
        """
        found = self.dataset
        if self.folder or self.named:
            name = self.folder or self.dataset
            found = data.source(name, self.split, data_dir=self.data_dir).images_and_landmarks()
        if not isinstance(found, tuple) or len(found) != 2:
            raise ValueError("dataset must be images of people and their landmarks.")
        images, points = to_levels(video.check(found[0], "dataset")), landmarks.check(found[1])
        if (chosen := self._chosen(len(images))) is not None:
            images, points = images[chosen], points[chosen]
        return images, points

    def _chosen(self, count):
        """The places of `num_real` of so many examples, drawn at random; None for all."""
        if self.num_real is None or self.num_real >= count:
            return None
        return np.random.default_rng(0).permutation(count)[: self.num_real]

    @property
    def labels(self) -> np.ndarray | None:
        """Class ids of the images, where they have any."""
        return self._images_and_labels[1]

    @property
    def features(self) -> np.ndarray:
        """Features of the images."""
        return self._extracted[0]

    @property
    def probabilities(self) -> np.ndarray | None:
        """Class probabilities of the images; None if the feature network is no classifier."""
        return self._extracted[1]

    def arrays(self, split: str) -> tuple[np.ndarray, np.ndarray | None]:
        """The arrays of a split of the named data set.

        Raises:
            ValueError: if it holds sounds, which have several images each.
        """
        if (known := data.DATASETS.get(self.dataset)) and known.rate:
            raise ValueError(
                f"{self.dataset} holds sounds: give (images, sounds), arrays of as many of both."
            )
        size = self._image_size
        return data.arrays(self.dataset, split, image_size=size, data_dir=self.data_dir)

    def domains(self, paired: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Images of two domains.

        Args:
            paired: whether pictures of a folder that have the same name in A and B are pairs.

        Raises:
            ValueError: if the data are not of two domains.
        """
        domains = self.dataset
        if self.folder:
            source = data.source(self.folder, self.split, image_size=self._image_size)
            domains = source.domains(paired=paired)
        elif self.named:
            domains = self.arrays(self.split)
        if not isinstance(domains, tuple) or len(domains) != 2:
            raise ValueError("dataset must be images of two domains.")
        for name, images in zip("AB", domains, strict=True):
            warn_of_range(check(images, f"images of {name}"), f"images of {name}")
        return tuple(in_channels(np.asarray(images), self._channels) for images in domains)

    def pictures(self, folder: Path, labels: bool = False) -> tuple[np.ndarray, np.ndarray | None]:
        """The pictures in a folder, of the size and the channels of all that are compared.

        Args:
            folder: the folder, as of `keras_gan.data.arrays_from_folder`.
            labels: whether pictures that all lie in sub-folders are labeled by these.

        Raises:
            ValueError: if there are none, one cannot be read, or they are of several sizes and no size is
                given.
        """
        size = self._image_size
        if size is None and (classifier := self.network.classifier):
            size = classifier.example_shape[:2]
        labels = labels and all("/" in name for name in files_in(folder))
        source = data.source(folder, image_size=size)
        images, labels = source.images_and_labels() if labels else (source.images(), None)
        return in_channels(images, self._channels), labels

    @cached_property
    def _images_and_labels(self):
        if self.folder:
            images, labels = self.pictures(self.folder, labels=True)
        elif self.named:
            images, labels = self.arrays(self.split)
        else:
            parts = self.dataset if isinstance(self.dataset, tuple) else (self.dataset, None)
            images, labels = (None if part is None else np.asarray(part) for part in parts)
            if images.dtype == object:
                raise ValueError(
                    "dataset must be a name, a folder of pictures, or arrays of images; got "
                    f"{type(self.dataset).__name__}."
                )
            warn_of_range(check(images, "dataset"), "dataset")
        images = in_channels(images, self._channels)
        if (chosen := self._chosen(len(images))) is not None:
            images, labels = images[chosen], None if labels is None else labels[chosen]
        return images, labels

    @cached_property
    def _extracted(self):
        return self.network.extract(self.images)


def _folder(dataset):
    """The folder that a dataset names by its path; None of a data set's name, or of images."""
    if not isinstance(dataset, (str, os.PathLike)) or dataset in data.DATASETS:
        return None
    path = Path(dataset).expanduser()
    if path.is_dir():
        return path.absolute()
    if isinstance(dataset, os.PathLike) or os.path.isabs(dataset):
        raise ValueError(f"There is no folder {dataset}.")
    return None
