"""Paths through a latent space."""

from typing import Any

import numpy as np


def linear(a: np.ndarray, b: np.ndarray, fractions: np.ndarray) -> np.ndarray:
    """Points on the straight line from a to b: the path for W, whose distribution is of no known form.

    Args:
        a: (..., d).
        b: (..., d).
        fractions: how far each point is on the way: (n,), or an array of more axes that broadcasts against
            `a` and `b`, such as (n, 1) for n pairs (n, d).

    Returns:
        (1 - t) a + t b for each fraction t: (n, ..., d), or of the broadcast shape.
    """
    fractions = _broadcastable(fractions, a)
    return (1 - fractions) * a + fractions * b


def spherical(a: np.ndarray, b: np.ndarray, fractions: np.ndarray) -> np.ndarray:
    """Points on the great circle through a and b (White 2016): the path for latents ~ N(0, 1).

    Those lie near a sphere, whose inside a straight line would cross. Between vectors of one length all have
    that length, and the angle grows in proportion to the share.

    Args:
        a: (..., d).
        b: (..., d).
        fractions: as in `linear`.

    Returns:
        sin((1 - t) w) / sin(w) a + sin(t w) / sin(w) b for each fraction t, w being the angle between a and
        b; on the straight line where sin(w) is almost 0. (n, ..., d), or of the broadcast shape.
    """
    fractions = _broadcastable(fractions, a)
    lengths = np.linalg.norm(a, axis=-1, keepdims=True) * np.linalg.norm(b, axis=-1, keepdims=True)
    cosine = np.sum(a * b, axis=-1, keepdims=True) / np.where(lengths == 0, 1, lengths)
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))
    sine = np.sin(angle)
    straight = sine < 1e-4
    sine = np.where(straight, 1, sine)
    of_a = np.where(straight, 1 - fractions, np.sin((1 - fractions) * angle) / sine)
    of_b = np.where(straight, fractions, np.sin(fractions * angle) / sine)
    return of_a * a + of_b * b


def _broadcastable(fractions, a):
    fractions = np.asarray(fractions)
    return fractions.reshape(-1, *[1] * np.ndim(a)) if fractions.ndim == 1 else fractions


def walk(
    model: Any,
    stops: int = 6,
    frames: int = 120,
    seed: int = 0,
    label: int | None = None,
    truncation: float | None = None,
) -> np.ndarray:
    """Images on a round trip through random latents: from the last stop the way leads back to the first.

    The ways are great circles in z; for a model of styles (StyleGAN2) straight lines in W.

    Args:
        model: a generative model.
        stops: number of latents to pass, at least 2: those of `model.latents(stops, seed)`.
        frames: number of images, at least one for each stop, at equal distances.
        seed: of the stops.
        label: the class of all images, for a conditional model; their text or sound, for one of these.
        truncation: as in `generate`.

    Returns:
        uint8 (frames, height, width, channels).

    Raises:
        ValueError: on fewer stops or frames, a label that does not fit, or a truncation that the model does
            not support.
    """
    if stops < 2:
        raise ValueError(f"stops must be at least 2, got {stops}.")
    if frames < stops:
        raise ValueError(f"frames must be at least as many as the {stops} stops, got {frames}.")
    inputs = model.draw(stops, seed, truncation)
    place = np.arange(frames) * stops / frames
    path = [
        model.path_between(inputs[i], inputs[(i + 1) % stops], place[on_way] - i)
        for i in range(stops)
        for on_way in [np.floor(place) == i]
    ]
    return model.synthesize(np.concatenate(path), label)
