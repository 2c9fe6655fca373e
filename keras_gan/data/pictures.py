"""Collections of pictures, decoded when they are read, as uint8 arrays of one size."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path

import numpy as np

from keras_gan.modalities.images import Size, read, resize


@dataclass(frozen=True)
class Pictures:
    """Pictures of one domain, decoded when they are read.

    Attributes:
        sources: paths of files, encoded bytes (members of an archive), or uint8 arrays (height, width,
            channels); one array (n, height, width, channels) will do, or one of clips or of several images
            each, (n, frames, height, width, channels).
        channels: channels of the pictures that are read: 1 (gray) or 3 (RGB).
        halves: for each picture, 0 to read its left half or 1 to read its right half; whole pictures are read
            if empty.
        names: names of the pictures in errors; the paths if empty.
    """

    sources: Sequence[Path | bytes | np.ndarray]
    channels: int = 3
    halves: Sequence[int] = ()
    names: Sequence[str] = ()

    def __len__(self):
        return len(self.sources)

    def name(self, index: int) -> str:
        """The name of a picture in errors."""
        return str(self.names[index] if self.names else self.sources[index])

    def read(self, index: int, size: Size | None = None) -> np.ndarray:
        """One picture.

        Args:
            index: index of the picture.
            size: (height, width); the stored size if None.

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
            size: (height, width); the stored size, which must then be the same for all, if None.

        Returns:
            uint8 (n, height, width, channels).

        Raises:
            ValueError: if a picture cannot be decoded or, without `size`, differs in size from the first.
        """
        if isinstance(self.sources, np.ndarray) and self.sources.ndim == 5:
            if size not in (None, self.sources.shape[2:4]):
                raise ValueError(
                    f"The images are of {self.sources.shape[2:4]} pixels; image_size must be that or None."
                )
            return self.sources
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
        """Shape (height, width, channels) of a picture that is read; without `size`, of the first one."""
        return self.read(0).shape if size is None else (*size, self.channels)

    def take(self, indices: np.ndarray, size: Size | None = None) -> np.ndarray:
        """Pictures at some indices: uint8 (*indices.shape, height, width, channels)."""
        pictures = [self.read(index, size) for index in indices.flat]
        return np.stack(pictures).reshape(*indices.shape, *pictures[0].shape)

    def chosen(self, indices: np.ndarray) -> "Pictures":
        """The pictures at some indices, in their order."""

        def of(values):
            if isinstance(values, np.ndarray):
                return values[indices]
            return [values[index] for index in indices] if len(values) else values

        return Pictures(of(self.sources), self.channels, of(self.halves), of(self.names))

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


@dataclass(frozen=True)
class Split:
    """One split of a data set.

    Attributes:
        domains: the pictures; two entries for two domains A and B, none for sounds alone.
        labels: int32 class ids, one for each picture, or what else a set has of each, such as landmarks;
            None without.
        aligned: whether the pictures of A and B with the same index are a pair.
        sounds: float32 (n, samples) in [-1, 1], one for each picture, or None.
    """

    domains: tuple[Pictures, ...]
    labels: np.ndarray | None = None
    aligned: bool = True
    sounds: np.ndarray | None = None

    def arrays(self, size: Size | None) -> tuple[np.ndarray | None, ...]:
        """Images[, sounds] and labels, or the images of both domains; as in `Pictures.array`."""
        columns = [pictures.array(size) for pictures in self.domains]
        columns += [] if self.sounds is None else [self.sounds]
        return tuple(columns if len(self.domains) > 1 else [*columns, self.labels])

    def part(self, name: str) -> "Split":
        """The part "fit" or "validation" of the pictures; of those of A and of B where they are no pairs."""
        counts = [len(pictures) for pictures in self.domains] or [len(self.sounds)]
        indices = [part_indices(count, name) for count in counts]
        domains = [pictures.chosen(at) for pictures, at in zip(self.domains, indices, strict=False)]
        labels, sounds = (
            None if column is None else column[indices[0]] for column in (self.labels, self.sounds)
        )
        return Split(tuple(domains), labels, self.aligned, sounds)


PARTS = ("fit", "validation")
"""Parts of every training split: nine tenths to train on, one tenth to select weights by."""


def part_indices(count: int, part: str) -> np.ndarray:
    """The indices of a part of `count` examples, in order: drawn at random, but always the same."""
    order = np.random.default_rng(0).permutation(count)
    return np.sort(order[: count // 10] if part == "validation" else order[count // 10 :])


def check_size(image_size: int | Sequence[int] | None) -> Size | None:
    """(height, width) of an `image_size`, which may be the side of a square; None stays None.

    Raises:
        ValueError: if it is neither.
    """
    if image_size is None:
        return None
    size = tuple(image_size) if isinstance(image_size, (list, tuple)) else (image_size, image_size)
    if len(size) != 2 or not all(isinstance(side, Integral) and side >= 1 for side in size):
        raise ValueError(
            f"image_size must be a side or (height, width) in pixels, got {image_size}."
        )
    return size
