"""The perceptual path length of a generator."""

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_gan.metrics import checks
from keras_gan.metrics.metric import Metric, named


def slerp(start: np.ndarray, end: np.ndarray, fraction: np.ndarray) -> np.ndarray:
    """Spherical interpolation (White 2016): of Gaussian latents it keeps the length that the generator knows.

    Args:
        start: (n, width).
        end: (n, width).
        fraction: (n, 1), 0 at the start, 1 at the end.

    Returns:
        (n, width).
    """
    lengths = np.linalg.norm(start, axis=1) * np.linalg.norm(end, axis=1)
    cosine = np.einsum("ij,ij->i", start, end) / np.where(lengths == 0, 1, lengths)
    angle = np.arccos(np.clip(cosine, -1, 1))[:, None]
    sine = np.sin(angle)
    # Parallel latents are joined by a straight line, the limit of the arc.
    straight = np.abs(sine) < 1e-9
    sine = np.where(straight, 1, sine)
    first = np.where(straight, 1 - fraction, np.sin((1 - fraction) * angle) / sine)
    second = np.where(straight, fraction, np.sin(fraction * angle) / sine)
    return first * start + second * end


def lerp(start: np.ndarray, end: np.ndarray, fraction: np.ndarray) -> np.ndarray:
    """Straight interpolation, for latents that were mapped (W space) or are uniform; as `slerp`."""
    return start + fraction * (end - start)


def perceptual_path_length(
    generate: Callable[..., Any],
    embed: Callable[[Any], Any],
    start: Any,
    end: Any,
    *,
    features: str,
    labels: Any = None,
    interpolate: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = slerp,
    epsilon: float = 1e-4,
    batch_size: int = 64,
    seed: int = 0,
) -> Metric:
    """How fast images change along paths between latents (Karras et al. 2019, section 4.1).

    E |f(G(z_t)) - f(G(z_{t + epsilon}))|^2 / epsilon^2, with z_t on the path between two latents and t from
    U(0, 1). Karras et al. take LPIPS for f, here it is any features; so compare only figures of one name.
    Nothing is trimmed.

    Args:
        generate: latents float32 (n, width) to images as floats: a step of epsilon is lost in uint8.
        embed: these images to features (n, any).
        start: (n, width), latents where paths start.
        end: (n, width), latents where they end.
        features: the name of the network that `embed` is.
        labels: (n,), what else `generate` takes, the same along a path, for a conditional model.
        interpolate: `slerp` or `lerp`.
        epsilon: the step. Images are float32, so a smaller step measures their rounding.
        batch_size: pairs of images at a time.
        seed: decides t.

    Returns:
        `perceptual_path_length[features,n]` and its standard error. Smaller is smoother.

    Raises:
        ValueError: if latents do not suit each other, there are fewer than two pairs, features are not
            finite, or `generate` gives integers.
    """
    start, end = checks.features("start", start), checks.features("end", end)
    if start.shape != end.shape:
        raise ValueError(f"start and end must have one shape, got {start.shape} and {end.shape}.")
    fraction = np.random.default_rng(seed).uniform(size=(len(start), 1))
    speeds = []
    for first in range(0, len(start), batch_size):
        rows = slice(first, first + batch_size)
        here, there = (
            _features(
                generate,
                embed,
                interpolate(start[rows], end[rows], fraction[rows] + step),
                *([] if labels is None else [labels[rows]]),
            )
            for step in (0, epsilon)
        )
        speeds.append(np.square((there - here) / epsilon).sum(axis=1))
    speeds = np.concatenate(speeds)
    return Metric(
        named("perceptual_path_length", features, len(start)),
        float(speeds.mean()),
        float(speeds.std(ddof=1) / np.sqrt(len(speeds))),
        f"Mean squared speed of the features along {interpolate.__name__} paths, step {epsilon:g}, and "
        "its standard error (after Karras et al. 2019); smaller is smoother",
    )


def _features(generate, embed, latents, *labels):
    images = np.asarray(generate(latents.astype(np.float32), *labels))
    if images.dtype.kind != "f":
        raise ValueError(
            f"generate must give floats, for a small step to be seen, got {images.dtype}."
        )
    return checks.finite("features", embed(images)).astype(np.float64)
