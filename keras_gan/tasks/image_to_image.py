"""From images to images: what all models that translate pictures share, whatever tells them the target."""

import os
import warnings
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np

from keras_gan.modalities.images import (
    check,
    enlarge,
    files_in,
    read,
    to_channels,
    to_levels,
    to_people,
)
from keras_gan.tasks.task import Signature, Task

SMALLEST = 8  # pixels


class ImageToImage(Task):
    """A game with generators from images to images of the same size.

    Subclasses set their networks and `players`, define `outputs`, and `translate` with the arguments that
    they name in `options`.

    Args:
        image_shape: (height, width, channels) of the training images.
        seed: seed of the training's random numbers.
        name: name of the model.

    Attributes:
        options: names of the arguments of `translate`, besides images and size.
    """

    verb = "translate"
    fine_tuning_images = 5_000
    options: ClassVar[tuple[str, ...]] = ()

    image_shape: tuple[int, int, int] = (256, 256, 3)

    def __init__(self, **settings):
        super().__init__(**settings)
        self.image_shape = tuple(self.image_shape)
        if len(self.image_shape) != 3 or min(self.image_shape[:2]) < SMALLEST:
            raise ValueError(
                f"image_shape must be (height, width, channels) of at least {SMALLEST} pixels a side, got "
                f"{self.image_shape}."
            )

    @property
    def example_shape(self) -> tuple[int, ...]:
        """(height, width, channels) of the training images."""
        return self.image_shape

    @property
    def scale(self) -> tuple[int, int]:
        """(smallest, largest) shorter side, in pixels, of the pictures that the networks have learned."""
        side = min(self.image_shape[:2])
        return side, side

    def outputs(self, images: np.ndarray, **options: Any) -> np.ndarray:
        """Translations of images, both floats (n, height, width, channels) in [-1, 1], of any size."""
        raise NotImplementedError

    def check_options(self, **options: Any):
        """Raise a ValueError if the model has no such options of `translate`, or no such values of them."""
        for name in options:
            if name not in self.options:
                known = " and ".join(self.options) or "none"
                raise ValueError(
                    f"{name} is no option of a {type(self).__name__}, which takes {known}."
                )

    def translated(
        self, images: Any, size: int | str | None = None, **options: Any
    ) -> np.ndarray | list[np.ndarray] | dict[str, np.ndarray]:
        """Translations, as the `translate` of the task describes them, by its `options`."""
        self.check_options(**options)
        if isinstance(images, (list, tuple)):
            return [self.translated(each, size, **options) for each in images]
        if not isinstance(images, (str, os.PathLike)) or not Path(images).expanduser().is_dir():
            return self.translate_pair(images, size, **options)[1]
        translations = {}
        for name, file in files_in(Path(images).expanduser()).items():
            try:
                translations[name] = self.translate_pair(file, size, **options)[1]
            except ValueError as error:
                warnings.warn(f"Left out {name}: {error}", stacklevel=3)
        if not translations:
            raise ValueError(f"{images} holds no picture that can be translated.")
        return translations

    def translate_pair(
        self, images: Any, size: int | str | None = None, **options: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """Images as they are translated, scaled and in the colors of the network, and their translations.

        Args and errors as in `translate`, but for folders and lists.

        Returns:
            Two arrays of one shape, uint8 (n, height, width, channels), or without the first axis.
        """
        self.check_options(**options)
        if not isinstance(images, np.ndarray):
            picture = read(images, self.image_shape[-1])
            try:
                return self.translate_pair(picture, size, **options)
            except ValueError as error:
                raise ValueError(f"Cannot translate the picture {images}: {error}") from error
        if images.ndim == 3:
            pair = self.translate_pair(images[None], size, **options)
            return tuple(each[0] for each in pair)
        images = to_levels(check(images))
        if min(images.shape[1:3]) < SMALLEST:
            raise ValueError(
                f"images must be at least {SMALLEST} pixels a side, got {images.shape}."
            )
        images = self._at_scale(to_channels(images, self.image_shape[-1]), size)
        floats = images.astype(np.float32) / 127.5 - 1.0
        return images, to_people(self.outputs(floats, **options))

    def _at_scale(self, images, size):
        if isinstance(size, str) and size == "full":
            return images
        if size is not None and (not isinstance(size, (int, np.integer)) or size < SMALLEST):
            raise ValueError(
                f"size must be a side of at least {SMALLEST} pixels, 'full' or None, got {size!r}."
            )
        smallest, largest = self.scale if size is None else (size, size)
        side = min(images.shape[1:3])
        return enlarge(images, min(max(side, smallest), largest) / side)

    def signature_of(self, network: keras.Model) -> Signature:
        """The signature of a generator of images in [-1, 1]."""

        def translate(images):
            return {"translations": keras.ops.cast(network(images, training=False), "float32")}

        rng = np.random.default_rng(0)
        example = rng.uniform(-1.0, 1.0, (4, *self.image_shape)).astype(np.float32)
        shape = (None, *network.input_shape[1:])
        return Signature(translate, {"images": (shape, "float32")}, {"images": example})

    @classmethod
    def commands(cls, name, arguments=None):
        return [
            f"keras-gan translate {name} photo.jpg --out translated",
            f"keras-gan export {name} models",
        ]
