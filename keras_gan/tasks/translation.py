"""Translation: the task of models from images to images of another domain."""

import os
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan.modalities.images import SHEET, check, sheet
from keras_gan.tasks import tiling
from keras_gan.tasks.image_to_image import ImageToImage
from keras_gan.tasks.task import file_at

FEATURE_METRICS = ("target_accuracy", "kid", "fid")
"""Metrics of translations that require a feature network."""


class Translation(ImageToImage):
    """A game with generators that translate images of one domain into another.

    Subclasses set their networks and `players`, and define `generators`.

    Args:
        image_shape: (height, width, channels) of the training images of both domains.
        seed: seed of the training's random numbers.
        name: name of the model.
    """

    options = ("direction", "noise")
    columns = ("images_a", "images_b")

    @property
    def generators(self) -> dict[str, keras.Model]:
        """Direction, "AtoB" or "BtoA", to the generator that translates that way."""
        raise NotImplementedError

    @property
    def evaluation_metrics(self) -> tuple[str, ...]:
        """Metrics of pixels, which depend on whether images are pairs and can go back, and of features."""
        pixels = ["sharpness", "l1", "l1_shuffled"] if self.aligned else ["sharpness", "l1_input"]
        if not self.aligned and len(self.generators) == 2:
            pixels += ["cycle_error", "cycle_shuffled"]
        return (*pixels, *FEATURE_METRICS)

    @property
    def default_metrics(self) -> tuple[str, ...]:
        """All of `evaluation_metrics`."""
        return self.evaluation_metrics

    # Training data.

    def check_data(self, images_a=None, images_b=None):
        """Raise a ValueError if the images of A and B do not suit the model."""
        if images_a is None or images_b is None:
            raise ValueError("A translation learns from two domains: give images of A and of B.")
        domains = images_a, images_b
        for name, images in zip("AB", domains, strict=True):
            if images.ndim != 4:
                raise ValueError(
                    f"Images must be (n, height, width, channels), got {images.shape} of {name}."
                )
            self.check_shape(images.shape, name)
            if len(images) == 0:
                raise ValueError(f"The domain {name} is empty.")
            check(images, f"images of {name}")
        if self.aligned and len(domains[0]) != len(domains[1]):
            raise ValueError(
                f"{type(self).__name__} learns from pairs: A and B must be equally many, got "
                f"{len(domains[0])} and {len(domains[1])}."
            )

    def check_shape(self, shape: tuple[int, ...], domain: str):
        """Raise a ValueError if the model cannot learn from images of a shape, of the domain A or B."""
        if shape[1:] != self.image_shape:
            raise ValueError(
                f"The model takes images (n, {str(self.image_shape)[1:]} of both domains, got {shape} of "
                f"{domain}."
            )

    # Use of the trained model.

    def translate(
        self,
        images: Any,
        direction: str | None = None,
        noise: int | None = None,
        size: int | str | None = None,
    ) -> np.ndarray | list[np.ndarray] | dict[str, np.ndarray]:
        """Translates images of one domain into the other, at the scale that the model has learned.

        A network of 128-pixel pictures does not see the horse in a photograph of 4,000 pixels, but its hair.
        So images are scaled, with their proportions, until their shorter side is that of the training images
        (for a model with `scales`: lies in that range), and translations have that size.

        Gray becomes RGB, or RGB gray, as the network requires; transparent pixels become white; files are
        rotated by their EXIF orientation. Sides that the network cannot take are padded by reflection and
        cropped back; more than 2^20 pixels go through in tiles (`tiling.run`), within 4 GiB of memory.

        Args:
            images: uint8, or floats in [-1, 1] (rounded to uint8), (n, height, width, 1, 3 or 4) or without
                the first axis; a picture of Pillow's; the path of a file, or that of a folder of pictures; or
                a list of these.
            direction: "AtoB" or "BtoA"; the one that comes first in `generators` if None.
            noise: seed of the dropout that is the generator's noise in training, for a network that has
                any (pix2pix's paper leaves it on, and finds that it changes little); None for none.
            size: shorter side to translate at, at least 8 pixels; "full" for images as they are; None for the
                scale of the model.

        Returns:
            uint8 (n, height, width, channels); of one picture (height, width, channels); of a folder the name
            of each picture in it to such an array; of a list a list of these.

        Raises:
            ValueError: if there is no such direction, images are of another type or shape or under 8 pixels,
                or a file cannot be read. One of a folder that cannot be translated is left out, with a
                warning.
        """
        return self.translated(images, size, direction=direction, noise=noise)

    def outputs(self, images, direction=None, noise=None):
        return tiling.run(self.generators[self.check_direction(direction)], images, noise)

    def check_options(self, **options):
        """Raise a ValueError if the model has no such options, or no such direction."""
        super().check_options(**options)
        self.check_direction(options.get("direction"))

    def check_direction(self, direction: str | None) -> str:
        """`direction`, or the model's first one for None; a ValueError if it has no such direction."""
        directions = list(self.generators)
        if direction is not None and direction not in directions:
            raise ValueError(
                f"direction must be {' or '.join(directions)} for this {type(self).__name__}, got "
                f"{direction!r}."
            )
        return direction or directions[0]

    def plot(
        self,
        path: str | os.PathLike,
        images_a: np.ndarray,
        images_b: np.ndarray,
        columns: int = 8,
        scale: int | None = None,
    ) -> Path:
        """Writes a grid as PNG: a row of images, below it their translations, for each direction.

        Args:
            path: the file to write.
            images_a: uint8 (n, height, width, channels) of A, of which the first `columns` are shown, or as
                many as there are of both domains.
            images_b: those of B.
            columns: images in a row.
            scale: size of a pixel; such that the grid is about 1,000 pixels wide if None.

        Returns:
            The path.
        """
        rows, columns = [], min(columns, len(images_a), len(images_b))
        for direction in self.generators:
            shown = (images_a if direction == "AtoB" else images_b)[:columns]
            rows += [shown, self.translate(shown, direction, size="full")]
        return sheet(path, np.concatenate(rows), columns, scale)

    # The answers of a `Task`.

    @classmethod
    def examples_in(cls, source, split):
        """That of the larger domain."""
        counts = source.counts()
        return max(counts.get(split + domain, 0) for domain in "AB")

    def columns_of(self, source):
        images_a, images_b = source.domains(self.image_shape, self.aligned)
        return {"images_a": images_a, "images_b": images_b}

    def preview(self, stem, columns):
        return self.plot(file_at(stem, SHEET), columns["images_a"], columns["images_b"])

    def samples(self, stem, columns):
        scale = max(1, 64 // self.image_shape[0])
        images = columns["images_a"], columns["images_b"]
        return self.plot(file_at(stem, SHEET), *images, scale=scale)

    def signatures(self):
        """`translate_AtoB`, and `translate_BtoA` if there is that direction, of images in [-1, 1]."""
        return {
            f"translate_{direction}": self.signature_of(network)
            for direction, network in self.generators.items()
        }

    @classmethod
    def usage(cls, name, arguments=None):
        return f'{super().usage(name, arguments)}\nimage = model.translate("photo.jpg")'

    def call(self, inputs, training=False):
        """Translations of images in [-1, 1], in the first direction of `generators`."""
        return next(iter(self.generators.values()))(inputs, training=training)
