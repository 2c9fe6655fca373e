"""Translation among many domains by one network, which is told the target."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan.batching import in_batches
from keras_gan.modalities.images import (
    SHEET,
    check,
    resize,
    sheet,
    to_levels,
    to_network,
    to_people,
)
from keras_gan.tasks import tiling
from keras_gan.tasks.attributes import UNKNOWN, Attributes
from keras_gan.tasks.image_to_image import ImageToImage
from keras_gan.tasks.task import Signature, file_at

ALL = "all"
"""The target that stands for every attribute, one after the other."""


class DomainTranslation(ImageToImage):
    """A game with one generator for all pairs of domains, which are attributes of the images.

    `fit(images, labels)` takes images, uint8 or floats in [-1, 1], (n, *image_shape), and integer labels: the
    place of the image's domain in `domains`, (n,); with groups a column for each, (n, groups); of independent
    attributes a column for each of them, 1 or 0.

    Subclasses set their networks and `players`, and define `sampling_generator` and `logits_of`.

    Args:
        image_shape: (height, width, channels) of the training images.
        domains: names of the domains, at least two; or group to the names of its domains, such as
            {"hair": ["black", "pink"], "eyes": ["blue", "red"]}.
        independent: whether the domains are attributes that do not exclude each other, as "male" and "young";
            or the names of the groups of such.
        masked: whether labels of a group may be unknown, -1, as where data sets with different groups are
            learned together.
        seed: seed of the training's random numbers.
        name: name of the model.
    """

    columns = ("images", "labels")
    options = ("to",)
    names_setting = "domains"
    evaluation_metrics = (
        *("recognized", "unchanged", "kept"),
        *("cycle_error", "l1_input", "sharpness", "fid"),
    )
    default_metrics = evaluation_metrics

    domains: Sequence[str] | Mapping[str, Sequence[str]] = ()
    independent: bool | Sequence[str] = False
    masked: bool = False

    def __init__(self, **settings):
        super().__init__(**settings)
        self.attributes = Attributes.of(self.domains, self.independent, self.masked)

    @property
    def sampling_generator(self) -> keras.Model:
        """The generator that the trained model uses, of [images, conditions]."""
        raise NotImplementedError

    def logits_of(self, images: np.ndarray) -> np.ndarray:
        """Logits (n, attributes) of the attributes of images, floats (n, *image_shape) in [-1, 1]."""
        raise NotImplementedError

    # Training data.

    def check_data(self, images, labels=None):
        """Raise a ValueError if images or labels do not suit the model."""
        if images.ndim != 4 or images.shape[1:] != self.image_shape or not len(images):
            raise ValueError(
                f"The model takes images (n, {str(self.image_shape)[1:]}, got {images.shape}."
            )
        check(images)
        self.attributes.check(labels, len(images))

    def warn_of_data(self, images, labels):
        super().warn_of_data(images=images)
        self.attributes.warn_of_one(labels)

    def columns_of(self, source):
        images, labels = source.images_and_labels(self.image_shape)
        return {
            "images": images,
            "labels": self.attributes.of_classes(labels, len(source.class_names)),
        }

    def classes_in(self, columns):
        return self.attributes.counted(columns["labels"])

    # Use of the trained model.

    def recognize(self, images: np.ndarray) -> np.ndarray:
        """The labels that the discriminator gives to images, int32 (n, columns).

        Args:
            images: uint8, or floats in [-1, 1], (n, height, width, channels) of any size.
        """
        images, (height, width) = check(images), self.image_shape[:2]
        if images.shape[1:3] != (height, width):
            images = np.stack([resize(image, (height, width)) for image in to_levels(images)])
        floats = np.asarray(to_network(images))
        logits = [self.logits_of(floats[rows]) for rows in in_batches(len(floats), 100)]
        return self.attributes.predicted(np.concatenate(logits))

    def translate(
        self,
        images: Any,
        to: Any = None,
        size: int | str | None = None,
    ) -> np.ndarray | list[np.ndarray] | dict[str, np.ndarray]:
        """Translates images of any domain into another, at the scale that the model has learned.

        Pictures are read and scaled as `Translation.translate` says. What `to` does not name stays as the
        discriminator recognizes it, or is unknown for a model that is `masked`.

        Args:
            images: uint8, or floats in [-1, 1] (rounded to uint8), (n, height, width, 1, 3 or 4) or without
                the first axis; a picture of Pillow's; the path of a file, or that of a folder of pictures; or
                a list of these.
            to: the name of a domain, "pink", or "hair=pink" where several groups have that name; its place,
                where there is one group; a dictionary of several, {"hair": "pink", "eyes": "red"}, or
                {"male": False} of an independent attribute; a list of names; or "all".
            size: shorter side to translate at, at least 8 pixels; "full" for images as they are; None for the
                scale of the model.

        Returns:
            uint8 (n, height, width, channels); of one picture (height, width, channels); of a folder the name
            of each picture in it to such an array; of a list a list of these. For "all" they are as many
            times as wide as there are domains: an image's translations side by side.

        Raises:
            ValueError: if `to` is missing or names no domain, images are of another type or shape or under 8
                pixels, or a file cannot be read. One of a folder that cannot be translated is left out, with
                a warning.
        """
        return self.translated(images, size, to=to)

    def translate_labels(self, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Translations of images to the domains that labels of the form of `fit` say, one for each image.

        Args:
            images: uint8, or floats in [-1, 1], (n, height, width, channels).
            labels: (n,) or (n, columns).

        Returns:
            uint8 (n, height, width, channels).

        Raises:
            ValueError: on images or labels of another shape, type or range.
        """
        labels = self.attributes.check(labels, len(images))
        return to_people(self._run(np.asarray(to_network(check(images))), labels))

    def outputs(self, images, to=None):
        targets = self.attributes.every().values() if to == ALL else [self.attributes.wanted(to)]
        found = [self._run(images, self._labels(images, wanted)) for wanted in targets]
        return np.concatenate(found, axis=2)

    def _run(self, images, labels):
        conditions = ops.convert_to_numpy(self.attributes.conditions(labels))
        return tiling.run(self.sampling_generator, images, conditions=conditions)

    def _labels(self, images, wanted):
        """The labels (n, columns) that images are to have, of which some columns are wanted."""
        if len(wanted) == self.attributes.columns or self.masked:
            labels = np.full((len(images), self.attributes.columns), UNKNOWN, np.int32)
        else:
            labels = self.recognize(images)
        for column, label in wanted.items():
            labels[:, column] = label
        return labels

    def check_options(self, **options):
        """Raise a ValueError if the model has no such options, or no such domain."""
        super().check_options(**options)
        if options.get("to") != ALL:
            self.attributes.wanted(options.get("to"))

    def plot(self, path: str | os.PathLike, images: np.ndarray, scale: int | None = None) -> Path:
        """Writes a grid as PNG: a row for each image, with the image and its translation to each domain.

        Args:
            path: the file to write.
            images: uint8 (n, height, width, channels).
            scale: size of a pixel; such that the grid is about 1,000 pixels wide if None.

        Returns:
            The path.
        """
        strips = self.translate(images, to=ALL, size="full")
        columns = [images, *np.split(strips, self.attributes.num, axis=2)]
        rows = np.stack(columns, axis=1)
        return sheet(path, np.concatenate(rows), len(columns), scale)

    # The answers of a `Task`.

    def preview(self, stem, columns):
        return self.plot(file_at(stem, SHEET), columns["images"][:6])

    def signatures(self):
        """`translate` of images in [-1, 1] and of the labels that they are to have."""

        def translate(images, labels):
            inputs = [images, self.attributes.conditions(labels)]
            outputs = self.sampling_generator(inputs, training=False)
            return {"translations": ops.cast(outputs, "float32")}

        rng = np.random.default_rng(0)
        images = rng.uniform(-1.0, 1.0, (4, *self.image_shape)).astype(np.float32)
        labels = np.zeros((4, self.attributes.columns), np.int32)
        shape = self.sampling_generator.input_shape[0]
        inputs = {"images": (shape, "float32"), "labels": ((None, *labels.shape[1:]), "int32")}
        return {"translate": Signature(translate, inputs, {"images": images, "labels": labels})}

    @classmethod
    def usage(cls, name, arguments=None):
        to = cls._example(arguments)
        return f'{super().usage(name, arguments)}\nimage = model.translate("photo.jpg", to="{to}")'

    @classmethod
    def commands(cls, name, arguments=None):
        to = cls._example(arguments)
        return [
            f'keras-gan translate {name} photo.jpg --to "{to}" --out translated',
            f"keras-gan translate {name} photo.jpg --to all --out translated",
            f"keras-gan export {name} models",
        ]

    @classmethod
    def _example(cls, arguments):
        """A domain by the name that `translate` takes; a word for one where they are not known."""
        given = arguments or {}
        if not given.get("domains"):
            return "DOMAIN"
        chosen = (given.get(key, getattr(cls, key)) for key in ("domains", "independent", "masked"))
        return next(iter(Attributes.of(*chosen).every()))

    def call(self, inputs, training=False):
        """Translations of [images in [-1, 1], conditions]."""
        return self.sampling_generator(inputs, training=training)
