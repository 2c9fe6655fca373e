"""Translation by networks of one pixel, which can be computed by hand."""

import keras
import numpy as np

from keras_gan import Pix2Pix

SHAPE = (8, 8, 1)


@keras.saving.register_keras_serializable("tests")
class Counted(keras.layers.Conv2D):
    """A convolution that counts its calls, in Python."""

    calls = 0

    def call(self, inputs):
        self.calls += 1
        return super().call(inputs)


def linear(weights, bias):
    """A network of one pixel: sum of weights times channels, plus bias."""
    layer = Counted(1, 1)
    network = keras.Sequential([keras.Input((None, None, len(weights))), layer])
    layer.set_weights([np.float32(weights).reshape(1, 1, -1, 1), np.float32([bias])])
    return network


def make(kind, **kwargs):
    """Generators x / 2 and x / 4 + 0.1, critics 2 x + 0.3 and 0.3 - x (of a pair, x - 2 y + 0.1)."""
    if kind is Pix2Pix:
        parts = [linear([0.5], 0.0), linear([1.0, -2.0], 0.1)]
    else:
        critics = linear([2.0], 0.3), linear([-1.0], 0.3)
        parts = [linear([0.5], 0.0), linear([0.25], 0.1), *critics]
    return kind(*parts, image_shape=SHAPE, seed=0, **{"jittered": False, **kwargs})
