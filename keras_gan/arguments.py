"""Checks of values that many functions share."""

import secrets
from numbers import Integral
from typing import Any

import numpy as np


def check_count(name: str, value: Any, least: int = 1) -> int:
    """`value` as an int; a ValueError if it is no whole number of at least `least`, naming the argument."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}.")
    return int(value)


def check_seed(seed: Any) -> int:
    """A seed of latents or noise as an int, a fresh one for None; a ValueError if it is not in [0, 2**63)."""
    seed = secrets.randbits(63) if seed is None else check_count("seed", seed, least=0)
    if seed >= 2**63:
        raise ValueError(f"seed must be below 2**63, got {seed}.")
    return seed


def check_finite(outputs: np.ndarray) -> np.ndarray:
    """Outputs of a network; a ValueError where they hold NaN or infinity, which their minimum shows."""
    if not np.isfinite([outputs.min(initial=0.0), outputs.max(initial=0.0)]).all():
        raise ValueError(
            "The network's outputs hold NaN or infinity: its training diverged, or its weights are damaged."
        )
    return outputs


def check_levels(values: np.ndarray, name: str, integers: str):
    """Raises a ValueError if values are neither of a type of integers nor floats in [-1, 1].

    Args:
        values: images or sounds.
        name: what they are called in the error.
        integers: the type, "uint8" or "int16".
    """
    if values.dtype == integers:
        return
    if values.dtype.kind != "f":
        raise ValueError(f"{name} must be {integers}, or floats in [-1, 1], got {values.dtype}.")
    low, high = values.min(), values.max()
    if not (low >= -1 and high <= 1):  # NaN is neither
        raise ValueError(
            f"{name} must be {integers}, or floats in [-1, 1], got {values.dtype} in "
            f"[{low:.4g}, {high:.4g}]."
        )


def check_shape(images: np.ndarray, shape: tuple[int, ...]):
    """Raises a ValueError if images are none, or not (n, *shape)."""
    if images.shape[1:] != tuple(shape) or len(images) == 0:
        raise ValueError(f"The model takes images (n, {str(tuple(shape))[1:]}, got {images.shape}.")
