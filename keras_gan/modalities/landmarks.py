"""Landmarks: the places (x, y) of 30 points of a face, as fractions of an image's width and height.

| Rows | Points |
|---|---|
| 0-6 | outline of the face, from the image's left by the chin to the right |
| 7-9, 10-12 | brows, left and right of the image, each from left to right |
| 13-15 | nose: bridge, tip, base |
| 16-19, 20-23 | eyes: left corner, upper lid, right corner, lower lid |
| 24-29 | mouth: left corner, two points of the upper lip, right corner, two of the lower lip from the right |
"""

from typing import Any

import numpy as np

COUNT = 30
OUTLINE, BROWS, NOSE = slice(0, 7), slice(7, 13), slice(13, 16)
EYES, MOUTH = slice(16, 24), slice(24, 30)
"""Rows of the parts of a face."""
LOW, HIGH = -0.5, 1.5
"""Range of a coordinate: a point may lie a little outside of the image."""


def _path(first, last, closed=False):
    steps = [(at, at + 1) for at in range(first, last)]
    return (*steps, (last, first)) if closed else tuple(steps)


PARTS = {
    (255, 255, 255): _path(0, 6),
    (255, 160, 0): _path(7, 9) + _path(10, 12),
    (0, 255, 0): _path(13, 15),
    (0, 200, 255): _path(16, 19, closed=True) + _path(20, 23, closed=True),
    (255, 0, 80): _path(24, 29, closed=True),
}
"""Color of each part of a sketch to the lines between landmarks that it has."""


def check(landmarks: Any, name: str = "landmarks", count: int = COUNT) -> np.ndarray:
    """Landmarks (..., count, 2) as a float32 array.

    Args:
        landmarks: the landmarks.
        name: what they are called in the error.
        count: number of points.

    Raises:
        ValueError: on another shape or type, NaN, coordinates outside [-0.5, 1.5], or no landmarks.
    """
    try:
        found = np.asarray(landmarks)
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"{name} must be (..., {count}, 2): {error}") from error
    if found.ndim < 2 or found.shape[-2:] != (count, 2) or 0 in found.shape:
        raise ValueError(f"{name} must be (..., {count}, 2), got {found.shape}.")
    if found.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be numbers, got {found.dtype}.")
    low, high = found.min(), found.max()
    if not (low >= LOW and high <= HIGH):  # NaN is neither
        raise ValueError(
            f"{name} must be fractions of the image's sides, in [{LOW}, {HIGH}], got [{low:.4g}, {high:.4g}]."
        )
    return found.astype(np.float32)
