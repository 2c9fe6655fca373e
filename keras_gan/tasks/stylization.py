"""Stylization: the task of models that repaint images."""

import os
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan.arguments import check_shape
from keras_gan.modalities.images import SHEET, check, sheet
from keras_gan.tasks import tiling
from keras_gan.tasks.image_to_image import ImageToImage
from keras_gan.tasks.task import file_at


class Stylization(ImageToImage):
    """A game with a generator of images that show others in a style.

    Subclasses set `generator` and `players`.

    Args:
        image_shape: (height, width, channels) of the training images.
        seed: seed of the training's random numbers.
        name: name of the model.
    """

    fine_tuning_images = 8_000
    columns = ("images",)
    evaluation_metrics = ("style", "content", "kept")
    default_metrics = evaluation_metrics

    generator: keras.Model

    @property
    def generators(self) -> dict[str, keras.Model]:
        """The generator, by the one way in which it translates."""
        return {"style": self.generator}

    def losses(self, photos: np.ndarray, images: np.ndarray) -> dict[str, float]:
        """The losses that the model learns from, by name, of images that are to show photographs.

        Args:
            photos: uint8 (n, height, width, channels).
            images: uint8 of the same shape.
        """
        raise NotImplementedError

    def check_data(self, images):
        """Raise a ValueError if the images do not suit the model."""
        check_shape(images, self.image_shape)
        check(images)

    def translate(
        self, images: Any, size: int | str | None = None
    ) -> np.ndarray | list[np.ndarray] | dict[str, np.ndarray]:
        """Repaints images, at the scale that the model has learned.

        Gray becomes RGB; transparent pixels become white; files are rotated by their EXIF orientation. Sides
        that the network cannot take are padded by reflection and cropped back; more than 2^20 pixels go
        through in tiles (`tiling.run`), within 4 GiB of memory.

        Args:
            images: uint8, or floats in [-1, 1] (rounded to uint8), (n, height, width, 1, 3 or 4) or without
                the first axis; a picture of Pillow's; the path of a file, or that of a folder of pictures; or
                a list of these.
            size: shorter side to paint at, at least 8 pixels: the strokes keep their size in pixels, so that
                they are finer in a larger picture; "full" for images as they are; None for the side of the
                training images.

        Returns:
            uint8 (n, height, width, channels); of one picture (height, width, channels); of a folder the name
            of each picture in it to such an array; of a list a list of these.

        Raises:
            ValueError: if images are of another type or shape or under 8 pixels, or a file cannot be read.
                One of a folder that cannot be painted is left out, with a warning.
        """
        return self.translated(images, size)

    def outputs(self, images):
        return tiling.run(self.generator, images)

    def plot(
        self,
        path: str | os.PathLike,
        images: np.ndarray,
        columns: int = 8,
        scale: int | None = None,
    ) -> Path:
        """Writes a grid as PNG: rows of images, below each the same in the style.

        Args:
            path: the file to write.
            images: uint8 (n, height, width, channels), of which the first `columns` are shown.
            columns: images in a row.
            scale: size of a pixel; such that the grid is about 1,000 pixels wide if None.

        Returns:
            The path.
        """
        shown = images[:columns]
        rows = np.concatenate([shown, self.translate(shown, size="full")])
        return sheet(path, rows, len(shown), scale)

    # The answers of a `Task`.

    def columns_of(self, source):
        return {"images": source.images(self.image_shape)}

    def preview(self, stem, columns):
        return self.plot(file_at(stem, SHEET), columns["images"])

    def signatures(self):
        """`translate` of images in [-1, 1]."""
        return {"translate": self.signature_of(self.generator)}

    @classmethod
    def usage(cls, name, arguments=None):
        return f'{super().usage(name, arguments)}\nimage = model.translate("photo.jpg")'

    def call(self, inputs, training=False):
        """Images in [-1, 1], repainted."""
        return self.generator(inputs, training=training)
