"""The mean and covariance of features, accumulated in one pass."""

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keras_gan.files import replacing
from keras_gan.metrics import checks


class Statistics:
    """Count, mean and covariance of feature vectors, in float64, one pass and constant memory.

    Rows are gathered into blocks, and each block is combined with what came before by the update of Chan,
    Golub and LeVeque (1979), which subtracts nothing large from anything large. Two halves merged are, to
    rounding, the whole in one pass; so parts of an evaluation may run on different machines.

    Args:
        width: length of a feature vector. Memory is about 7 * width**2 * 8 bytes.

    Example:

    ```python
    statistics = Statistics(width=128)
    for images in batches:
        statistics.update(network.predict_on_batch(images))
    statistics.mean, statistics.covariance
    ```
    """

    def __init__(self, width: int):
        if width < 1:
            raise ValueError(f"width must be at least 1, got {width}.")
        self.width = width
        self._folded = 0
        self._mean = np.zeros(width)
        self._scatter = None  # the sum of (x - mean)(x - mean)^T of what has been folded
        # Large blocks make the matrix products fast. One row more holds the gap of the means, see _moments.
        self._rows = np.empty((max(4 * width, 1024) + 1, width))
        self._pending = 0

    @classmethod
    def of(cls, features: Any) -> "Statistics":
        """The statistics of an array (n, width)."""
        features = checks.finite("features", features)
        return cls(features.shape[1]).update(features)

    @property
    def count(self) -> int:
        """How many vectors have been seen."""
        return self._folded + self._pending

    @property
    def mean(self) -> np.ndarray:
        """(width,), the mean of the vectors.

        Raises:
            ValueError: if there are none.
        """
        self._at_least(1)
        return self._moments()[0].copy()

    @property
    def covariance(self) -> np.ndarray:
        """(width, width), the unbiased covariance, divided by count - 1.

        Raises:
            ValueError: if there are fewer than two vectors.
        """
        self._at_least(2)
        return self._moments()[1] / (self.count - 1)

    def update(self, features: Any) -> "Statistics":
        """Adds vectors.

        Args:
            features: (n, width), finite, of any real dtype; n may be 0.

        Returns:
            Itself.

        Raises:
            ValueError: if the shape is wrong or there are NaN or infinite values; nothing is added then.
        """
        features = checks.finite("features", features)
        if features.shape[1] != self.width:
            raise ValueError(f"features must be (n, {self.width}), got {features.shape}.")
        while len(features):
            room = len(self._rows) - 1 - self._pending
            if not room:
                self._mean, self._scatter = self._moments(spend=True)
                self._folded, self._pending = self.count, 0
                continue
            taken, features = features[:room], features[room:]
            self._rows[self._pending : self._pending + len(taken)] = taken
            self._pending += len(taken)
        return self

    def merge(self, other: "Statistics") -> "Statistics":
        """Adds all that another has seen, which stays as it is.

        Returns:
            Itself.

        Raises:
            ValueError: if the widths differ.
        """
        if other.width != self.width:
            raise ValueError(
                f"Statistics of widths {self.width} and {other.width} cannot be merged."
            )
        if other._folded:
            self._mean, gap = _combined(self._folded, self._mean, other._folded, other._mean)
            self._scatter = other._scatter + (self._scatter if self._folded else 0)
            self._scatter += np.outer(gap, gap)
            self._folded += other._folded
        return self.update(other._rows[: other._pending].copy())

    def factor(self) -> np.ndarray:
        """F (width, rank) with F F^T the covariance.

        Few vectors are still at hand, and are the factor themselves: exact, and small. Else it is the
        Cholesky factor, or, of a singular covariance, the eigenvectors whose eigenvalues are not rounding
        errors (whose roots, 1e-8, would be none).

        Raises:
            ValueError: if there are fewer than two vectors.
        """
        self._at_least(2)
        if not self._folded and self.count <= self.width:
            rows = self._rows[: self._pending]
            return (rows - rows.mean(axis=0)).T / np.sqrt(self.count - 1)
        covariance = self.covariance
        noise = self.width * np.finfo(np.float64).eps
        with contextlib.suppress(np.linalg.LinAlgError):
            root = np.linalg.cholesky(covariance)
            if root.diagonal().min() ** 2 > noise * covariance.diagonal().max():
                return root
        values, vectors = np.linalg.eigh(covariance)
        kept = values > noise * values[-1]
        return vectors[:, kept] * np.sqrt(values[kept])

    def save(self, path: str | os.PathLike, key: str = "") -> None:
        """Writes all of the state as `.npz`, whole or not at all, with a text to know it by.

        Raises:
            OSError: if the path cannot be written.
        """
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                folded=self._folded,
                mean=self._mean,
                scatter=np.zeros((0, 0)) if self._scatter is None else self._scatter,
                rows=self._rows[: self._pending],
                key=key,
            )

    @classmethod
    def load(cls, path: str | os.PathLike, key: str | None = None) -> "Statistics":
        """The statistics of a `save`, which go on where they were.

        Args:
            path: the file.
            key: the text that it must have been saved with; any if None.

        Raises:
            OSError: if there is no such file.
            ValueError: if it is not a file of statistics, is damaged, or has another key.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                fields = {name: file[name] for name in ("folded", "mean", "scatter", "rows", "key")}
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"{path} is not a file of statistics, or is damaged: {error}."
            ) from error
        if key is not None and str(fields["key"]) != key:
            raise ValueError(f"{path} holds the statistics of {fields['key']}, not of {key}.")
        statistics = cls(len(fields["mean"]))
        statistics._folded = int(fields["folded"])
        statistics._mean = fields["mean"]
        statistics._scatter = fields["scatter"] if statistics._folded else None
        return statistics.update(fields["rows"])

    def _at_least(self, count):
        if self.count < count:
            raise ValueError(f"This needs at least {count} feature vectors, got {self.count}.")

    def _moments(self, spend=False):
        """Mean and scatter of the folded and the pending rows, worked on in place if to be spent."""
        if not self._pending:
            return self._mean, self._scatter
        rows = self._rows[: self._pending + 1]
        if not spend:
            rows = rows.copy()
        mean = rows[:-1].mean(axis=0)
        rows[:-1] -= mean
        mean, rows[-1] = _combined(self._folded, self._mean, self._pending, mean)
        scatter = rows.T @ rows
        if self._folded:
            scatter += self._scatter
        return mean, scatter


def _combined(count, mean, new_count, new_mean):
    """The mean of two disjoint sets, and the vector whose square their scatters lack."""
    total = count + new_count
    gap = new_mean - mean
    return mean + gap * (new_count / total), gap * np.sqrt(count * new_count / total)


def cached(
    key: Mapping[str, str | int],
    compute: Callable[[], Statistics],
    folder: str | os.PathLike | None = None,
) -> Statistics:
    """Statistics from disk, or computed and put there.

    Args:
        key: all that decides the statistics: dataset, split, preprocessing, feature network with the checksum
            of its weights. A file is only used for the very key it was written for.
        compute: makes them; called where no whole file of this key is found.
        folder: where the files are; `statistics` in `KERAS_GAN_HOME` (by default `~/.cache/keras_gan`) if
            None.

    Returns:
        The statistics.

    Raises:
        OSError: if the folder cannot be written.

    Example:

    ```python
    real = cached(
        {"dataset": "mnist", "split": "test", "preprocessing": "none", "features": network.name},
        lambda: network.statistics(images),
    )
    ```
    """
    text = json.dumps(dict(key), sort_keys=True)
    folder = home() / "statistics" if folder is None else Path(folder)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"
    try:
        return Statistics.load(path, text)
    except (FileNotFoundError, ValueError):
        statistics = compute()
        statistics.save(path, text)
        return statistics


def home() -> Path:
    """Where computed and fetched files are kept: `KERAS_GAN_HOME`, by default `~/.cache/keras_gan`."""
    return Path(os.environ.get("KERAS_GAN_HOME") or "~/.cache/keras_gan").expanduser()
