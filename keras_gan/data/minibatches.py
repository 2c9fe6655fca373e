"""Whole minibatches for a game: arrays or datasets in, one turn's examples out."""

import keras
import numpy as np


class Minibatches(keras.utils.PyDataset):
    """Shuffled, whole minibatches of NumPy arrays. The incomplete one at the end of an epoch is left out.

    An incomplete minibatch would be a poor estimate of batch statistics and another shape to compile for.
    The order of an epoch depends only on `seed` and the epoch, so that a run can be repeated and resumed.

    Args:
        arrays: arrays with equal first dimensions; a minibatch is a tuple of their rows.
        batch_size: rows per minibatch.
        shuffle: whether to draw a new order for each epoch.
        seed: seed of the orders.
        epoch: the first epoch.

    Raises:
        ValueError: if the arrays differ in length or are shorter than one minibatch.
    """

    def __init__(self, arrays, batch_size, shuffle=True, seed=0, epoch=0):
        super().__init__()
        lengths = sorted({len(array) for array in arrays})
        if len(lengths) != 1:
            raise ValueError(f"Examples and labels must be equally many, got {lengths}.")
        if not 1 <= batch_size <= lengths[0]:
            raise ValueError(
                f"One turn consumes {batch_size} examples (batch_size times the moves of the busiest "
                f"player), and the data has {lengths[0]}."
            )
        self.arrays = arrays
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self.epoch = epoch
        self._draw_order()

    def __len__(self):
        return len(self.arrays[0]) // self.batch_size

    def __getitem__(self, index):
        rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return tuple(array[rows] for array in self.arrays)

    def on_epoch_end(self):
        self.epoch += 1
        self._draw_order()

    def _draw_order(self):
        self.order = np.arange(len(self.arrays[0]))
        if self.shuffle:
            np.random.default_rng((self.seed, self.epoch)).shuffle(self.order)


class Turns(keras.utils.PyDataset):
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
