"""Reflection padding against NumPy's."""

import keras
import numpy as np
import pytest

from keras_gan.layers import ReflectionPadding2D


@pytest.mark.parametrize("padding", [1, 3])
def test_pads_as_numpy_does(padding, rng):
    images = rng.normal(size=(2, 5, 4, 3)).astype("float32")
    sides = (padding, padding)
    expected = np.pad(images, ((0, 0), sides, sides, (0, 0)), mode="reflect")
    layer = ReflectionPadding2D(padding)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(layer(images)), expected)
    assert layer.compute_output_shape((None, 5, None, 3)) == (None, 5 + 2 * padding, None, 3)


def test_survives_saving():
    config = keras.saving.serialize_keras_object(ReflectionPadding2D(3))
    assert keras.saving.deserialize_keras_object(config).padding == 3


def test_padding_is_refused_where_it_makes_no_sense():
    with pytest.raises(ValueError, match="at least 1 pixel, got 0"):
        ReflectionPadding2D(0)
