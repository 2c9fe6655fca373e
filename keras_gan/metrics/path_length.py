"""The perceptual path length of a generator."""

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_gan.batching import in_batches
from keras_gan.metric import Metric, named
from keras_gan.metrics import checks


def perceptual_path_length(
    generate: Callable[..., Any],
    embed: Callable[[Any], Any],
    start: Any,
    end: Any,
    *,
    features: str,
    interpolate: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    labels: Any = None,
    epsilon: float = 1e-4,
    batch_size: int = 64,
    seed: int = 0,
) -> Metric:
    """How fast images change along paths between latents (Karras et al. 2019, section 4.1).

    E |f(G(z_t)) - f(G(z_{t + epsilon}))|^2 / epsilon^2, with z_t on the path between two latents and t from
    U(0, 1). Karras et al. take LPIPS for f, here it is any features; so only values of one name compare.
    Nothing is trimmed.

    Args:
        generate: latents float32 (n, width) to images as floats: a step of epsilon is lost in uint8.
        embed: these images to features (n, any).
        start: (n, width), latents where paths start.
        end: (n, width), latents where they end.
        features: the name of the network that `embed` is.
        interpolate: from starts (n, width), ends (n, width) and fractions (n, 1) to latents on the path, such
            as `keras_gan.latent.spherical` or `keras_gan.latent.linear`.
        labels: (n,), the further argument of `generate` for a conditional model, the same along a path.
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
    for rows in in_batches(len(start), batch_size):
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
        f"Mean squared speed of the features along {interpolate.__name__} paths, step {epsilon:g} "
        "(after Karras et al. 2019); smaller is smoother",
    )


def _features(generate, embed, latents, *labels):
    images = np.asarray(generate(latents.astype(np.float32), *labels))
    if images.dtype.kind != "f":
        raise ValueError(
            f"generate must give floats, for a small step to be seen, got {images.dtype}."
        )
    return checks.finite("features", embed(images)).astype(np.float64)
