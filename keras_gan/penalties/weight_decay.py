"""Weight decay as a term of the loss."""

from typing import Any

import keras
from keras import ops


def squared_weights(*networks: keras.Model) -> Any:
    """Half the sum of the squares of all trained weights of some networks: a scalar.

    Times a rate it is the L2 decay of older code, whose gradient Adam scales with the others; Keras's own
    `weight_decay` is apart from that (Loshchilov and Hutter 2019).
    """
    weights = [weight for network in networks for weight in network.trainable_weights]
    return sum(ops.sum(ops.square(weight)) for weight in weights) / 2.0
