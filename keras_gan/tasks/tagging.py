"""Tagging: the task of models that say which tags an image has, of which it may have several."""

import warnings
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from scipy.special import expit

from keras_gan.arguments import check_finite, check_shape
from keras_gan.batching import in_batches
from keras_gan.modalities.images import (
    check,
    read,
    resize,
    to_channels,
    to_levels,
    to_network,
)
from keras_gan.tasks.labels import check_class_names
from keras_gan.tasks.task import Signature, Task


class Tagging(Task):
    """A game with a network from images to a logit for each tag.

    Subclasses set `network`.

    Args:
        tag_names: names of the tags; None where they are not known.
        threshold: probability in (0, 1) from which an image has a tag.
        seed: seed of the training's random numbers.
        name: name of the model.
    """

    verb = "tag"
    fine_tuning_images = 10_000
    columns = ("images", "tags")
    names_setting = "tag_names"
    evaluation_metrics = ("micro_f1", "macro_f1", "subset_accuracy", "possible")
    default_metrics = evaluation_metrics

    network: keras.Model
    tag_names: Sequence[str] | None = None
    threshold: float = 0.5

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self._check_threshold(self.threshold)

    @property
    def num_tags(self) -> int:
        """Number of tags."""
        return self.network.output_shape[-1]

    @property
    def example_shape(self):
        """(height, width, channels) of the images."""
        return self.network.input_shape[1:]

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """The probability of each tag, float32 (n, num_tags).

        Args:
            images: uint8, or floats in [-1, 1], (n, height, width, channels).

        Raises:
            ValueError: on images of another shape, type or range, or none, and on a network whose outputs are
                not finite.
        """
        self._check_images(images)
        logits = [
            self.network.predict_on_batch(np.asarray(to_network(images[rows])))
            for rows in in_batches(len(images), 500)
        ]
        return expit(check_finite(np.concatenate(logits).astype(np.float32)))

    def tag(self, images: Any, threshold: float | None = None) -> list[Any]:
        """The tags of images: those whose probability is at least the threshold.

        Args:
            images: uint8, or floats in [-1, 1], (n, height, width, channels); or a picture, which is scaled
                and cropped, as a path, a picture of Pillow's or an array (height, width, 1, 3 or 4); or a
                list of pictures.
            threshold: in (0, 1); the model's own if None.

        Returns:
            For each image a tuple of the names of its tags, or of their numbers where the model has no
            names, the most probable first. Of one picture such a tuple.

        Raises:
            ValueError: as `probabilities`, on a file that cannot be read, and on a threshold out of range.
        """
        threshold = self._check_threshold(self.threshold if threshold is None else threshold)
        if isinstance(images, (list, tuple)):
            images = np.stack([self._read(each) for each in images])
        elif not isinstance(images, np.ndarray) or images.ndim == 3:
            return self.tag([images], threshold)[0]
        found = self.probabilities(images)
        names = self._names
        return [
            tuple(names[tag] for tag in np.argsort(-row) if row[tag] >= threshold) for row in found
        ]

    def _read(self, picture: Any) -> np.ndarray:
        """A picture, or an array of one, as uint8 of the network's shape."""
        *size, channels = self.example_shape
        if not isinstance(picture, np.ndarray):
            return read(picture, channels, tuple(size))
        return resize(to_channels(to_levels(check(picture[None])), channels)[0], tuple(size))

    # Training data.

    def check_data(self, images, tags=None):
        """Raise a ValueError if images or tags do not suit the network."""
        self._check_images(images)
        if tags is None:
            raise ValueError(f"tags must be given, (n, {self.num_tags}) of 0 and 1.")
        if np.shape(tags) != (len(images), self.num_tags) or not np.isin(tags, (0, 1)).all():
            raise ValueError(
                f"tags must be 0 or 1, ({len(images)}, {self.num_tags}) of them; got {tags.dtype} "
                f"{np.shape(tags)}."
            )

    def warn_of_data(self, images, tags):
        super().warn_of_data(images=images)
        never = np.flatnonzero(~np.any(tags, axis=0))
        if len(never) and len(images) > self.num_tags:
            listed = ", ".join(str(self._names[tag]) for tag in never)
            warnings.warn(
                f"No image has the tags {listed}, which will never be found.", stacklevel=4
            )

    @property
    def _names(self):
        """The names of the tags, or their numbers where the model has no names."""
        return self.tag_names or range(self.num_tags)

    def _check_images(self, images):
        check_shape(images, self.example_shape)
        check(images)

    def _check_threshold(self, threshold):
        if not 0.0 < threshold < 1.0:
            raise ValueError(f"threshold must lie in (0, 1), got {threshold}.")
        return threshold

    # The answers of a `Task`.

    def columns_of(self, source):
        images, tags = source.images_and_tags(self.example_shape)
        names = check_class_names(source.class_names or None, tags.shape[1])
        if self.tag_names and names and list(self.tag_names) != names:
            raise ValueError(f"The tags of {source.name} are {', '.join(names)}.")
        return {"images": images, "tags": tags}

    def classes_in(self, columns):
        counts = columns["tags"].sum(axis=0)
        return {str(name): int(count) for name, count in zip(self._names, counts, strict=True)}

    def signatures(self):
        """`tag`: the probability of each tag of images in [-1, 1]."""

        def tag(images):
            logits = self.network(images, training=False)
            return {"probabilities": keras.ops.sigmoid(keras.ops.cast(logits, "float32"))}

        shape = (None, *self.example_shape)
        example = np.zeros((1, *self.example_shape), np.float32)
        return {"tag": Signature(tag, {"images": (shape, "float32")}, {"images": example})}

    @classmethod
    def usage(cls, name, arguments=None):
        return f'{super().usage(name, arguments)}\ntags = model.tag("photo.jpg")'

    @classmethod
    def commands(cls, name, arguments=None):
        return [f"keras-gan tag {name} photo.jpg", f"keras-gan export {name} models"]

    def call(self, inputs, training=False):
        """Logits (n, num_tags) of images in [-1, 1]."""
        return self.network(inputs, training=training)
