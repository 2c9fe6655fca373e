"""Instance normalization against its definition, and its gradients against those of that in float64."""

from functools import partial

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import BatchNormalization, InstanceNormalization

to_numpy = ops.convert_to_numpy


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("num", [1, 3])
def test_definition(rng, num, training):
    layer = InstanceNormalization(epsilon=1e-2)
    layer.build((None, 6, 5, 2))
    layer.gamma.assign([2.0, -1.0])
    layer.beta.assign([0.5, 0.0])
    inputs = rng.normal(3.0, 2.0, (num, 6, 5, 2)).astype("float32")
    mean, variance = (f(axis=(1, 2), keepdims=True) for f in (inputs.mean, inputs.var))
    expected = (inputs - mean) / np.sqrt(variance + 1e-2) * [2.0, -1.0] + [0.5, 0.0]
    np.testing.assert_allclose(to_numpy(layer(inputs, training=training)), expected, atol=1e-5)
    rounded = InstanceNormalization(epsilon=1e-2, dtype="mixed_bfloat16")
    rounded.build((None, 6, 5, 2))
    rounded.set_weights(layer.get_weights())
    outputs = rounded(inputs, training=training)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    np.testing.assert_allclose(to_numpy(ops.cast(outputs, "float32")), expected, atol=0.05)


@pytest.mark.tensorflow
def test_no_branch_is_left_for_xla():
    """It failed on the gradient of one, for minibatches whose number nobody knows."""
    import tensorflow as tf

    layer = InstanceNormalization()
    layer.build((None, 4, 4, 3))
    slopes = tf.function(lambda x: backend.gradient(lambda x: layer(x, training=True), x))
    graph = slopes.get_concrete_function(tf.TensorSpec((None, 4, 4, 3))).graph
    kinds = {op.type for op in graph.get_operations()}
    assert "FusedBatchNormV3" in kinds and not kinds & {"If", "StatelessIf"}


def test_without_scale_and_shift(rng):
    layer = InstanceNormalization(center=False, scale=False)
    inputs = rng.normal(3.0, 2.0, (2, 4, 4, 3)).astype("float32")
    assert not layer.weights
    outputs = to_numpy(layer(inputs, training=True))
    np.testing.assert_allclose(outputs.mean(axis=(1, 2)), 0.0, atol=1e-5)
    np.testing.assert_allclose(outputs.var(axis=(1, 2)), 1.0, atol=1e-3)
    config = layer.get_config()
    assert InstanceNormalization.from_config(config).get_config() == config


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", ["instances", "instance", "batch"])
def test_gradients_of_gradients_are_those_of_the_definition(rng, kind):
    """Of a penalty on the slope of what a layer feeds; TensorFlow's own are off by a percent."""
    inputs, kernel = rng.normal(size=(3, 6, 6, 2)), rng.normal(size=(2, 2))
    inputs = inputs[:1] if kind == "instance" else inputs
    axes = (0, 1, 2) if kind == "batch" else (1, 2)
    made = InstanceNormalization if kind != "batch" else BatchNormalization
    layer = made(epsilon=1e-2)
    layer.build((None, 6, 6, 2))
    layer.gamma.assign([2.0, -1.0])
    layer.beta.assign([0.5, 0.3])

    def exact(hidden):
        mean, variance = ops.moments(hidden, axes, keepdims=True)
        scaled = (hidden - mean) / ops.sqrt(variance + 1e-2)
        return scaled * np.array([2.0, -1.0]) + np.array([0.5, 0.3])

    def penalty(normalize, kernel, inputs):
        def logits(x):
            return ops.sum(ops.square(ops.tanh(normalize(ops.matmul(x, kernel)))))

        return ops.sum(ops.square(backend.gradient(logits, inputs)))

    def differences(kernel, step=1e-4):
        """The gradient by central differences, in float64."""
        slopes = np.zeros_like(kernel)
        for index in np.ndindex(kernel.shape):
            ends = []
            for sign in (1.0, -1.0):
                moved = kernel.copy()
                moved[index] += sign * step
                tensors = (ops.convert_to_tensor(array, "float64") for array in (moved, inputs))
                ends.append(float(penalty(exact, *tensors)))
            slopes[index] = (ends[0] - ends[1]) / (2.0 * step)
        return slopes

    single = ops.convert_to_tensor(inputs, "float32")
    found = backend.gradient(
        lambda kernel: penalty(partial(layer, training=True), kernel, single),
        ops.convert_to_tensor(kernel, "float32"),
    )
    expected = differences(kernel)
    np.testing.assert_allclose(to_numpy(found), expected, atol=1e-3 * np.abs(expected).max())
