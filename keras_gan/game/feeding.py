"""Feeding: arrays or datasets in, the batches of training steps out."""

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
    return {name: np.asarray(given[name]) for name in columns if name in given}


def as_batch(columns: tuple[str, ...], data: Any) -> dict[str, Any]:
    """One batch of a dataset by column: of a dictionary, a tuple or a single tensor.

    Raises:
        ValueError: on more columns than the model has, or an unknown name.
    """
    data = as_tuple(data)
    if len(data) == 1 and isinstance(data[0], dict):
        _check_names(columns, data[0])
        return {name: data[0][name] for name in columns if name in data[0]}
    data = tuple(column for column in data if column is not None)
    _check_number(columns, len(data))
    return dict(zip(columns, data, strict=False))


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


def of_dataset(x: Any, count: int) -> tuple[Any, Any]:
    """The first batch of a dataset as NumPy arrays, and the dataset of training steps of `count` batches.

    Raises:
        ValueError: if `x` is no `tf.data.Dataset` and no `keras.utils.PyDataset`, or is empty.
    """
    if isinstance(x, keras.utils.PyDataset):
        return _to_numpy(x[0]), JoinedBatches(x, count) if count > 1 else x
    if not hasattr(x, "rebatch"):  # which a tf.data.Dataset has
        raise ValueError(
            "x must be a NumPy array, a dictionary of arrays, a tf.data.Dataset or a "
            f"keras.utils.PyDataset, got {type(x)}."
        )
    first = next(iter(x), None)
    if first is None:
        raise ValueError("x is an empty tf.data.Dataset; it must yield batches.")
    first = _to_numpy(first)
    size = len(keras.tree.flatten(first)[0])
    return first, _join(x, count, size) if count > 1 else x


class Batches(keras.utils.PyDataset):
    """Shuffled, whole batches of NumPy arrays. The incomplete one at the end of an epoch is left out.

    An incomplete batch would be a poor estimate of batch statistics and another shape to compile for.
    The order of an epoch depends only on `seed` and the epoch, so that a run can be repeated and resumed.

    Args:
        columns: name to array, whose rows are examples; a batch is a dictionary of rows of each.
        batch_size: rows per batch.
        shuffle: whether to draw a new order for each epoch.
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

    def begin(self, epoch):
        """Draw the order of an epoch."""
        if self.aligned:
            order = self._order(self.length, np.random.default_rng((self.seed, epoch)))
            self.orders = [order] * len(self.columns)
            return
        self.orders = []
        for position, array in enumerate(self.columns.values()):
            rng = np.random.default_rng((self.seed, epoch, position))
            rounds = -(-self.length // len(array))
            order = np.concatenate([self._order(len(array), rng) for _ in range(rounds)])
            self.orders.append(order[: self.length])

    def _order(self, length, rng):
        order = np.arange(length)
        if self.shuffle:
            rng.shuffle(order)
        return order


class JoinedBatches(keras.utils.PyDataset):
    """A `PyDataset` whose batches are `count` of another's, joined: those of one training step."""

    def __init__(self, batches, count):
        super().__init__()
        self.batches = batches
        self.count = count

    def __len__(self):
        return len(self.batches) // self.count

    def __getitem__(self, index):
        first = index * self.count
        parts = [as_tuple(self.batches[first + i]) for i in range(self.count)]
        return keras.tree.map_structure(lambda *columns: np.concatenate(columns), *parts)

    def on_epoch_end(self):
        self.batches.on_epoch_end()


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
