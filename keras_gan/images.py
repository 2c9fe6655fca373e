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


def write_grid(
    path: str | os.PathLike, images: np.ndarray, columns: int | None = None, scale: int = 1
) -> Path:
    """Writes `grid(images, columns)` as PNG, each pixel repeated `scale` times."""
    canvas = grid(images, columns)
    return write_png(path, canvas.repeat(scale, axis=0).repeat(scale, axis=1))
