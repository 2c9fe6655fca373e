"""Features: any network from images to feature vectors, with a name."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import keras
import numpy as np

from keras_gan.batching import in_batches
from keras_gan.metrics import checks
from keras_gan.metrics.statistics import Statistics
from keras_gan.modalities.images import check, to_network


class Features:
    """A feature network: images in, one feature vector for each out.

    Args:
        network: a Keras model, or any function, from a batch of preprocessed images to features (n, width).
        name: for the names of metrics; another network, layer, preprocessing or training deserves another
            name.
        preprocess: from a batch of images (uint8, or floats in [-1, 1]) to what the network takes; by default
            floats in [-1, 1], what the networks of this library take.
        batch_size: images at a time.

    Example:

    ```python
    classifier = keras_gan.zoo.load("fashion_mnist_classifier")
    features = Features(classifier.features, "fashion_mnist_classifier")
    fid(features(real), features(generated), features=features.name)
    ```
    """

    def __init__(
        self,
        network: Callable[[Any], Any],
        name: str,
        preprocess: Callable[[np.ndarray], Any] = to_network,
        batch_size: int = 250,
    ):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}.")
        self.network = network
        self.name = name
        self.preprocess = preprocess
        self.batch_size = batch_size

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Features of images.

        Args:
            images: (n, height, width, channels), uint8, or floats in [-1, 1].

        Returns:
            (n, width), of the network's dtype.

        Raises:
            ValueError: if the images have another shape or dtype or are out of range, or the network does not
                give finite (n, width).
        """
        return np.concatenate(list(self.batches(images)))

    def batches(self, images: np.ndarray) -> Iterator[np.ndarray]:
        """Features of images, `batch_size` at a time; arguments and errors as for a call."""
        images = check(images)
        for rows in in_batches(len(images), self.batch_size):
            yield self._of_batch(images[rows])

    def statistics(self, images: np.ndarray | Iterable[np.ndarray]) -> Statistics:
        """`Statistics` of the features, without keeping the features.

        Args:
            images: as for a call, or any number of such arrays one after the other, as a generator or a
                `tf.data.Dataset` of batches gives them.

        Returns:
            The statistics.

        Raises:
            ValueError: as for a call; also if there are no images.
        """
        statistics = None
        for part in [images] if isinstance(images, np.ndarray) else images:
            for features in self.batches(part):
                statistics = statistics or Statistics(features.shape[1])
                statistics.update(features)
        if statistics is None:
            raise ValueError("images must hold at least one image, got none.")
        return statistics

    def _of_batch(self, images):
        inputs = self.preprocess(images)
        if isinstance(self.network, keras.Model):
            self._check_shape(np.shape(inputs))
            features = self.network.predict_on_batch(np.asarray(inputs))
        else:
            features = self.network(inputs)
        if isinstance(features, (list, tuple, dict)):
            raise ValueError(f"The network {self.name} must have one output, got {len(features)}.")
        features = keras.ops.convert_to_numpy(features)
        if features.ndim != 2 or len(features) != len(images):
            raise ValueError(
                f"The network {self.name} must give features ({len(images)}, width), got {features.shape}."
            )
        return checks.finite(f"features of {self.name}", features)

    def _check_shape(self, given):
        """Raises a ValueError if a Keras model with one input takes images of another shape."""
        wanted = getattr(self.network, "input_shape", None)  # A subclassed model has none.
        if isinstance(wanted, tuple) and (
            len(wanted) != len(given)
            or any(a not in (None, b) for a, b in zip(wanted, given, strict=True))
        ):
            raise ValueError(
                f"The network {self.name} takes images (n, {str(wanted[1:])[1:]}, got {given}."
            )
