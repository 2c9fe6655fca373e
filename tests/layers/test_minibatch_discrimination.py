"""Minibatch discrimination against a loop over pairs of examples."""

import keras
import numpy as np
from keras import ops

from keras_gan.layers import MinibatchDiscrimination


def test_closeness_by_hand(rng):
    layer = MinibatchDiscrimination(3, 2)
    inputs = rng.normal(size=(4, 5)).astype("float32")
    outputs = ops.convert_to_numpy(layer(inputs))
    np.testing.assert_array_equal(outputs[:, :5], inputs)
    matrices = (inputs @ ops.convert_to_numpy(layer.kernel)).reshape(4, 3, 2)
    for i in range(4):
        for b in range(3):
            closeness = sum(np.exp(-np.abs(matrices[i, b] - other[b]).sum()) for other in matrices)
            np.testing.assert_allclose(outputs[i, 5 + b], closeness, rtol=1e-5)


def test_a_collapsed_minibatch_is_as_close_as_can_be():
    outputs = MinibatchDiscrimination(3, 2)(np.ones((6, 5), "float32"))
    np.testing.assert_allclose(ops.convert_to_numpy(outputs)[:, 5:], 6.0)


def test_serialises():
    layer = MinibatchDiscrimination(3, 2, "ones")
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert restored.get_config() == layer.get_config()
    assert layer.compute_output_shape((None, 5)) == (None, 8)
