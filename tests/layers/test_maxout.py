"""Maxout against its definition in NumPy."""

import keras
import numpy as np
import pytest
from keras import ops

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


def test_maxout_restores_its_largest_norm():
    layer = Maxout(2, 3, max_norm=1.5)
    layer.build((None, 4))
    optimizer = keras.optimizers.SGD(0.0)
    layer.affine.kernel.assign(np.full((4, 6), 3.0))
    optimizer.apply([ops.zeros((4, 6)), ops.zeros(6)], layer.trainable_variables)
    norms = np.linalg.norm(ops.convert_to_numpy(layer.affine.kernel), axis=0)
    np.testing.assert_allclose(norms, 1.5, rtol=1e-5)
