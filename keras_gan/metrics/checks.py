"""Checks of the arguments of metrics: each returns the array it was given, or says what is wrong with it."""

from typing import Any

import numpy as np

LARGEST = 1e70
"""Largest feature, of either sign."""


def finite(name: str, values: Any, ndim: int = 2) -> np.ndarray:
    """An array of `ndim` axes of finite real numbers, none of them above `LARGEST`."""
    values = np.asarray(values)
    if values.ndim != ndim or values.dtype.kind not in "fiu":
        raise ValueError(
            f"{name} must be a numeric array of {ndim} axes, got {values.dtype} {values.shape}."
        )
    if values.dtype.kind == "f" and not np.isfinite(values.sum(dtype=np.float64)):
        bad = np.flatnonzero(~np.isfinite(values).all(axis=tuple(range(1, ndim))))
        if len(bad):
            raise ValueError(
                f"{name} must be finite, but {len(bad)} of {len(values)} rows hold NaN or infinity; "
                f"the first is row {bad[0]}."
            )
    if values.size and (largest := max(float(values.max()), -float(values.min()))) > LARGEST:
        raise ValueError(
            f"{name} must be at most {LARGEST:g} in size, as products of four are taken, got {largest:.3g}."
        )
    return values


def features(name: str, values: Any) -> np.ndarray:
    """Feature vectors (n, width) of at least two images."""
    values = finite(name, values)
    if len(values) < 2 or values.shape[1] < 1:
        raise ValueError(
            f"{name} must hold feature vectors (n, width) of n >= 2 images, got {values.shape}."
        )
    return values


def same_width(real: Any, generated: Any) -> None:
    """Two arrays of features, or statistics of them, from one network."""
    widths = [
        values.shape[1] if isinstance(values, np.ndarray) else values.width
        for values in (real, generated)
    ]
    if widths[0] != widths[1]:
        raise ValueError(
            f"real and generated must be features of one network, got widths {widths[0]} and {widths[1]}."
        )


def pair(real: Any, generated: Any) -> tuple[np.ndarray, np.ndarray]:
    """Features of real and of generated images from one network."""
    real, generated = features("real", real), features("generated", generated)
    same_width(real, generated)
    return real, generated


def probabilities(name: str, values: Any) -> np.ndarray:
    """Class probabilities (n, classes) of at least two images."""
    values = features(name, values)
    totals = values.sum(axis=1, dtype=np.float64)
    if values.min() < 0 or np.abs(totals - 1).max() > 1e-3:
        raise ValueError(
            f"{name} must be class probabilities: rows of at least 0 that sum to 1, got rows that sum to "
            f"{totals.min():.3g} to {totals.max():.3g} with smallest value {values.min():.3g}. "
            f"Of logits, give scipy.special.softmax(logits, axis=1)."
        )
    return values
