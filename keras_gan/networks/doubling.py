"""Sizes and widths of networks that double a map of 4x4 pixels up to the image."""

import math


def sides(image_shape: tuple[int, int, int]) -> list[int]:
    """Sides 4, 8, ... of the maps, up to the side of a square image of 8, 16, 32, ... pixels.

    Raises:
        ValueError: on another image size.
    """
    height, width, _ = image_shape
    doublings = int(math.log2(max(height, 1) / 4.0))
    if height != width or height != 4 * 2**doublings or doublings < 1:
        raise ValueError(
            f"image_shape must be square with 4 * 2^k pixels a side (8, 16, 32, ...), got {image_shape}."
        )
    return [4 * 2**level for level in range(doublings + 1)]


def channels(side: int, base: int, most: int) -> int:
    """Channels of a map: `base` divided by its side, at most `most`."""
    return max(1, min(base // side, most))
