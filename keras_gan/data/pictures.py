"""Collections of pictures, decoded when they are read, as uint8 arrays of one size."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_gan.modalities.images import Size, read, resize


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
            return resize(source, size)
        half = self.halves[index] if self.halves else None
        return read(source, self.channels, size, half, self.name(index))

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
