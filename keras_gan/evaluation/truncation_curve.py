"""Truncation curve: FID at several truncations, quality against diversity."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_gan.metrics.features import Features
from keras_gan.metrics.fid import frechet_distance


def truncation_curve(
    model: Any,
    images: np.ndarray,
    features: Features,
    truncations: Sequence[float],
    num: int = 5000,
    seed: int = 0,
    labels: Any = None,
) -> list[tuple[float, float]]:
    """FID at each of some truncations (Brock et al. 2019, section 3.1; Karras et al. 2019, appendix B).

    Args:
        model: a model whose `generate` takes a `truncation`: `StyleGAN2`, in [0, 1], or `BigGAN`, above 0.
        images: real images, uint8 (n, height, width, channels), n at least 2.
        features: the features of FID.
        truncations: the truncations to measure.
        num: number of images to generate for each, at least 2, from the same latents.
        seed: of the latents.
        labels: as in `generate`, for a conditional model.

    Returns:
        Pairs of truncation and FID, in the order of `truncations`.

    Raises:
        ValueError: on a model that does not support truncation, or a truncation out of its range.
    """
    inputs = [model.draw(num, seed, truncation) for truncation in truncations]
    reals = features.statistics(images)
    curve = []
    for truncation, drawn in zip(truncations, inputs, strict=True):
        fakes = model.synthesize(drawn, labels)
        distance = frechet_distance(reals, features.statistics(fakes))
        curve.append((float(truncation), distance))
    return curve
