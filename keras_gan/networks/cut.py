"""Heads of CUT (Park et al. 2020, section 3.2): features of patches to vectors that are compared."""

from collections.abc import Sequence

import keras
from keras import layers

from keras_gan.layers import UnitLength


def heads(channels: Sequence[int], width: int = 256) -> keras.Model:
    """Heads: for each layer a network of two, with a ReLU between them, and a vector of length 1.

    With 3, 128, 256, 256 and 256 channels they have 560,384 parameters, as in the authors' code, whose
    initialization they have: normal of Glorot and Bengio 2010 with a gain of 0.02.

    Args:
        channels: channels of the layers.
        width: width of both layers of a head; 256 in the paper.

    Returns:
        A model from a list of features (n, places, channels), one for each layer, to a list of
        (n, places, width) in float32.
    """
    inputs = [keras.Input((None, each)) for each in channels]
    outputs = [
        UnitLength(dtype="float32")(_dense(width)(layers.ReLU()(_dense(width)(each))))
        for each in inputs
    ]
    return keras.Model(inputs, outputs, name="heads")


def _dense(width):
    glorot = keras.initializers.VarianceScaling(0.02**2, "fan_avg", "untruncated_normal")
    return layers.Dense(width, kernel_initializer=glorot)
