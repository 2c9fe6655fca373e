"""Maxout against its definition in NumPy."""

import keras
import numpy as np
import pytest

from keras_gan.layers import Maxout


@pytest.mark.parametrize("shape", [(4, 3), (2, 5, 3)])
def test_maxout_is_the_largest_affine_piece(shape, rng):
    layer = Maxout(units=2, pieces=3)
    layer.build(shape)
    kernel, bias = rng.normal(size=(3, 6)), rng.normal(size=6)
    layer.set_weights([kernel, bias])
    inputs = rng.normal(size=shape).astype("float32")
    pieces = (inputs @ kernel + bias).reshape(*shape[:-1], 2, 3)
    outputs = keras.ops.convert_to_numpy(layer(inputs))
    np.testing.assert_allclose(outputs, pieces.max(axis=-1), rtol=1e-5, atol=1e-6)
    assert layer.compute_output_shape(shape) == outputs.shape


def test_maxout_serialises(rng):
    layer = Maxout(2, 3, keras.initializers.RandomUniform(-0.1, 0.1))
    copy = Maxout.from_config(layer.get_config())
    assert (copy.units, copy.pieces) == (2, 3)
    assert copy.kernel_initializer.get_config()["maxval"] == 0.1
