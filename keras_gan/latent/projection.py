"""Projection: the search for the latents of a picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.batching import in_batches
from keras_gan.minimization import minimize
from keras_gan.modalities.images import check, to_network, to_people
from keras_gan.tasks.encoding import Encoding
from keras_gan.tasks.styles import StyleGeneration

CANDIDATES = 512  # random latents, of which a search starts from the closest
FOUND = 1.0  # levels of 255: a search that comes so close ends


@dataclass(frozen=True)
class Projection:
    """The latents whose images are closest to given pictures.

    Attributes:
        latents: (n, d), in z or, for a `StyleGeneration`, in W.
        images: uint8 (n, height, width, channels), the images of these latents.
        distances: (n,), root mean square of the difference from the pictures, in levels of 0 to 255.
    """

    latents: np.ndarray
    images: np.ndarray
    distances: np.ndarray


def project(
    model: Any,
    pictures: np.ndarray,
    steps: int = 400,
    starts: int = 6,
    seed: int = 0,
    labels: Any = None,
) -> Projection:
    """Latents whose images come as close to given pictures as a search finds.

    L-BFGS (Liu and Nocedal 1989) minimizes the mean square of the difference, over z; for a model of styles
    (StyleGAN2) over w, the same for all layers (Karras et al. 2020, section 5). It begins at those of 512
    random latents whose images are closest, and at the mean of w, takes a quarter of the steps from each
    start, and all of them from the best; where it comes within 1 level of 255 it ends. What the model has
    generated is found so; of other pictures it finds what the model can generate, which may be far from them.
    A model with an encoder (VAE, GON) adds its latents of the picture to the starts; those of a flow are
    exact, and are the answer without a search.

    Deviations from that section: squares of pixels instead of LPIPS; no noise on w; fixed noise images; the
    starts and L-BFGS instead of one start and Adam, which in 1,000 steps from 8 starts stayed further away.

    Args:
        model: a generative model.
        pictures: uint8, or floats in [-1, 1], (n, height, width, channels) of the size of the model's images.
        steps: evaluations of the network and its gradient, at most, in the search from the best start.
        starts: latents that each search starts from.
        seed: of the random latents.
        labels: for a conditional model, one class for all pictures or (n,) classes; or texts or sounds.

    Returns:
        A `Projection`.

    Raises:
        ValueError: on pictures of another size, number of channels or range, labels that do not fit, or fewer
            than one step or start.
    """
    pictures = np.asarray(pictures)
    shape = model.example_shape
    if pictures.ndim != 4 or pictures.shape[1:] != shape or not len(pictures):
        raise ValueError(
            f"pictures must be (n, {str(shape)[1:]} as the images of the model, got {pictures.shape}."
        )
    check(pictures, "pictures")
    if steps < 1 or starts < 1:
        raise ValueError(f"steps and starts must be at least 1, got {steps} and {starts}.")
    labels = model._check_labels(labels, len(pictures))
    targets = np.asarray(to_network(pictures), np.float32)
    encoded = model.latents_of(targets) if isinstance(model, Encoding) else None
    if encoded is not None and model.exact:
        found = encoded
    else:
        found = _searched(model, targets, encoded, steps, starts, seed, labels)
    images = to_people(_decoded(model, found, labels))
    gaps = images.astype(np.float64) - to_people(targets)
    return Projection(found, images, np.sqrt(np.square(gaps).mean(axis=(1, 2, 3))))


def _searched(model, targets, encoded, steps, starts, seed, labels):
    """The latents (n, d) that a search for each target ends at; encoded ones (n, d), or None, begin it."""
    evaluate = backend.compiled(lambda *inputs: _value_and_gradient(model, *inputs))
    mean, latents = _candidates(model, max(CANDIDATES, starts), seed)
    decoded = {}
    found = []
    for index, target in enumerate(targets):
        label = None if labels is None else labels[index]
        key = None if label is None else label.tobytes()
        if key not in decoded:
            decoded[key] = _decoded(model, latents, label)
        errors = np.square(decoded[key] - target).mean(axis=(1, 2, 3))
        first = mean if encoded is None else [encoded[index]]
        nearest = [*first, *latents[errors.argsort()[:starts]]][:starts]
        found.append(_search(evaluate, nearest, target, label, steps))
    return np.stack(found)


def _candidates(model, num, seed):
    """The mean of w, in a list that is empty for a model without styles; random latents (num, d)."""
    latents = model.latents(num, seed)
    if not isinstance(model, StyleGeneration):
        return [], latents
    return [model.styles(latents[:1], truncation=0.0)[0, 0]], model.styles(latents)[:, 0]


def _search(evaluate, starts, target, label, steps):
    """The latents (d,) that the search ends at."""
    inputs = [ops.convert_to_tensor(target[None])]
    inputs += [] if label is None else [ops.convert_to_tensor(label[None])]
    enough = np.square(FOUND / 127.5)

    def minimum(start, evaluations):
        return minimize(
            lambda latents: evaluate(latents, *inputs), start[None], evaluations, enough
        )

    best = None
    for start in starts:
        result = minimum(start, max(1, steps // 4))
        if best is None or result.fun < best.fun:
            best = result
        if best.fun < enough:
            return best.x[0]
    return min(best, minimum(best.x[0], steps), key=lambda result: result.fun).x[0]


def _value_and_gradient(model, latents, target, labels=None):
    """The mean square of the difference of the latents' image from a target, and its gradient."""

    def loss(latents):
        gap = _images(model, latents, labels) - target
        # A value beyond black or white is shown as black or white: no error where the picture is that.
        beyond = ops.logical_and(ops.abs(target) >= 1.0, gap * target > 0.0)
        return ops.mean(ops.square(ops.where(beyond, 0.0, gap)))

    return loss(latents), backend.gradient(loss, latents)


def _images(model, latents, labels):
    """Images of latents (n, d), as tensors; labels (n,) or None."""
    if isinstance(model, StyleGeneration):
        synthesis = model.sampling_generator.get_layer("synthesis")
        layers = synthesis.input_shape[1]
        return synthesis(ops.repeat(latents[:, None], layers, axis=1), training=False)
    return model(latents if labels is None else [latents, labels], training=False)


def _decoded(model, latents, labels):
    """Images of latents (n, d) in [-1, 1], as an array; one label for all, (n,) labels, or None."""
    if not isinstance(model, StyleGeneration):
        return model.decode(latents, labels).clip(-1.0, 1.0)
    parts = [
        ops.convert_to_numpy(_images(model, ops.convert_to_tensor(latents[rows]), None))
        for rows in in_batches(len(latents), 64)
    ]
    return np.concatenate(parts).clip(-1.0, 1.0)
