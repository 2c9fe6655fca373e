"""Feature extractors: the network that images are compared by, and the classifier of a data set."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import softmax

from keras_gan import data, models, zoo
from keras_gan.evaluation.inception import inception
from keras_gan.metrics.features import Features
from keras_gan.modalities.images import check, to_channels, to_levels
from keras_gan.tasks.classification import Classification


@dataclass
class Extractor:
    """Computes features of images and, with a classifier, class probabilities.

    Attributes:
        name: of the network, for the names of metrics.
        network: from images to features; with a classifier, to features and logits side by side.
        classifier: the classifier that it is, or None.
        class_names: names of the classifier's classes, where they are known.
        progress: called with a short status text after each batch.
    """

    name: str
    network: Features
    classifier: Classification | None = None
    class_names: Sequence[str] | None = None
    progress: Callable[[str], None] = lambda text: None
    seen: int = 0

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Features (n, width) of images."""
        return self.extract(images)[0]

    def extract(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Features (n, width) of images, and class probabilities (n, classes), None without a classifier."""
        batches = []
        for batch in self.network.batches(self._suited(images)):
            batches.append(batch)
            self.seen += len(batch)
            self.progress(f"{self.name} has seen {self.seen:,} images")
        values = np.concatenate(batches)
        if self.classifier is None:
            return values, None
        features, logits = np.split(values, [-self.classifier.num_classes], axis=1)
        return features, softmax(logits.astype(np.float64), axis=1)

    def _suited(self, images):
        """Images of the channels of the classifier; a ValueError if they are of another size."""
        if self.classifier is None:
            return images
        shape = self.classifier.example_shape
        suited = in_channels(check(images), shape[-1])
        if suited.shape[1:] != shape:
            raise ValueError(
                f"{self.name} compares images (n, {str(shape)[1:]}, got {images.shape}: give features of "
                "that size, or 'inception', which takes any."
            )
        return suited


def in_channels(images: np.ndarray, channels: int | None) -> np.ndarray:
    """Images, uint8 or floats in [-1, 1], as gray (1) or RGB (3); unchanged if `channels` is None."""
    if images.shape[-1] == channels or channels not in (1, 3):
        return images
    return to_channels(to_levels(images), channels)


def extractor(
    features: str | os.PathLike | Features, progress: Callable[[str], None] = lambda text: None
) -> Extractor:
    """The `Extractor` of a feature network.

    Args:
        features: `Features`, "inception", or a classifier: a name or path, as for `keras_gan.zoo.load`.
        progress: called with a short status text after each batch.

    Raises:
        ValueError: on another name or type.
    """
    if isinstance(features, Features):
        return Extractor(features.name, features, progress=progress)
    if not isinstance(features, (str, os.PathLike)):
        raise ValueError(
            f"features must be Features, 'inception' or a classifier, got {type(features).__name__}."
        )
    if features == "inception":
        network = inception()
        return Extractor(network.name, network, progress=progress)
    trained = zoo.find(features)
    classifier = trained.load()
    if not isinstance(classifier, Classification):
        kind = type(classifier).__name__
        raise ValueError(f"features must be 'inception' or a classifier, got {features}, a {kind}.")

    def features_and_logits(images):
        return np.concatenate(classifier.predict_on_batch(np.asarray(images)), axis=1)

    known = trained.recipe and data.DATASETS.get(trained.recipe.dataset)
    return Extractor(
        trained.name,
        Features(features_and_logits, trained.name),
        classifier,
        (known and known.classes) or classifier.class_names,
        progress,
    )


def classifiers_of(dataset: str) -> list[str]:
    """Names of the zoo's classifiers that were trained on a data set, and then of those on the same source.

    Of the latter those of more classes come first: to tell these apart, they see more of an image.

    Raises:
        ValueError: if the data set is unknown, or there is no such classifier.
    """
    about = data.info(dataset)
    cards = [card for card in map(zoo.card, zoo.list()) if _is_classifier(card)]
    found = [card.name for card in cards if card.recipe.dataset == dataset]
    others = [card for card in cards if card.data.source == about.source]
    others.sort(key=lambda card: -len(data.info(card.recipe.dataset).classes))
    found += [card.name for card in others]
    if not found:
        raise ValueError(
            f"The zoo has no classifier of {dataset}: give features, as 'inception' or as Features."
        )
    return list(dict.fromkeys(found))


def classifier_of(dataset: str) -> str:
    """The first of `classifiers_of`, by which images of a data set are compared; the same errors."""
    return classifiers_of(dataset)[0]


def _is_classifier(card: Any) -> bool:
    return issubclass(getattr(models, card.recipe.model, object), Classification)
