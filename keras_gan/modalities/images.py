"""Images as people see them (uint8, 0 to 255) and as networks see them (floats in [-1, 1])."""

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from keras import backend, ops
from PIL import Image

from keras_gan.files import replacing


def to_float(images: Any) -> Any:
    """uint8 tensor to floats in [-1, 1]; floats pass unchanged. Runs inside the training step."""
    if backend.standardize_dtype(images.dtype) == "uint8":
        return ops.cast(images, backend.floatx()) / 127.5 - 1.0
    return images


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Floats in [-1, 1] (what lies outside is clipped) to uint8, rounded to the nearest level."""
    return np.clip(np.rint((images + 1.0) * 127.5), 0, 255).astype(np.uint8)


def check_range(images: np.ndarray):
    """Raises a ValueError if images are neither uint8 nor floats in [-1, 1]."""
    if images.dtype == np.uint8:
        return
    low, high = images.min(), images.max()
    if not np.issubdtype(images.dtype, np.floating) or not -1.0 <= low <= high <= 1.0:
        raise ValueError(
            f"Images must be uint8, or floats in [-1, 1]; got {images.dtype} in "
            f"[{low:.4g}, {high:.4g}]."
        )


def to_channels(images: np.ndarray, channels: int) -> np.ndarray:
    """Images of 1 (gray), 3 (RGB) or 4 (RGBA) channels as images of 1 or 3.

    Gray becomes RGB of three equal channels; what is transparent becomes white; RGB becomes gray by the
    weights of ITU-R 601, as in Pillow.

    Args:
        images: uint8 (..., height, width, 1, 3 or 4).
        channels: 1 or 3.

    Returns:
        uint8 (..., height, width, channels).

    Raises:
        ValueError: on another number of channels.
    """
    given = images.shape[-1]
    if given not in (1, 3, 4):
        raise ValueError(f"images must have 1, 3 or 4 channels, got {images.shape}.")
    if given == 4:
        share = images[..., 3:] / 255.0
        images = np.rint(images[..., :3] * share + 255.0 * (1.0 - share)).astype(np.uint8)
    if images.shape[-1] == channels:
        return images
    if channels == 3:
        return np.repeat(images, 3, axis=-1)
    gray = np.rint(images @ np.array([0.299, 0.587, 0.114]))
    return gray.astype(np.uint8)[..., None]


def grid(images: np.ndarray, columns: int | None = None, padding: int = 2) -> np.ndarray:
    """Tiles images into one.

    Args:
        images: uint8 (n, height, width, channels), with 1 or 3 channels.
        columns: images in a row; the smallest square that holds them all if None.
        padding: white pixels around each image.

    Returns:
        uint8 (rows * (height + padding) + padding, columns * (width + padding) + padding, channels).

    Raises:
        ValueError: if `images` is not a non-empty uint8 array of that shape.
    """
    if images.ndim != 4 or images.dtype != np.uint8 or len(images) == 0:
        raise ValueError(
            f"images must be a non-empty uint8 array (n, height, width, channels), "
            f"got {images.dtype} {images.shape}."
        )
    num, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(num))
    rows = math.ceil(num / columns)
    cell_height, cell_width = height + padding, width + padding
    canvas = np.full(
        (rows * cell_height + padding, columns * cell_width + padding, channels), 255, np.uint8
    )
    for index, image in enumerate(images):
        top, left = padding + index // columns * cell_height, padding + index % columns * cell_width
        canvas[top : top + height, left : left + width] = image
    return canvas


def write_png(path: str | os.PathLike, image: np.ndarray) -> Path:
    """Writes one uint8 image (height, width, 1 or 3 channels) as PNG, whole or not at all.

    Args:
        path: where to write; the folder is made if need be, a file that is there is replaced.
        image: the image.

    Returns:
        The path.

    Raises:
        OSError: if the path cannot be written.
    """
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    with replacing(path) as temporary:
        picture.save(temporary, format="PNG")
    return Path(path)


def write_picture(path: str | os.PathLike, image: np.ndarray) -> Path:
    """Writes one uint8 image (height, width, 1 or 3 channels) in the format that the path ends in.

    Args:
        path: where to write, ending in .jpg, .png or what else Pillow writes; otherwise as for `write_png`.
        image: the image.

    Returns:
        The path.

    Raises:
        OSError: if the path cannot be written.
        ValueError: if the ending is that of no format.
    """
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    with replacing(path) as temporary:
        picture.save(temporary, quality=95)
    return Path(path)


def write_grid(
    path: str | os.PathLike, images: np.ndarray, columns: int | None = None, scale: int = 1
) -> Path:
    """Writes `grid(images, columns)` as PNG, each pixel repeated `scale` times."""
    canvas = grid(images, columns)
    return write_png(path, canvas.repeat(scale, axis=0).repeat(scale, axis=1))
