"""How many parameters networks have."""

import numpy as np


def parameters(network):
    """The number of trainable weights."""
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


def conv(inputs, outputs, side=3):
    """Those of a convolution with a bias."""
    return side * side * inputs * outputs + outputs
