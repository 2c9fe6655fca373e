"""Metrics of nearest neighbors: precision, recall, density, coverage, the two-sample test, support size.

All are Euclidean and exact up to rounding: distances come from matrix products in float64, block by block,
and distances that are closer than rounding count as equal, so ties (of duplicates, say) fall the same way
everywhere. The rounding error of a squared distance grows with the lengths of its two vectors; a vector far
away from all others makes the comparison of others no coarser.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_gan.metric import Metric, named
from keras_gan.metrics import checks

# Elements of a block of distances: 64 MiB of float64.
_BLOCK = 2**23
# Of |x|^2 + |y|^2, by which |x - y|^2 may be too large for rounding, and be counted as smaller.
_ROUNDING = 1e-12


class _Points:
    """Feature vectors, moved together near the origin (where rounding is smallest), and their distances."""

    def __init__(self, features, origin):
        self.vectors = features.astype(np.float64)
        self.vectors -= origin
        self.norms = np.einsum("ij,ij->i", self.vectors, self.vectors)

    def __len__(self):
        return len(self.norms)

    def distances_to(
        self, others: "_Points", rounding: float = 0.0
    ) -> Iterator[tuple[slice, np.ndarray]]:
        """Blocks of rows of the squared distances (len(self), len(others)), and which rows they are.

        They are smaller by `rounding` times the sum of both points' squared norms.
        """
        step = max(1, _BLOCK // len(others))
        for start in range(0, len(self), step):
            rows = slice(start, min(start + step, len(self)))
            squared = self.vectors[rows] @ others.vectors.T
            squared *= -2
            squared += (1 - rounding) * self.norms[rows, None]
            squared += (1 - rounding) * others.norms
            yield rows, squared

    def distances_to_each_other(self, rounding: float = 0.0) -> Iterator[tuple[slice, np.ndarray]]:
        """Blocks of rows of `distances_to` between the points; infinite from a point to itself."""
        for rows, squared in self.distances_to(self, rounding):
            squared[np.arange(len(squared)), np.arange(rows.start, rows.stop)] = np.inf
            yield rows, squared

    def radii(self, k):
        """The squared distance of each point to its k-th nearest other point."""
        radii = np.empty(len(self))
        for rows, squared in self.distances_to_each_other():
            squared.partition(k - 1, axis=1)
            radii[rows] = squared[:, k - 1]
        return radii


def _points(real, generated):
    """Both as points."""
    real, generated = checks.pair(real, generated)
    origin = np.median(real, axis=0).astype(np.float64)
    return _Points(real, origin), _Points(generated, origin)


def _check_k(k, *points):
    fewest = min(len(each) for each in points)
    if not 1 <= k < fewest:
        raise ValueError(
            f"k must be at least 1 and less than the number of images, {fewest}, got {k}."
        )


def precision_recall(
    real: Any, generated: Any, *, features: str, k: int = 3
) -> tuple[Metric, Metric]:
    """Improved precision and recall (Kynkaanniemi et al. 2019, equations 1 and 2).

    The manifold of a set of images is the union of balls around each, that reach to its k-th nearest
    neighbor in the set (itself not counted); a point on the surface is inside.

    Args:
        real: features of real images (n, width).
        generated: features of generated images (m, width).
        features: the name of the network that gave them.
        k: which neighbor a ball reaches.

    Returns:
        `precision[features,generated/real]`, the fraction of generated images on the manifold of the real
        ones (fidelity), and `recall[...]`, the fraction of real images on that of the generated ones
        (diversity).

    Raises:
        ValueError: if there are fewer than two images, the widths differ, there are NaN or infinite features,
            or k is not less than the number of images.
    """
    real, generated = _points(real, generated)
    _check_k(k, real, generated)
    real_reach, generated_reach = real.radii(k), generated.radii(k)
    precise, recalled = np.zeros(len(generated), bool), np.zeros(len(real), bool)
    for rows, squared in real.distances_to(generated, _ROUNDING):
        precise |= (squared <= real_reach[rows, None]).any(axis=0)
        recalled[rows] = (squared <= generated_reach).any(axis=1)
    return (
        Metric(
            named("precision", features, len(generated), len(real)),
            float(precise.mean()),
            None,
            "Fraction of generated images no farther from a real image than its k-th nearest real image is, "
            f"k = {k} (Kynkaanniemi et al. 2019); larger is better",
        ),
        Metric(
            named("recall", features, len(generated), len(real)),
            float(recalled.mean()),
            None,
            "Fraction of real images no farther from a generated one than its k-th nearest generated one is, "
            f"k = {k} (Kynkaanniemi et al. 2019); larger is better",
        ),
    )


def density_coverage(
    real: Any, generated: Any, *, features: str, k: int = 5
) -> tuple[Metric, Metric]:
    """Density and coverage (Naeem et al. 2020, equations 4 and 6); both only use balls around real images.

    Args:
        real: features of real images (n, width).
        generated: features of generated images (m, width).
        features: the name of the network that gave them.
        k: which neighbor a ball reaches; a point on its surface is inside.

    Returns:
        `density[features,generated/real]`, the mean number of real images' balls that a generated image is
        in, divided by k (about 1 where both are from one distribution, and above 1 in the densest parts), and
        `coverage[...]`, the fraction of real images whose ball holds a generated image, from 0 to 1.

    Raises:
        ValueError: as `precision_recall`.
    """
    real, generated = _points(real, generated)
    _check_k(k, real)
    reach = real.radii(k)
    inside, covered = 0, np.zeros(len(real), bool)
    for rows, squared in real.distances_to(generated, _ROUNDING):
        within = squared <= reach[rows, None]
        inside += np.count_nonzero(within)
        covered[rows] = within.any(axis=1)
    return (
        Metric(
            named("density", features, len(generated), len(real)),
            inside / (k * len(generated)),
            None,
            "Mean number of real images, over k, whose k-th nearest real image is no nearer than the "
            f"generated image, k = {k} (Naeem et al. 2020); larger is better",
        ),
        Metric(
            named("coverage", features, len(generated), len(real)),
            float(covered.mean()),
            None,
            "Fraction of real images whose k-th nearest real image is no nearer than some generated image, "
            f"k = {k} (Naeem et al. 2020); larger is better",
        ),
    )


def nearest_neighbor_accuracy(real: Any, generated: Any, *, features: str) -> Metric:
    """Accuracy of telling generated from real by the nearest neighbor (Lopez-Paz and Oquab 2017).

    Each image is classified as its nearest other image; where a real and a generated one are equally near,
    half right.

    Args:
        real: features of real images (n, width).
        generated: features of as many generated images (n, width).
        features: the name of the network that gave them.

    Returns:
        `nearest_neighbor_accuracy[features,generated/real]`: 0.5 where both are from one distribution, 1
        where they are apart, towards 0 where generated images are copies of the real ones.

    Raises:
        ValueError: if there are fewer than two images, the widths or the numbers differ, or there are NaN or
            infinite features.
    """
    real, generated = _points(real, generated)
    if len(real) != len(generated):
        raise ValueError(
            f"There must be as many real as generated images for chance to be 0.5, got {len(real)} and "
            f"{len(generated)}."
        )
    to_generated, to_real = np.empty(len(real)), np.full(len(generated), np.inf)
    for rows, squared in real.distances_to(generated):
        to_generated[rows] = squared.min(axis=1)
        np.minimum(to_real, squared.min(axis=0), out=to_real)
    radii = np.concatenate([real.radii(1), generated.radii(1)])
    apart = np.concatenate([to_generated, to_real]) - radii
    # The nearest other point y has |y|^2 <= 2 |x|^2 + 2 |x - y|^2.
    slack = 3 * _ROUNDING * (np.concatenate([real.norms, generated.norms]) + radii)
    return Metric(
        named("nearest_neighbor_accuracy", features, len(generated), len(real)),
        float(
            (np.count_nonzero(apart > slack) + np.count_nonzero(np.abs(apart) <= slack) / 2)
            / len(apart)
        ),
        None,
        "Leave-one-out accuracy of the nearest neighbor in telling generated from real images "
        "(Lopez-Paz and Oquab 2017); 0.5 is best",
    )


def support_size(real: Any, generated: Any, *, features: str, quantile: float = 0.01) -> Metric:
    """Number of different images of a generator, by the birthday paradox (Arora and Zhang 2017).

    Of N equally likely images a pair is the same with probability 1 / N, so N is estimated by the number of
    pairs over the number of pairs that are duplicates. (Arora and Zhang look for the number of images s that
    hold a duplicate half of the time, and give s^2; counting all pairs uses the same law and wastes nothing.)
    They find duplicates by eye; here, images are duplicates if they are nearer than nearly all real images
    are to any other.

    Args:
        real: features of real images (n, width), best as many as generated ones.
        generated: features of generated images (m, width).
        features: the name of the network that gave them.
        quantile: the fraction of real images that have another one as near as a duplicate.

    Returns:
        `support_size[features,generated/real]`, with its standard error. Where no pair is a duplicate it is
        the number that the support exceeds with 95% confidence, without an error.

    Raises:
        ValueError: if there are fewer than two images, the widths differ, there are NaN or infinite features,
            or quantile is not from 0 to 1.
    """
    real, generated = _points(real, generated)
    if not 0 <= quantile <= 1:
        raise ValueError(f"quantile must be from 0 to 1, got {quantile}.")
    reach = np.quantile(real.radii(1), quantile, method="lower")
    duplicates = (
        sum(
            np.count_nonzero(squared <= reach)
            for _, squared in generated.distances_to_each_other(_ROUNDING)
        )
        // 2
    )
    pairs = len(generated) * (len(generated) - 1) // 2
    # With none among so many pairs, their probability is below 3 / pairs: (1 - 3 / pairs)^pairs = 0.05.
    return Metric(
        named("support_size", features, len(generated), len(real)),
        pairs / (duplicates or 3),
        pairs / duplicates**1.5 if duplicates else None,
        (
            "Number of different images"
            if duplicates
            else "Lower bound (95%) of the number of different images"
        )
        + f" by the birthday paradox: {duplicates} of {pairs} pairs of generated images are nearer than "
        f"{quantile:.2%} of real images are to another (after Arora and Zhang 2017); larger is better",
    )
