"""Sheets of images: how large their pixels are shown."""

import math

from keras_gan.modalities.decoding import MAX_PIXELS

PADDING = 2
"""White pixels around each image."""


def sheet_scale(
    shape: tuple[int, ...], columns: int | None = None, scale: int | None = None
) -> int:
    """The size of a pixel in a sheet of images, which need not exist yet.

    Args:
        shape: (n, height, width, ...) of the images.
        columns: images in a row; the smallest square that holds them all if None.
        scale: the size; such that the sheet is about 1,000 pixels wide if None.

    Raises:
        ValueError: if the sheet would have more than `decoding.MAX_PIXELS`.
    """
    num, height, width = shape[:3]
    columns = columns or math.ceil(math.sqrt(num))
    rows = math.ceil(num / columns)
    height, width = rows * (height + PADDING) + PADDING, columns * (width + PADDING) + PADDING
    scale = enlargement(width) if scale is None else scale
    if (pixels := height * width * scale**2) > MAX_PIXELS:
        raise ValueError(
            f"A sheet must have at most {MAX_PIXELS:,} pixels, got {pixels:,} of {num:,} images: take fewer "
            "images or a smaller scale."
        )
    return scale


def enlargement(width: int, wanted: int = 1000) -> int:
    """The size of a pixel by which a picture `width` pixels wide becomes about `wanted` wide: at least 1."""
    return max(1, round(wanted / width))
