"""The kernel distance: KID."""

from typing import Any

import numpy as np

from keras_gan.metric import Metric, named
from keras_gan.metrics import checks


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
    real, generated = (values.astype(np.float64) for values in checks.pair(real, generated))
    within = _mean_kernel_of_pairs(real) + _mean_kernel_of_pairs(generated)
    return float(within - 2 * _kernel(real, generated).mean())


def _kernel(x, y):
    products = x @ y.T
    products /= x.shape[1]
    products += 1
    return products * products * products


def _mean_kernel_of_pairs(x):
    kernel = _kernel(x, x)
    return (kernel.sum() - kernel.trace()) / (len(x) * (len(x) - 1))


def kid(
    real: Any,
    generated: Any,
    *,
    features: str,
    subsets: int = 100,
    subset_size: int = 1000,
    seed: int = 0,
) -> Metric:
    """Kernel inception distance (Binkowski et al. 2018), on any features.

    Args:
        real: features of real images (n, width).
        generated: features of generated images (m, width).
        features: the name of the network that gave them.
        subsets: how many random subsets are compared.
        subset_size: images of each kind in a subset, drawn without replacement; all, if there are fewer.
        seed: decides the subsets.

    Returns:
        `kid[features,generated/real]`, the mean of `squared_mmd` over subsets, and its standard deviation,
        or, where one subset would be all images of both kinds, that of those, without a deviation.
        Unlike FID its expectation does not depend on the number of images. Smaller is better.

    Raises:
        ValueError: if there are fewer than two images, the widths differ, there are NaN or infinite features,
            or there are not at least one subset and two images in it.
    """
    real, generated = checks.pair(real, generated)
    if subsets < 1 or subset_size < 2:
        raise ValueError(
            f"kid needs subsets >= 1 and subset_size >= 2, got {subsets} and {subset_size}."
        )
    rng = np.random.default_rng(seed)
    size = min(subset_size, len(real), len(generated))
    whole = size == len(real) == len(generated)
    estimates = [
        squared_mmd(
            real[rng.choice(len(real), size, replace=False)],
            generated[rng.choice(len(generated), size, replace=False)],
        )
        for _ in range(1 if whole else subsets)
    ]
    over = "" if whole else f", mean and standard deviation over {subsets} subsets of {size} images"
    # Published values are of InceptionV3.
    scale = ". The features are not normalized, and values are not on the scale of published ones"
    scale = "" if features.startswith("inception") else scale
    return Metric(
        named("kid", features, len(generated), len(real)),
        float(np.mean(estimates)),
        None if whole else float(np.std(estimates)),
        f"Unbiased squared MMD with the cubic polynomial kernel{over} (Binkowski et al. 2018); smaller is "
        f"better{scale}",
    )
