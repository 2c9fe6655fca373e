"""The kernel distance: KID."""

from typing import Any, NamedTuple

import numpy as np

from keras_gan.batching import in_batches
from keras_gan.metric import Metric, named
from keras_gan.metrics import checks

_BLOCK = 2**23  # elements of a block of the kernel matrix: 64 MiB


def squared_mmd(real: Any, generated: Any) -> float:
    """The unbiased estimate of the squared maximum mean discrepancy (Gretton et al. 2012, equation 3).

    The kernel is Binkowski et al.'s, (x.y / width + 1)^3.

    Args:
        real: features (n, width).
        generated: features (m, width).

    Returns:
        The estimate: 0 on average where both are from one distribution, so at times below 0.

    Raises:
        ValueError: as `kid`.
    """
    return _squared_mmd_and_variance(*checks.pair(real, generated))[0]


def kid(real: Any, generated: Any, *, features: str) -> Metric:
    """Kernel inception distance (Binkowski et al. 2018), on any features.

    Binkowski et al. average `squared_mmd` over random subsets, which is cheaper and has the same expectation;
    here it is that of all images, the estimate of least variance.

    Args:
        real: features of real images (n, width).
        generated: features of generated images (m, width).
        features: the name of the network that gave them.

    Returns:
        `kid[features,generated/real]` and its standard error over draws of the generated and the real images.
        Unlike FID its expectation does not depend on the number of images. Smaller is better.

    Raises:
        ValueError: if there are fewer than two images, the widths differ, or there are NaN or infinite
            features.
    """
    real, generated = checks.pair(real, generated)
    value, variance = _squared_mmd_and_variance(real, generated)
    # Published values are of InceptionV3.
    scale = ". The features are not normalized, and values are not on the scale of published ones"
    scale = "" if features.startswith("inception") else scale
    return Metric(
        named("kid", features, len(generated), len(real)),
        value,
        variance**0.5,
        "Unbiased squared MMD with the cubic polynomial kernel (Binkowski et al. 2018); smaller is better"
        + scale,
    )


def _squared_mmd_and_variance(real, generated):
    """The estimate, and an estimate of its variance.

    Of a U-statistic's Hoeffding decomposition (Serfling 1980, section 5.2) the first-order terms are the
    deviations of each image's mean kernel value from the mean. Measured, these have the second-order terms
    in them, twice as large as those are in the variance. Where both distributions are one these alone are
    left; there the error is too large, by a fifth, as it is never set below them.
    """
    real, generated = real.astype(np.float64), generated.astype(np.float64)
    n, m = len(real), len(generated)
    within_real, within_generated = _means(real), _means(generated)
    between = _means(real, generated)
    value = within_real.mean + within_generated.mean - 2 * between.mean
    of_real = 2 * (within_real.rows - between.rows)
    of_generated = 2 * (within_generated.rows - between.columns)
    first = of_real.var(ddof=1) / n + of_generated.var(ddof=1) / m
    second = 2 * within_real.centered_square() / (n * (n - 1))
    second += 2 * within_generated.centered_square() / (m * (m - 1))
    second += 4 * between.centered_square() / (n * m)
    return float(value), float(max(first - second, second, 0.0))


class _Means(NamedTuple):
    """Means of a kernel matrix, without the diagonal where it is that of one set.

    Attributes:
        rows: (n,), the mean of each row.
        columns: (m,), the mean of each column.
        square: the mean of the squared elements.
    """

    rows: np.ndarray
    columns: np.ndarray
    square: float

    @property
    def mean(self):
        return self.rows.mean()

    def centered_square(self):
        """The mean square of the elements less the means of their row and column, plus the mean of all."""
        of_means = np.square(self.rows).mean() + np.square(self.columns).mean()
        return self.square - of_means + self.mean**2


def _means(x, y=None):
    """The `_Means` of the kernel matrix of two sets, or of one with itself."""
    others = x if y is None else y
    rows, columns, square = np.empty(len(x)), np.zeros(len(others)), 0.0
    for block in in_batches(len(x), max(1, _BLOCK // len(others))):
        kernel = x[block] @ others.T
        kernel /= x.shape[1]
        kernel += 1
        kernel = kernel * kernel * kernel
        if y is None:
            kernel[np.arange(len(kernel)), np.arange(len(x))[block]] = 0.0
        rows[block] = kernel.sum(axis=1)
        columns += kernel.sum(axis=0)
        square += np.vdot(kernel, kernel)
    each = len(others) - (y is None)
    return _Means(rows / each, columns / (len(x) - (y is None)), square / (len(x) * each))
