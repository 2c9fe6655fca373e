"""Whole minibatches for a game: arrays or datasets in, one turn's examples out."""

import keras
import numpy as np


class Minibatches(keras.utils.PyDataset):
    """Shuffled, whole minibatches of NumPy arrays. The incomplete one at the end of an epoch is left out.

    An incomplete minibatch would be a poor estimate of batch statistics and another shape to compile for.
    The order of an epoch depends only on `seed` and the epoch, so that a run can be repeated and resumed.

    Args:
        arrays: arrays whose rows are examples; a minibatch is a tuple of rows of each.
        batch_size: rows per minibatch.
        shuffle: whether to draw a new order for each epoch.
        seed: seed of the orders.
        aligned: whether rows of the same index belong together. If not, every array has an order of its own;
            an epoch goes through the longest, and a shorter one begins again, in another order, when it ends.
        process: `(count, index)`: which of how many equal parts of each minibatch to take.

    Raises:
        ValueError: if aligned arrays differ in length, or one is empty or all are shorter than a minibatch.
    """

    def __init__(self, arrays, batch_size, shuffle=True, seed=0, aligned=True, process=(1, 0)):
        super().__init__()
        lengths = sorted({len(array) for array in arrays})
        if aligned and len(lengths) != 1:
            raise ValueError(f"Examples and labels must be equally many, got {lengths}.")
        if not (lengths[0] >= 1 and 1 <= batch_size <= lengths[-1]):
            raise ValueError(
                f"One turn consumes {batch_size} examples (batch_size times the moves of the busiest "
                f"player), and the data has {' and '.join(map(str, lengths))}."
            )
        self.arrays = arrays
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
        return tuple(
            array[order[rows]] for array, order in zip(self.arrays, self.orders, strict=True)
        )

    def skip(self, first):
        """Leaves out so many minibatches at the beginning of each epoch."""
        self.first = 0
        if not 0 <= first < len(self):
            raise ValueError(f"initial_step must be from 0 to {len(self) - 1}, got {first}.")
        self.first = first

    def begin(self, epoch):
        """Draws the order of an epoch."""
        if self.aligned:
            order = self._order(self.length, np.random.default_rng((self.seed, epoch)))
            self.orders = [order] * len(self.arrays)
            return
        self.orders = []
        for position, array in enumerate(self.arrays):
            rng = np.random.default_rng((self.seed, epoch, position))
            rounds = -(-self.length // len(array))
            order = np.concatenate([self._order(len(array), rng) for _ in range(rounds)])
            self.orders.append(order[: self.length])

    def _order(self, length, rng):
        order = np.arange(length)
        if self.shuffle:
            rng.shuffle(order)
        return order


class Steps(keras.utils.PyDataset):
    """Joins every `count` minibatches of another `PyDataset` into the examples of one turn."""

    def __init__(self, minibatches, count):
        super().__init__()
        self.minibatches = minibatches
        self.count = count

    def __len__(self):
        return len(self.minibatches) // self.count

    def __getitem__(self, index):
        first = index * self.count
        parts = [as_tuple(self.minibatches[first + i]) for i in range(self.count)]
        return tuple(np.concatenate(columns) for columns in zip(*parts, strict=True))

    def on_epoch_end(self):
        self.minibatches.on_epoch_end()


def join(dataset, count, batch_size):
    """Joins every `count` minibatches of a `tf.data.Dataset` into the examples of one turn."""
    import tensorflow as tf

    joined = dataset.rebatch(count * batch_size, drop_remainder=True)
    turns = int(dataset.cardinality()) // count
    equally_large = all(spec.shape[0] for spec in tf.nest.flatten(dataset.element_spec))
    if turns > 0 and equally_large:  # Then their number is known, which Keras wants.
        joined = joined.apply(tf.data.experimental.assert_cardinality(turns))
    return joined


def as_tuple(data):
    """`data` as a tuple: `(images,)` of images alone."""
    return tuple(data) if isinstance(data, (tuple, list)) else (data,)
