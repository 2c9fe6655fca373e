"""The Frechet distance of Gaussians fitted to features: FID."""

import warnings
from typing import Any

import numpy as np
from scipy.linalg import eigh
from scipy.linalg.blas import dgemm, dsyrk

from keras_gan.metric import Metric, named
from keras_gan.metrics import checks
from keras_gan.metrics.statistics import Statistics


def frechet_distance(first: Statistics, second: Statistics) -> float:
    """The squared Frechet (2-Wasserstein) distance of two Gaussians (Dowson and Landau 1982).

    |m1 - m2|^2 + tr C1 + tr C2 - 2 tr (C1 C2)^(1/2). With C1 = A A^T and C2 = B B^T the last trace is the sum
    of the singular values of A^T B, so no square root of a matrix is formed: nothing complex, nothing that
    fails where a covariance is singular, and with fewer vectors than features everything is as small as their
    number.

    Args:
        first: statistics of at least two feature vectors.
        second: the same, of the same width.

    Returns:
        The distance, at least 0, symmetric.

    Raises:
        ValueError: if the widths differ, or there are fewer than two vectors.
    """
    checks.same_width(first, second)
    a, b = first.factor(), second.factor()
    gap = first.mean - second.mean
    distance = (
        gap @ gap
        + np.vdot(a, a)
        + np.vdot(b, b)
        - 2 * _sum_of_singular_values(dgemm(1.0, a, b, trans_a=True))
    )
    return max(float(distance), 0.0)


def _sum_of_singular_values(matrix):
    """From eigenvalues of the smaller Gram matrix, twice as fast as singular values, where that is as exact.

    Squaring halves the digits of what is small: an eigenvalue is known to `noise`, its root to noise / (2
    root).
    """
    if not matrix.size:  # where one of the sets is constant
        return 0.0
    gram = dsyrk(1.0, matrix, trans=len(matrix) > matrix.shape[1])  # its upper triangle
    squares = eigh(gram, eigvals_only=True, lower=False, overwrite_a=True, check_finite=False)
    noise = 4 * np.finfo(np.float64).eps * squares.max(initial=0)
    if len(squares) and squares[0] > noise:
        roots = np.sqrt(squares)
        if (noise / (2 * roots)).sum() <= 1e-10 * roots.sum():
            return roots.sum()
    return np.linalg.svd(matrix, compute_uv=False).sum()


def fid(real: Any, generated: Any, *, features: str) -> Metric:
    """Frechet inception distance (Heusel et al. 2017, equation 6), on any features.

    Args:
        real: features of real images (n, width), or their `Statistics`.
        generated: features of generated images (n, width), or their `Statistics`.
        features: the name of the network that gave them.

    Returns:
        `fid[features,generated/real]`, at least 0, smaller is better, with its standard error
        (`fid_standard_error`), but of `Statistics` without. It falls with the number of images (Binkowski et
        al. 2018, section 3.2), so only values of equal counts compare.

    Raises:
        ValueError: if there are fewer than two images, the widths differ, or there are NaN or infinite
            features.

    Warns:
        UserWarning: if there are not more images than features: a covariance is singular then.

    Example:

    ```python
    metric = fid(network(photos), network(model.generate(10_000)), features=network.name)
    print(metric)  # fid[inception_2015,10000/10000] 12.34 ± 0.056
    ```
    """
    draws = None if Statistics in (type(real), type(generated)) else checks.pair(real, generated)
    real, generated = _statistics("real", real), _statistics("generated", generated)
    checks.same_width(real, generated)
    for name, statistics in (("real", real), ("generated", generated)):
        if statistics.count <= statistics.width:
            warnings.warn(
                f"FID with fewer images than features: the covariance of {statistics.count} {name} ones, of "
                f"width {statistics.width}, is singular, and the value far too large; take more.",
                stacklevel=2,
            )
    return Metric(
        named("fid", features, generated.count, real.count),
        frechet_distance(real, generated),
        None if draws is None else _standard_error(*draws, real, generated),
        "Squared Frechet distance of Gaussians fitted to the features of generated and of real images "
        "(Heusel et al. 2017); smaller is better",
    )


def fid_standard_error(real: Any, generated: Any) -> float:
    """How much `fid` varies with the draw of the generated and of the real images, to first order.

    The contribution of an image to a squared Wasserstein distance is its Kantorovich potential (Santambrogio
    2015, proposition 7.17). Between Gaussians with optimal map x -> mr + T (x - mg) that is
    |x|^2 - 2 mr.x - (x - mg).T(x - mg) of a generated image, and the same with exchanged roles of a real one.
    So the errors of the means of these, which are independent, make the error sought. T is estimated too,
    which makes the result a little too large, by a fifth with 15 images for each feature.

    Args:
        real: features of real images (n, width).
        generated: features of generated images (m, width).

    Returns:
        The standard error, in the unit of `fid`.

    Raises:
        ValueError: as `fid`.
    """
    real, generated = checks.pair(real, generated)
    return _standard_error(real, generated, Statistics.of(real), Statistics.of(generated))


def _standard_error(real, generated, of_real, of_generated):
    of_draws = (_potentials(real, of_generated), _potentials(generated, of_real))
    return float(np.sqrt(sum(each.var(ddof=1) / len(each) for each in of_draws)))


def _potentials(images, others):
    """The potential (n,) of each of `images`, in the transport of their Gaussian to that of `others`.

    Args:
        images: features (n, width).
        others: the `Statistics` of the other images.
    """
    images = images.astype(np.float64)
    centered = images - images.mean(axis=0)
    # T = B (B^T C B)^(-1/2) B^T, of the others' covariance B B^T, maps C to it: T C T = B B^T.
    moved = centered @ others.factor()
    values, vectors = np.linalg.eigh(moved.T @ moved / (len(images) - 1))
    kept = values > len(values) * np.finfo(np.float64).eps * values.max(initial=0)
    along = moved @ (vectors[:, kept] / values[kept] ** 0.25)
    potentials = np.square(images).sum(axis=1) - 2 * images @ others.mean
    return potentials - np.square(along).sum(axis=1)


def _statistics(name, values):
    return values if isinstance(values, Statistics) else Statistics.of(values, name)


def intra_class_fid(
    real: Any, real_labels: Any, generated: Any, generated_labels: Any, *, features: str
) -> tuple[Metric, dict[int, Metric]]:
    """FID within each class, for class-conditional models (Miyato and Koyama 2018, section 4).

    Args:
        real: features of real images (n, width).
        real_labels: their classes, integers (n,).
        generated: features of generated images (m, width).
        generated_labels: the classes that were asked for, integers (m,).
        features: the name of the network that gave the features.

    Returns:
        `intra_class_fid[features,generated/real]`, the mean over classes with its standard error, and the
        `fid` of each class.

    Raises:
        ValueError: if labels do not suit the features, the classes of both differ, or `fid` refuses a class.
    """
    real, generated = checks.pair(real, generated)
    real_labels = _labels("real_labels", real_labels, real)
    generated_labels = _labels("generated_labels", generated_labels, generated)
    classes = np.unique(real_labels)
    if not np.array_equal(classes, np.unique(generated_labels)):
        raise ValueError(
            f"real_labels and generated_labels must have the same classes, got {classes.tolist()} and "
            f"{np.unique(generated_labels).tolist()}."
        )
    each = {
        int(label): fid(
            real[real_labels == label], generated[generated_labels == label], features=features
        )
        for label in classes
    }
    mean = Metric(
        named("intra_class_fid", features, len(generated), len(real)),
        float(np.mean([metric.value for metric in each.values()])),
        float(np.linalg.norm([metric.error for metric in each.values()]) / len(each)),
        f"Mean of the FID within each of {len(classes)} classes (Miyato and Koyama 2018); smaller is better",
    )
    return mean, each


def _labels(name, labels, features):
    labels = np.asarray(labels)
    if labels.shape != (len(features),) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"{name} must be {len(features)} integers, got {labels.dtype} {labels.shape}."
        )
    return labels
