"""Random numbers for a batch, the same for any number of replicas."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_gan import backend


def draw(
    distribution: Callable[..., Any],
    shape: Sequence[Any],
    seed: keras.random.SeedGenerator,
    **kwargs: Any,
):
    """Random numbers for the examples of a replica, different on each replica.

    All replicas draw the numbers of the global batch from the same state of `seed`, and each takes its part:
    N replicas get the very numbers of one device.

    Args:
        distribution: `keras.random.normal` or another function of `keras.random` with its arguments.
        shape: (n, ...), where n is the number of examples of this replica.
        seed: the random state.
        **kwargs: further arguments of the distribution.

    Returns:
        A tensor of this shape.
    """
    count, index = backend.replicas()
    num = shape[0]
    numbers = distribution((count * num, *shape[1:]), seed=seed, **kwargs)
    return numbers[index * num : (index + 1) * num]
