"""Rendered shapes of known factors, after dSprites (Matthey et al. 2017): no files, no download."""

import numpy as np

from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.readers import labeled

FACTORS = {"shape": 3, "scale": 6, "orientation": 40, "x": 32, "y": 32}
"""The factors of an image, and how many values each has: 737,280 images in all."""
SIDE = 64
"""Pixels of an image, a side."""

_SHAPES = ("square", "ellipse", "heart")
_SPLITS = {"train": 40_000, "test": 4_000}


def render(factors: np.ndarray) -> np.ndarray:
    """Images of given factors: a white shape on black.

    Scales go from 0.5 to 1 evenly, orientations through the whole circle, positions over the middle of the
    image, so that every shape is seen whole. A pixel is white where its center lies in the shape.

    Args:
        factors: integers (n, 5), the values of `FACTORS` in their order, each from 0 on.

    Returns:
        uint8 (n, 64, 64, 1), of 0 and 255.

    Raises:
        ValueError: on another shape, or values out of range.
    """
    factors = np.asarray(factors)
    counts = np.array([*FACTORS.values()])
    if factors.ndim != 2 or factors.shape[1] != len(counts):
        raise ValueError(f"factors must be (n, {len(counts)}), got {factors.shape}.")
    if factors.dtype.kind not in "iu" or (factors < 0).any() or (factors >= counts).any():
        raise ValueError(f"factors must be integers from 0 to below {FACTORS}.")
    images = np.empty((len(factors), SIDE, SIDE, 1), np.uint8)
    pixels = np.arange(SIDE) + 0.5
    for image, (shape, scale, orientation, x, y) in zip(images, factors, strict=True):
        radius = SIDE / 6 * (0.5 + 0.1 * scale)
        angle = 2 * np.pi * orientation / FACTORS["orientation"]
        # Positions of the shape's center, and from there of each pixel in units of its radius.
        horizontal = (pixels - SIDE * (0.25 + 0.5 * x / 31))[None, :] / radius
        vertical = (pixels - SIDE * (0.25 + 0.5 * y / 31))[:, None] / radius
        right = horizontal * np.cos(angle) + vertical * np.sin(angle)
        down = vertical * np.cos(angle) - horizontal * np.sin(angle)
        image[..., 0] = 255 * _INSIDE[_SHAPES[shape]](right, down)
    return images


_INSIDE = {
    "square": lambda right, down: np.maximum(abs(right), abs(down)) <= 0.9,
    "ellipse": lambda right, down: right**2 + (down / 0.6) ** 2 <= 1.2,
    # (x^2 + y^2 - 1)^3 <= x^2 y^3, with y upward.
    "heart": lambda right, down: (right**2 + down**2 - 1) ** 3 <= -(right**2) * down**3,
}


def factors(split: str) -> np.ndarray:
    """Factors (n, 5) of the images of a split, in its order: no combination is in both splits."""
    drawn = np.random.default_rng(0).permutation(np.prod([*FACTORS.values()]))
    part = slice(None, _SPLITS["train"]) if split == "train" else slice(_SPLITS["train"], None)
    drawn = drawn[: sum(_SPLITS.values())][part]
    return np.stack(np.unravel_index(drawn, [*FACTORS.values()]), axis=1)


def _rendered(files, split):
    found = factors(split)
    return labeled(render(found), found[:, 0])


_SHAPES_INFO = DatasetInfo(
    name="shapes",
    title="Shapes 64x64",
    license="that of this library: rendered by it",
    source="keras_gan, after dSprites (L. Matthey, I. Higgins, D. Hassabis, A. Lerchner 2017)",
    image_shape=(SIDE, SIDE, 1),
    splits=_SPLITS,
    read=_rendered,
    classes=_SHAPES,
    note="Rendered; 44,000 of 737,280 combinations of the factors, drawn at random.",
    factors=FACTORS,
    render=render,
)

DATASETS = (_SHAPES_INFO,)
