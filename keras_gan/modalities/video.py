"""Video: clips of uint8 frames for people, and of floats in [-1, 1] for networks."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageSequence

from keras_gan.files import replacing
from keras_gan.modalities import images
from keras_gan.modalities.decoding import FORMATS, MAX_PIXELS
from keras_gan.modalities.images import to_network, to_people
from keras_gan.modalities.sheets import enlargement

__all__ = ["SHEET", "SUFFIXES", "check", "read", "sheet", "to_network", "to_people", "write"]

SUFFIXES = frozenset((".gif", ".png", ".webp"))
"""Endings of the files that are read: animations of Pillow's formats."""
SHEET = ".png"
"""Ending of a sheet."""
LARGEST = 2**30
"""Values of all the pixels of an animation, which are in memory together."""


def check(clips: Any, name: str = "clips") -> np.ndarray:
    """Clips (n, frames, height, width, channels) as an array, uint8 or floats in [-1, 1].

    Args:
        clips: the clips.
        name: what they are called in the error.

    Raises:
        ValueError: on another shape or type, values out of range, or no clips.
    """
    clips = np.asarray(clips)
    if clips.ndim != 5 or 0 in clips.shape:
        raise ValueError(f"{name} must be (n, frames, height, width, channels), got {clips.shape}.")
    images.check(clips.reshape(-1, *clips.shape[2:]), name)
    return clips


def read(
    source: str | os.PathLike | Image.Image, channels: int = 3, size: images.Size | None = None
) -> np.ndarray:
    """The frames of an animation, each once however long it is shown, or of a folder.

    Args:
        source: path of an animated GIF, PNG or WebP, or of a folder of pictures, in the order of their
            names; or a picture of Pillow's.
        channels: 1 (gray) or 3 (RGB).
        size: (height, width) that frames are scaled to cover and cropped to; as stored if None.

    Returns:
        uint8 (frames, height, width, channels).

    Raises:
        ValueError: if it cannot be read, frames differ in size, or those of an animation have too many
            pixels together.
    """
    if not isinstance(source, Image.Image) and Path(source).is_dir():
        found = images.files_in(Path(source))
        frames = [images.read(file, channels, size) for _, file in sorted(found.items())]
        if not frames:
            raise ValueError(f"{source} holds no pictures.")
    else:
        frames = _frames(source, channels, size)
    if len({frame.shape for frame in frames}) > 1:
        raise ValueError(f"The frames of {source} differ in size.")
    return np.stack(frames)


def _frames(source, channels, size):
    try:
        opened = isinstance(source, Image.Image)
        with source.copy() if opened else Image.open(source, formats=FORMATS) as picture:
            picture = source if opened else picture
            count = getattr(picture, "n_frames", 1)
            if (pixels := count * picture.width * picture.height) > MAX_PIXELS:
                raise ValueError(f"its frames have {pixels:,} pixels, more than {MAX_PIXELS:,}")
            return [
                images.read(frame.copy(), channels, size)
                for frame in ImageSequence.Iterator(picture)
            ]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"Cannot read the animation {source}: {error}") from error


def write(
    path: str | os.PathLike, clip: np.ndarray, seconds: float = 0.05, scale: int | None = None
) -> Path:
    """Writes frames as an animated GIF that goes on for ever, whole or not at all.

    Equal frames that follow each other become one, which is shown as long as they are together.

    Args:
        path: the file to write, ending in .gif; its folder is made if need be.
        clip: uint8 (frames, height, width, 1 or 3 channels).
        seconds: time that each is shown, a multiple of 0.01.
        scale: size of a pixel; such that frames are about 256 pixels wide if None.

    Returns:
        The path.

    Raises:
        ValueError: on another ending, frames of another shape or dtype, if `seconds` is less than 0.02, which
            viewers slow down, or if the animation is too large.
        OSError: if the path cannot be written.
    """
    if Path(path).suffix.lower() != ".gif":
        raise ValueError(f"path must be that of a .gif file, got {path}.")
    clip = np.asarray(clip)
    if clip.ndim != 4 or clip.dtype != np.uint8 or clip.shape[-1] not in (1, 3):
        raise ValueError(
            f"frames must be uint8 (n, height, width, 1 or 3 channels), got {clip.dtype} {clip.shape}."
        )
    if seconds < 0.02:
        raise ValueError(f"seconds must be at least 0.02, got {seconds}.")
    scale = enlargement(clip.shape[2], 256) if scale is None else scale
    if (values := clip.size * scale**2) > LARGEST:
        raise ValueError(
            f"An animation must have at most {LARGEST:,} values, got {values:,}: take fewer frames or a "
            "smaller scale."
        )
    clip = clip.repeat(scale, axis=1).repeat(scale, axis=2)
    pictures = [Image.fromarray(x[..., 0] if x.shape[-1] == 1 else x) for x in clip]
    if clip.shape[-1] == 3:
        # A palette for each flickers half as much as one for all, whose errors are larger.
        pictures = [picture.quantize(255, kmeans=1) for picture in pictures]
    with replacing(path) as temporary:
        pictures[0].save(
            temporary,
            format="GIF",
            save_all=True,
            append_images=pictures[1:],
            duration=round(1000 * seconds),
            loop=0,
        )
    return Path(path)


def sheet(path: str | os.PathLike, clips: np.ndarray, scale: int | None = None) -> Path:
    """Writes film strips as PNG: a row for each clip, its frames from left to right.

    Args:
        path: where to write.
        clips: uint8 (n, frames, height, width, channels).
        scale: size of a pixel; such that the sheet is about 1,000 pixels wide if None.

    Returns:
        The path.
    """
    frames = clips.shape[1]
    return images.sheet(path, clips.reshape(-1, *clips.shape[2:]), frames, scale)
