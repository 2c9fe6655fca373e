"""Reference: the real data that models are compared with, computed once for any number of models."""

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from keras_gan import __version__, data
from keras_gan.evaluation.extractor import Extractor, classifier_of, extractor
from keras_gan.metrics.features import Features
from keras_gan.metrics.statistics import Statistics, cached
from keras_gan.modalities.images import check


class Reference:
    """Real data, and the feature network that they are compared by; each is read when it is first needed.

    Args:
        dataset: a name, as for `keras_gan.data.arrays`, or images, (images, labels) or two domains' images.
        split: of a named data set; None for "test", or the split that is held out in its place.
        num_real: number of its images to take, at random but always the same; None for all.
        features: the feature network; None for the classifier of the data set (`classifier_of`).
        image_size: (height, width) that a named data set is brought to; None as stored.
        data_dir: folder of local data sets.
        progress: called with a short status text, many times.

    Attributes:
        title: name of the data for a report.
        held_out: the split that models do not learn from.
    """

    def __init__(
        self,
        dataset: Any,
        split: str | None = None,
        num_real: int | None = None,
        features: str | Features | None = None,
        image_size: tuple[int, int] | None = None,
        data_dir: Any = None,
        progress: Callable[[str], None] = lambda text: None,
    ):
        if isinstance(dataset, (list, tuple)) and all(isinstance(x, str) for x in dataset):
            raise ValueError(
                f"dataset must be a name or images, got {dataset}; metrics are given as metrics=..."
            )
        self.dataset = dataset
        self.named = isinstance(dataset, str)
        known = data.DATASETS.get(dataset) if self.named else None
        self.held_out = known.held_out if known else "test"
        self.split = split or self.held_out
        self.title = f"{dataset} {self.split}" if self.named else "given images"
        self.num_real, self.image_size, self.data_dir = num_real, image_size, data_dir
        self._given_features, self._progress = features, progress

    @cached_property
    def network(self) -> Extractor:
        """The feature network.

        Raises:
            ValueError: if there is none for such data, or the one given does not exist.
        """
        features = self._given_features
        if features is None:
            if not self.named:
                raise ValueError("features must be given for images that are no named dataset.")
            features = classifier_of(self.dataset)
        return extractor(features, self._progress)

    @property
    def images(self) -> np.ndarray:
        """Images, uint8 or floats in [-1, 1]."""
        return self._images_and_labels[0]

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

    @cached_property
    def statistics(self) -> Statistics:
        """Mean and covariance of the features, cached on disk for the networks of this library."""

        def compute():
            return Statistics.of(self.features)

        if self.network.key is None:
            return compute()
        images = np.ascontiguousarray(self.images)
        key = {
            "dataset": self.title,
            "images": f"{images.shape} {images.dtype} {hashlib.sha256(images).hexdigest()}",
            "features": self.network.key,
            "version": __version__,
        }
        return cached(key, compute)

    def arrays(self, split: str) -> tuple[np.ndarray, np.ndarray | None]:
        """The arrays of a split of the named data set."""
        size = self.image_size
        return data.arrays(self.dataset, split, image_size=size, data_dir=self.data_dir)

    def domains(self) -> tuple[np.ndarray, np.ndarray]:
        """Images of two domains.

        Raises:
            ValueError: if the data are not of two domains.
        """
        domains = self.arrays(self.split) if self.named else self.dataset
        if not isinstance(domains, tuple) or len(domains) != 2:
            raise ValueError("dataset must be images of two domains.")
        return tuple(
            check(images, f"images of {name}") for name, images in zip("AB", domains, strict=True)
        )

    @cached_property
    def _images_and_labels(self):
        if self.named:
            images, labels = self.arrays(self.split)
        else:
            parts = self.dataset if isinstance(self.dataset, tuple) else (self.dataset, None)
            images, labels = (None if part is None else np.asarray(part) for part in parts)
            check(images, "dataset")
        if self.num_real is not None and self.num_real < len(images):
            chosen = np.random.default_rng(0).permutation(len(images))[: self.num_real]
            images, labels = images[chosen], None if labels is None else labels[chosen]
        return images, labels

    @cached_property
    def _extracted(self):
        return self.network.extract(self.images)
