"""Feeding: arrays or datasets in, the batches of training steps out."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np


def is_arrays(x: Any) -> bool:
    """Whether `x` is an array, or a dictionary of arrays, and no dataset of batches."""
    return isinstance(x, dict) or hasattr(x, "shape")


def named(columns: tuple[str, ...], x: Any, y: Any) -> dict[str, np.ndarray]:
    """The arrays of `fit(x, y)` by column.

    Args:
        columns: names of a model's columns.
        x: the first column, or a dictionary of columns.
        y: the next column, a tuple of the next ones, a dictionary of columns, or None.

    Raises:
        ValueError: on more arrays than columns, an unknown name, or a column that is given twice.
    """
    given = dict(x) if isinstance(x, dict) else {columns[0]: x}
    if isinstance(y, dict):
        others = y
    else:
        others = y if isinstance(y, (tuple, list)) else [] if y is None else [y]
        rest = [name for name in columns if name not in given]
        _check_number(columns, len(given) + len(others))
        others = dict(zip(rest, others, strict=False))
    if twice := sorted(set(given) & set(others)):
        raise ValueError(f"{', '.join(twice)} are given by x and again by y.")
    given |= others
    _check_names(columns, given)
    if columns[0] not in given:
        raise ValueError(f"The model learns from {', '.join(columns)}; {columns[0]} is missing.")
    # In the model's order, whatever that of a dictionary is.
    return {name: _single(np.asarray(given[name])) for name in columns if name in given}


def as_batch(columns: tuple[str, ...], data: Any) -> dict[str, Any]:
    """One batch of a dataset by column: of a dictionary, a tuple or a single tensor.

    Raises:
        ValueError: on more columns than the model has, or an unknown name.
    """
    data = tuple(column for column in as_tuple(data) if column is not None)
    if len(data) == 1 and isinstance(data[0], dict):
        _check_names(columns, data[0])
        return {name: _single(data[0][name]) for name in columns if name in data[0]}
    _check_number(columns, len(data))
    return dict(zip(columns, map(_single, data), strict=False))


def _single(column):
    """A column without more digits than networks compute with: NumPy makes float64 of uint8 / 127.5 - 1."""
    texts = isinstance(column, np.ndarray) and column.dtype.kind in "OU"
    if texts or keras.backend.standardize_dtype(column.dtype) != "float64":
        return column
    dtype = keras.config.floatx()
    return column.astype(dtype) if isinstance(column, np.ndarray) else keras.ops.cast(column, dtype)


def _check_number(columns, given):
    if given > len(columns):
        raise ValueError(
            f"The model learns from {len(columns)} column(s), {', '.join(columns)}; got {given} of them."
        )


def _check_names(columns, given):
    if unknown := sorted(set(given) - set(columns)):
        raise ValueError(
            f"The model has no column {', '.join(map(repr, unknown))}; it learns from {', '.join(columns)}."
        )


class Checks:
    """Checks of every batch of a dataset, made where it is read: beside the training steps, not in them.

    An error that a pipeline of TensorFlow meets becomes one of its own, of many lines. As a context, this
    raises the error that was meant.

    Args:
        check: raises a ValueError on a batch of NumPy arrays that does not suit the model.
    """

    def __init__(self, check: Callable[[Any], None]):
        self.check = check
        self.error = None

    def __call__(self, batch: Any) -> None:
        """Check a batch of NumPy arrays."""
        try:
            self.check(batch)
        except ValueError as error:
            self.error = ValueError(f"In a batch of the dataset: {error}")
            raise self.error from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.error is not None:
            raise self.error from self.error.__cause__


def of_dataset(x: Any, count: int, checks: Checks) -> tuple[Any, Any]:
    """The first batch of a dataset as NumPy arrays, and the dataset of training steps of `count` batches.

    Args:
        x: a `tf.data.Dataset` or `keras.utils.PyDataset` of batches.
        count: batches of a training step.
        checks: called on the first batch, and on each one as it is read.

    Raises:
        ValueError: if `x` is neither, or is empty, or the first batch does not pass.
    """
    if isinstance(x, keras.utils.PyDataset):
        first = _to_numpy(x[0])
        checks(first)
        return first, StepBatches(x, count, checks)
    if not hasattr(x, "rebatch"):  # which a tf.data.Dataset has
        raise ValueError(
            "x must be a NumPy array, a dictionary of arrays, a tf.data.Dataset or a "
            f"keras.utils.PyDataset, got {type(x)}."
        )
    first = next(iter(x), None)
    if first is None:
        raise ValueError("x is an empty tf.data.Dataset; it must yield batches.")
    first = _to_numpy(first)
    checks(first)
    size = len(keras.tree.flatten(first)[0])
    x = _checked(x, checks)
    return first, _join(x, count, size) if count > 1 else x


class Batches(keras.utils.PyDataset):
    """Shuffled, whole batches of NumPy arrays. The incomplete one at the end of an epoch is left out.

    An incomplete batch would be a poor estimate of batch statistics and another shape to compile for.
    An order depends only on `seed` and its number, so that a run can be repeated and resumed.

    Args:
        columns: name to array, whose rows are examples; a batch is a dictionary of rows of each.
        batch_size: rows per batch.
        shuffle: whether to draw an order for each epoch.
        seed: seed of the orders.
        aligned: whether rows of the same index belong together. If not, every array has an order of its own;
            an epoch goes through the longest, and a shorter one begins again, in another order, when it ends.
        process: `(count, index)`: number of equal parts of each batch, and the one to take.

    Raises:
        ValueError: if aligned arrays differ in length, or one is empty or all are shorter than a batch.
    """

    def __init__(self, columns, batch_size, shuffle=True, seed=0, aligned=True, process=(1, 0)):
        super().__init__()
        lengths = sorted({len(array) for array in columns.values()})
        if aligned and len(lengths) != 1:
            raise ValueError(f"{' and '.join(columns)} must be equally many, got {lengths}.")
        if not (lengths[0] >= 1 and 1 <= batch_size <= lengths[-1]):
            raise ValueError(
                f"One training step consumes {batch_size} examples (batch_size times the updates of the "
                f"busiest player), and the data has {' and '.join(map(str, lengths))}."
            )
        self.columns = columns
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self.first = 0
        self.aligned = aligned
        self.process = process
        self.length = lengths[-1]
        self.begin(0)

    def __len__(self):
        return self.length // self.batch_size - self.first

    def __getitem__(self, index):
        count, part = self.process
        size = self.batch_size // count
        start = (self.first + index) * self.batch_size + part * size
        rows = slice(start, start + size)
        columns = zip(self.columns.items(), self.orders, strict=True)
        # Keras reads a tuple as (x, y, sample_weight): the whole batch is its x.
        return ({name: array[order[rows]] for (name, array), order in columns},)

    def skip(self, first):
        """Leave out the first batches of each epoch, `first` of them."""
        self.first = 0
        if not 0 <= first < len(self):
            raise ValueError(f"initial_step must be from 0 to {len(self) - 1}, got {first}.")
        self.first = first

    def begin(self, number):
        """Draw the order of this number, for the next epoch."""
        if self.aligned:
            order = self._order(self.length, np.random.default_rng((self.seed, number)))
            self.orders = [order] * len(self.columns)
            return
        self.orders = []
        for position, array in enumerate(self.columns.values()):
            rng = np.random.default_rng((self.seed, number, position))
            rounds = -(-self.length // len(array))
            order = np.concatenate([self._order(len(array), rng) for _ in range(rounds)])
            self.orders.append(order[: self.length])

    def _order(self, length, rng):
        order = np.arange(length)
        if self.shuffle:
            rng.shuffle(order)
        return order


class StepBatches(keras.utils.PyDataset):
    """A `PyDataset` whose batches are `count` of another's, checked and joined for a training step."""

    def __init__(self, batches, count, checks):
        super().__init__(batches.workers, batches.use_multiprocessing, batches.max_queue_size)
        self.batches = batches
        self.count = count
        self.checks = checks

    @property
    def num_batches(self):
        count = self.batches.num_batches
        return None if count is None else count // self.count

    def __getitem__(self, index):
        first = index * self.count
        parts = [as_tuple(self.batches[first + i]) for i in range(self.count)]
        for part in parts:
            self.checks(keras.tree.map_structure(np.asarray, part))
        return keras.tree.map_structure(lambda *columns: np.concatenate(columns), *parts)

    def on_epoch_begin(self):
        self.batches.on_epoch_begin()

    def on_epoch_end(self):
        self.batches.on_epoch_end()


def _checked(dataset, checks):
    """A `tf.data.Dataset` whose batches are checked as they are read, ahead of the steps."""
    import tensorflow as tf

    def check(*arrays):
        checks(tf.nest.pack_sequence_as(dataset.element_spec, arrays))
        return True

    def checked(*batch):
        batch = batch if len(batch) > 1 else batch[0]
        passed = tf.numpy_function(check, tf.nest.flatten(batch), tf.bool)
        with tf.control_dependencies([passed]):
            return tf.nest.map_structure(tf.identity, batch)

    return dataset.map(checked).prefetch(2)


def _join(dataset, count, batch_size):
    """Join every `count` batches of a `tf.data.Dataset` into those of one training step."""
    import tensorflow as tf

    joined = dataset.rebatch(count * batch_size, drop_remainder=True)
    steps = int(dataset.cardinality()) // count
    equally_large = all(spec.shape[0] for spec in tf.nest.flatten(dataset.element_spec))
    if steps > 0 and equally_large:  # Then their number is known, which Keras wants.
        joined = joined.apply(tf.data.experimental.assert_cardinality(steps))
    return joined


def _to_numpy(batch):
    return keras.tree.map_structure(np.asarray, as_tuple(batch))


def as_tuple(data: Any) -> tuple:
    """`data` as a tuple: `(images,)` of images alone."""
    return tuple(data) if isinstance(data, (tuple, list)) else (data,)
