"""Pictures in, uint8 arrays of one size out. Pillow decodes and resizes everything, on every backend."""

import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

Size = tuple[int, int]

# A JPEG that is more than so many times too large is decoded at 1/2, 1/4 or 1/8 of its size, which the
# result does not show and which makes photographs several times faster to read.
_DRAFT = 3


@dataclass(frozen=True)
class Pictures:
    """Pictures of one domain, decoded when they are read.

    Attributes:
        sources: files, encoded bytes (members of an archive), or uint8 arrays (height, width, channels),
            of which a whole uint8 array (n, height, width, channels) is a sequence too.
        channels: 1 (gray) or 3 (RGB) of what is read.
        halves: of each picture, 0 for its left half or 1 for its right one; all of them whole if empty.
        names: names of the pictures, for errors; the files' own if empty.
    """

    sources: Sequence[Path | bytes | np.ndarray]
    channels: int = 3
    halves: Sequence[int] = ()
    names: Sequence[str] = ()

    def __len__(self):
        return len(self.sources)

    def name(self, index: int) -> str:
        """The name of a picture, for errors."""
        return str(self.names[index] if self.names else self.sources[index])

    def read(self, index: int, size: Size | None = None) -> np.ndarray:
        """One picture.

        Args:
            index: which.
            size: (height, width); as it is stored if None.

        Returns:
            uint8 (height, width, channels).

        Raises:
            ValueError: if it cannot be decoded, naming it.
        """
        source = self.sources[index]
        if isinstance(source, np.ndarray):
            return fit_array(source, size)
        try:
            image = _decode(source, self.channels, size)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise ValueError(f"Cannot read the picture {self.name(index)}: {error}") from error
        if self.halves:
            half, middle = self.halves[index], image.width // 2
            image = image.crop((half * middle, 0, (half + 1) * middle, image.height))
        return _as_array(_fit(image, size))

    def array(self, size: Size | None = None) -> np.ndarray:
        """All pictures, decoded by several threads.

        Args:
            size: (height, width); as they are stored, which must be one size, if None.

        Returns:
            uint8 (n, height, width, channels).

        Raises:
            ValueError: if one cannot be decoded or, without a size, has another size than the first.
        """
        shape = self.shape(size)
        if isinstance(self.sources, np.ndarray) and self.sources.shape[1:] == shape:
            return self.sources
        out = np.empty((len(self), *shape), np.uint8)

        def fill(start):
            for index in range(start, min(start + 64, len(self))):
                picture = self.read(index, size)
                if picture.shape != shape:
                    raise ValueError(
                        f"The picture {self.name(index)} is {picture.shape[0]}x{picture.shape[1]}, the "
                        f"first is {shape[0]}x{shape[1]}: give image_size to bring them to one size."
                    )
                out[index] = picture

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(fill, range(0, len(self), 64)))
        return out

    def shape(self, size: Size | None = None) -> tuple[int, int, int]:
        """(height, width, channels) of what is read; without a size, that of the first picture."""
        return self.read(0).shape if size is None else (*size, self.channels)

    def take(self, indices: np.ndarray, size: Size | None = None) -> np.ndarray:
        """Some pictures: uint8 (*indices.shape, height, width, channels)."""
        pictures = [self.read(index, size) for index in indices.flat]
        return np.stack(pictures).reshape(*indices.shape, *pictures[0].shape)

    def readable(self) -> list[bool]:
        """Whether each picture can be decoded. Decodes them all."""

        def check(index):
            try:
                self.read(index)
            except ValueError:
                return False
            return True

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(check, range(len(self))))


def fit_array(image: np.ndarray, size: Size | None) -> np.ndarray:
    """A uint8 image (height, width, channels), scaled to cover `size` and cropped around its center."""
    if size is None or image.shape[:2] == tuple(size):
        return image
    return _as_array(_fit(Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image), size))


def _decode(source, channels, size):
    with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
        if size is not None:
            image.draft(None, (_DRAFT * max(size),) * 2)
        image = ImageOps.exif_transpose(image)
        if image.mode.startswith("I;16"):  # which Pillow would clip instead of scaling
            image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
        if image.has_transparency_data:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        return image.convert("L" if channels == 1 else "RGB")


def _fit(image, size):
    """Scales by antialiased bicubic interpolation, after cropping to the wanted proportions."""
    if size is None or (image.height, image.width) == tuple(size):
        return image
    height, width = size
    scale = min(image.height / height, image.width / width)
    top = max(0.0, (image.height - height * scale) / 2)
    left = max(0.0, (image.width - width * scale) / 2)
    box = (left, top, image.width - left, image.height - top)
    return image.resize((width, height), Image.Resampling.BICUBIC, box=box)


def _as_array(image):
    array = np.asarray(image)
    return array[..., None] if array.ndim == 2 else array
