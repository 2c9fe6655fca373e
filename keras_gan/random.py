"""Random numbers for a minibatch, the same on any number of replicas."""

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
    """Numbers for the examples of a replica, no two replicas the same.

    Replicas share the state of `seed`: together they draw for the global batch, and each takes its part, so
    that N replicas compute what one device would.

    Args:
        distribution: `keras.random.normal` or one like it.
        shape: (n, ...), n being the examples of this replica.
        seed: the random state.
        **kwargs: further arguments of the distribution.
    """
    count, index = backend.replicas()
    num = shape[0]
    numbers = distribution((count * num, *shape[1:]), seed=seed, **kwargs)
    return numbers[index * num : (index + 1) * num]
