"""Whether a generator copies, or mirrors, its training images."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_gan.batching import in_batches
from keras_gan.metric import Metric, fraction_metric, named
from keras_gan.metrics.features import Features
from keras_gan.modalities.images import check, grid


@dataclasses.dataclass(frozen=True)
class Memorization:
    """For each generated image the nearest training image, and whether that is too near.

    Attributes:
        nearest: (n,), index of the nearest training image.
        distances: (n,), its distance in feature space.
        mirror: (n,), whether it is nearest when the generated image is flipped left to right.
        threshold: the distance below which (and at which) an image counts as memorized.
        metrics: the fraction `copied` and the fraction `mirrored` of the generated images.
    """

    nearest: np.ndarray
    distances: np.ndarray
    mirror: np.ndarray
    threshold: float
    metrics: tuple[Metric, Metric]

    def picture(self, generated: np.ndarray, training: np.ndarray, num: int = 16) -> np.ndarray:
        """The worst cases side by side, nearest first: each generated image, to its right the training image.

        Args:
            generated: the generated images that were measured, uint8 (n, height, width, channels).
            training: the training images, uint8.
            num: how many pairs.

        Returns:
            uint8 (height, width, channels); `keras_gan.modalities.images.write(path, picture)` writes it.

        Raises:
            ValueError: if the images are not uint8, or not those that were measured.
        """
        if len(generated) != len(self.nearest) or len(training) <= self.nearest.max():
            raise ValueError(
                f"These are not the images that were measured: {len(generated)} generated images for "
                f"{len(self.nearest)} nearest ones."
            )
        worst = np.argsort(self.distances, kind="stable")[:num]
        pairs = np.stack([generated[worst], training[self.nearest[worst]]], axis=1)
        return grid(
            pairs.reshape(-1, *generated.shape[1:]),
            columns=2 * max(1, round(len(worst) ** 0.5 / 2)),
        )


def memorization(
    generated: np.ndarray,
    training: np.ndarray,
    held_out: np.ndarray,
    features: Features,
    *,
    quantile: float = 0.01,
    shift: int = 1,
) -> Memorization:
    """Finds generated images that are nearer to a training image than new real images are.

    Each generated image is shifted by up to `shift` pixels in each direction, as it is and flipped left to
    right, and the training image nearest to any of these is found. Held-out real images go the same way; how
    near they come is the null distribution. A generated image is memorized if it comes as near as the nearest
    `quantile` of these: it is copied, or, if a flipped version was nearer, mirrored.

    Args:
        generated: images (n, height, width, channels), uint8.
        training: images that the generator was trained on.
        held_out: real images that it was not trained on, at least 1 / quantile of them.
        features: the feature network.
        quantile: the fraction of held-out images that would be called memorized.
        shift: largest shift in pixels, with the border repeated; each step costs (2 shift + 1)^2 * 2
            evaluations of the network in all.

    Returns:
        The metrics `copied[features,generated/training]` and `mirrored[...]`, from 0 to 1, and for each image
        what was found.

    Raises:
        ValueError: if images are of different shapes, wrong dtype or out of range, there are too few held-out
            ones, or quantile or shift is out of range.

    Example:

    ```python
    found = memorization(model.generate(10_000), train, test, features)
    copied, mirrored = found.metrics
    keras_gan.modalities.images.write("worst.png", found.picture(generated, train))
    ```
    """
    sets = {"generated": generated, "training": training, "held_out": held_out}
    sets = {name: check(images, name) for name, images in sets.items()}
    shapes = {name: images.shape[1:] for name, images in sets.items()}
    if len(set(shapes.values())) > 1:
        raise ValueError(f"All images must have one shape, got {shapes}.")
    if not 0 < quantile < 1 or len(sets["held_out"]) < 1 / quantile:
        raise ValueError(
            f"quantile must be in (0, 1), and held_out at least 1 / quantile images, got {quantile} and "
            f"{len(sets['held_out'])}."
        )
    if not 0 <= shift < min(shapes["training"][:2]):
        raise ValueError(f"shift must be at least 0 and less than the images' size, got {shift}.")

    known = _Nearest(features(sets["training"]))
    upright, flipped = _upright_and_flipped(sets["held_out"], known, features, shift)
    threshold = float(np.quantile(np.minimum(upright[0], flipped[0]), quantile, method="lower"))

    upright, flipped = _upright_and_flipped(sets["generated"], known, features, shift)
    mirror = flipped[0] < upright[0]
    distances, nearest = np.where(mirror, flipped, upright)
    near = distances <= threshold

    def measured(metric, copies, what):
        return fraction_metric(
            named(metric, features.name, len(sets["generated"]), len(sets["training"])),
            copies,
            f"Fraction of generated images that, {what}shifted by up to {shift} pixel(s), are as near to a "
            f"training image as the nearest {quantile:.2%} of {len(sets['held_out'])} held-out images, of "
            f"which, copied and mirrored together, {quantile:g} are by construction; smaller is better",
        )

    return Memorization(
        nearest.astype(np.intp),
        distances,
        mirror,
        threshold,
        (
            measured("copied", near & ~mirror, ""),
            measured("mirrored", near & mirror, "mirrored and "),
        ),
    )


def _upright_and_flipped(images, known, features, shift):
    """Distance to and index of the nearest known image, over all shifts; upright, then flipped."""
    for versions in (images, images[:, :, ::-1]):
        distances, indices = np.full(len(images), np.inf), np.zeros(len(images), np.intp)
        for version in _shifted(versions, shift):
            found, at = known.search(features(version))
            nearer = found < distances
            distances[nearer], indices[nearer] = found[nearer], at[nearer]
        yield distances, indices


def _shifted(images: np.ndarray, shift: int) -> Iterator[np.ndarray]:
    height, width = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (shift, shift), (shift, shift), (0, 0)), mode="edge")
    for top in range(2 * shift + 1):
        for left in range(2 * shift + 1):
            yield padded[:, top : top + height, left : left + width]


class _Nearest:
    """The nearest of many vectors. It is searched for in float32, then its distance is exact."""

    def __init__(self, vectors: Any):
        self._origin = vectors.mean(axis=0, dtype=np.float64)
        centered = (vectors - self._origin).astype(np.float32)
        # |q - v|^2 / 2 without |q|^2, which is the same for all v, is one product: -(q, 1).(v, -|v|^2 / 2).
        self._vectors = np.c_[centered, -np.square(centered).sum(axis=1) / 2].T
        self._original = vectors

    def search(self, queries):
        """Distances (n,) and indices (n,) of the nearest of the vectors to each query."""
        centered = np.c_[queries - self._origin, np.ones(len(queries))].astype(np.float32)
        step = max(1, 2**24 // len(self._original))
        indices = np.empty(len(queries), np.intp)
        for rows in in_batches(len(queries), step):
            indices[rows] = (centered[rows] @ self._vectors).argmax(axis=1)
        gaps = queries.astype(np.float64) - self._original[indices]
        return np.sqrt(np.square(gaps).sum(axis=1)), indices
