"""The mean and covariance of features, accumulated in one pass."""

import contextlib
import os
import zipfile
from typing import Any

import numpy as np
from scipy.linalg import cholesky
from scipy.linalg.blas import dgemv, dsyrk

from keras_gan import files
from keras_gan.metrics import checks


class Statistics:
    """Count, mean and covariance of feature vectors, in float64, one pass and constant memory.

    Rows are gathered into blocks for the matrix products, and counted from the mean of the first block, so
    that nothing large is subtracted from anything large. Two halves merged are, to rounding, the whole in one
    pass; so parts of an evaluation may run on different machines.

    Args:
        width: length of a feature vector. Memory is about 4 * width**2 * 8 bytes.

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
        self._origin = np.zeros(width)
        self._sum = np.zeros(width)  # of the rows that have been folded, counted from the origin
        self._products = np.zeros((0, 0), order="F")  # the sum of x x^T of them, its upper triangle
        self._rows = np.empty((max(width, 1024), width))  # the pending ones
        self._pending = 0

    @classmethod
    def of(cls, features: Any, name: str = "features") -> "Statistics":
        """The statistics of an array (n, width) of at least two vectors, which errors call `name`.

        Raises:
            ValueError: if there are fewer, the shape is wrong, or there are NaN or infinite values.
        """
        features = checks.features(name, features)
        return cls(features.shape[1])._add(features)

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
        return self._origin + (self._sum + _sum(self._waiting)) / self.count

    @property
    def covariance(self) -> np.ndarray:
        """(width, width), the unbiased covariance, divided by count - 1.

        Raises:
            ValueError: if there are fewer than two vectors.
        """
        self._at_least(2)
        scatter = self._scatter()
        scatter += np.triu(scatter, 1).T
        return scatter / (self.count - 1)

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
        return self._add(features)

    def _add(self, features):
        while len(features):
            if self._pending == len(self._rows):
                self._fold()
            room = len(self._rows) - self._pending
            taken, features = features[:room], features[room:]
            end = self._pending + len(taken)
            np.subtract(taken, self._origin, out=self._rows[self._pending : end])
            self._pending = end
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
        if other._folded and self._folded:
            shift = other._origin - self._origin
            mixed = np.outer(other._sum + other._folded / 2 * shift, shift)
            self._products += other._products + np.triu(mixed + mixed.T)
            self._sum += other._sum + other._folded * shift
            self._folded += other._folded
        elif other._folded:
            before, self._pending = self._waiting.copy(), 0
            self._origin, self._sum = other._origin, other._sum.copy()
            self._products, self._folded = other._products.copy(order="F"), other._folded
            self.update(before)
        return self.update(other._waiting + other._origin)

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
            rows = self._waiting
            return (rows - rows.mean(axis=0)).T / np.sqrt(self.count - 1)
        noise = self.width * np.finfo(np.float64).eps
        with contextlib.suppress(np.linalg.LinAlgError):
            scatter = self._scatter()
            largest = scatter.diagonal().max()
            root = cholesky(scatter, overwrite_a=True, check_finite=False)
            if root.diagonal().min() ** 2 > noise * largest:
                return root.T / np.sqrt(self.count - 1)
        values, vectors = np.linalg.eigh(self.covariance)
        kept = values > noise * values[-1]
        return vectors[:, kept] * np.sqrt(values[kept])

    def save(self, path: str | os.PathLike, key: str = "") -> None:
        """Writes all of the state as `.npz`, whole or not at all, with a text to know it by.

        Raises:
            OSError: if the path cannot be written.
        """
        with files.replacing(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                folded=self._folded,
                origin=self._origin,
                sum=self._sum,
                products=self._products,
                rows=self._waiting,
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
                names = ("folded", "origin", "sum", "products", "rows", "key")
                fields = {name: file[name] for name in names}
        except (ValueError, KeyError, EOFError, MemoryError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"{path} is not a file of statistics, or is damaged: {error}."
            ) from error
        if key is not None and str(fields["key"]) != key:
            raise ValueError(f"{path} holds the statistics of {fields['key']}, not of {key}.")
        statistics = cls(len(fields["origin"]))
        statistics._folded = int(fields["folded"])
        for name in ("origin", "sum", "products"):
            setattr(statistics, f"_{name}", fields[name])
        statistics._pending = len(fields["rows"])
        statistics._rows[: statistics._pending] = fields["rows"]
        return statistics

    def _at_least(self, count):
        if self.count < count:
            raise ValueError(f"This needs at least {count} feature vectors, got {self.count}.")

    def _scatter(self):
        """The sum of (x - mean)(x - mean)^T, its upper triangle."""
        rows = self._waiting
        if not self._folded:
            rows = rows - rows.mean(axis=0)
            return dsyrk(1.0, rows.T)
        sum = self._sum + _sum(rows)
        scatter = dsyrk(1.0, rows.T, beta=1.0, c=self._products)
        return dsyrk(-1.0 / self.count, sum[:, None], beta=1.0, c=scatter, overwrite_c=True)

    @property
    def _waiting(self):
        return self._rows[: self._pending]

    def _fold(self):
        rows = self._waiting
        if not self._folded:
            self._origin = _sum(rows) / len(rows)
            rows -= self._origin
            self._products = np.zeros((self.width, self.width), order="F")
        self._sum += _sum(rows)
        # In place, and half of a matrix product.
        self._products = dsyrk(1.0, rows.T, beta=1.0, c=self._products, overwrite_c=True)
        self._folded, self._pending = self.count, 0


def _sum(rows):
    # SciPy's BLAS, as in dsyrk: NumPy brings a BLAS of its own, whose threads would wait on the same cores.
    return dgemv(1.0, rows.T, np.ones(len(rows))) if len(rows) else np.zeros(rows.shape[1])
