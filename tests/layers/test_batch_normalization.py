"""Batch normalization against its definition, and against Keras's own layer."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.layers import BatchNormalization


def built(shape, **kwargs):
    layer = BatchNormalization(momentum=0.9, epsilon=1e-2, **kwargs)
    layer.build(shape)
    layer.gamma.assign([2.0, 1.0, -1.0])
    layer.beta.assign([0.5, 0.0, 1.0])
    return layer


@pytest.mark.parametrize("shape", [(6, 3), (2, 4, 5, 3)])
def test_training_and_inference_follow_the_definition(rng, shape):
    layer = built((None, *shape[1:]))
    inputs = rng.normal(3.0, 2.0, shape).astype("float32")
    axes = tuple(range(len(shape) - 1))
    mean, variance = inputs.mean(axes), inputs.var(axes)
    outputs = layer(inputs, training=True)
    expected = (inputs - mean) / np.sqrt(variance + 1e-2) * [2.0, 1.0, -1.0] + [0.5, 0.0, 1.0]
    np.testing.assert_allclose(ops.convert_to_numpy(outputs), expected, atol=1e-5)
    averages = [ops.convert_to_numpy(v) for v in (layer.moving_mean, layer.moving_variance)]
    np.testing.assert_allclose(averages[0], 0.1 * mean, rtol=1e-5)
    np.testing.assert_allclose(averages[1], 0.9 + 0.1 * variance, rtol=1e-5)
    outputs = layer(inputs, training=False)
    expected = (inputs - averages[0]) / np.sqrt(averages[1] + 1e-2) * [2.0, 1.0, -1.0] + [
        0.5,
        0.0,
        1.0,
    ]
    np.testing.assert_allclose(ops.convert_to_numpy(outputs), expected, atol=1e-5)


def test_mixed_precision_and_a_layer_that_is_frozen(rng):
    inputs = rng.normal(3.0, 2.0, (4, 2, 2, 3)).astype("float32")
    exact = ops.convert_to_numpy(built((None, 2, 2, 3))(inputs, training=True))
    rounded = built((None, 2, 2, 3), dtype="mixed_bfloat16")(inputs, training=True)
    assert keras.backend.standardize_dtype(rounded.dtype) == "bfloat16"
    rounded = ops.convert_to_numpy(ops.cast(rounded, "float32"))
    np.testing.assert_allclose(rounded, exact, atol=0.05)
    frozen = built((None, 2, 2, 3), trainable=False)
    frozen(inputs, training=True)
    assert not ops.convert_to_numpy(frozen.moving_mean).any()


def test_configs_hold_what_older_versions_of_keras_know():
    config = built((None, 3)).get_config()
    assert BatchNormalization.from_config(config).get_config() == config
    assert {"momentum", "epsilon", "gamma_initializer"} <= set(config) <= {
        "name", "trainable", "dtype", "momentum", "epsilon", "gamma_initializer"
    }  # fmt: skip


def test_without_scale_and_shift(rng):
    layer = BatchNormalization(momentum=0.9, epsilon=1e-2, affine=False)
    inputs = rng.normal(3.0, 2.0, (2, 4, 5, 3)).astype("float32")
    outputs = ops.convert_to_numpy(layer(inputs, training=True))
    assert layer.trainable_weights == []
    axes = (0, 1, 2)
    expected = (inputs - inputs.mean(axes)) / np.sqrt(inputs.var(axes) + 1e-2)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
    layer = BatchNormalization.from_config(layer.get_config())
    layer.build(inputs.shape)
    assert layer.trainable_weights == []
