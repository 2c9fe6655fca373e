"""Distances of images, as means over the batch and all pixels: losses of reconstructions."""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

LEVELS = 3
"""Levels of the Laplacian pyramid above the low-pass image that remains."""


def squared(difference: Any) -> Any:
    """Mean square of a difference (n, ...) of examples: a scalar."""
    return ops.mean(ops.square(difference))


def laplacian(difference: Any) -> Any:
    """Lap1 of a difference of images: the absolute differences of their Laplacian pyramids.

    Lap1(x, x') = sum_j 2^(2j) |L^j(x) - L^j(x')|_1 (Ling and Okada 2006; Bojanowski et al. 2018), divided by
    the number of pixels: a level j has 4^-j of them, so that this is the sum of the levels' mean absolute
    values, as in github.com/tneumann/minimal_glo (the weights of the paper itself could not be compared).
    The pyramid is linear: that of the difference is the difference of both.

    L^j is an image of side / 2^j less its blurred copy, for j = 0, 1, 2; the last L^3 is the low-pass image
    that remains. Images are blurred by [1, 4, 6, 4, 1] / 16 along both axes (Burt and Adelson 1983), mirrored
    at the border, and their size is halved by averaging 2x2 pixels (the last of an odd number alone).

    Args:
        difference: tensor (n, height, width, channels), of at least 8x8 pixels.

    Returns:
        A scalar.
    """
    loss, images = 0.0, ops.transpose(difference, (0, 3, 1, 2))
    for _ in range(LEVELS):
        # Filters along an axis are matrices, by which products are faster than convolutions of few channels.
        blurs, halvings = zip(*map(_filters, images.shape[2:]), strict=True)
        loss += ops.mean(ops.abs(images - _filtered(images, *blurs)))
        images = _filtered(images, *halvings)
    return loss + ops.mean(ops.abs(images))


DISTANCES: dict[str, Callable[[Any], Any]] = {"laplacian": laplacian, "l2": squared}
"""Distances by name."""


def _filtered(images, rows, columns):
    """Images (n, channels, height, width), filtered by a matrix for each axis."""
    rows, columns = (ops.cast(matrix, images.dtype) for matrix in (rows, columns))
    return ops.matmul(ops.matmul(rows, images), ops.transpose(columns))


def _filters(side):
    """The matrices that blur `side` pixels, and that blur and halve them."""
    mirrored = np.pad(np.eye(side), ((2, 2), (0, 0)), "symmetric")
    blur = sum(tap / 16 * mirrored[i : i + side] for i, tap in enumerate((1, 4, 6, 4, 1)))
    pairs = [blur[i : i + 2].mean(axis=0) for i in range(0, side, 2)]
    return blur, np.stack(pairs)
