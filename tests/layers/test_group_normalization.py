"""Group normalization: its values, and first and second derivatives."""

from contextlib import nullcontext

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import GroupNormalization


@pytest.fixture
def float64():
    """A scope in which both backends compute in float64."""
    if keras.backend.backend() != "jax":
        return nullcontext()
    import jax

    return jax.enable_x64(True)


def test_it_is_keras_group_normalization(rng):
    images = np.float32(rng.normal(2.0, 3.0, (3, 4, 5, 6)))
    own, theirs = GroupNormalization(3), keras.layers.GroupNormalization(3, epsilon=1e-5)
    for layer in (own, theirs):
        layer.build(images.shape)
    weights = [np.float32(rng.normal(size=6)) for _ in range(2)]
    own.set_weights(weights)
    theirs.set_weights(weights)
    found, expected = (ops.convert_to_numpy(layer(images)) for layer in (own, theirs))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_derivatives_of_the_first_and_second_order_are_exact(rng, float64):
    """Against central differences in float64, along a direction."""
    with float64:
        layer = GroupNormalization(2, dtype="float64")
        layer.build((2, 3, 3, 4))
        x, along, weights = (rng.normal(size=(2, 3, 3, 4)) for _ in range(3))
        direction = rng.normal(size=x.shape)
        loss = lambda x: weights * ops.softplus(layer(x))  # noqa: E731
        slope = lambda x: along * backend.gradient(loss, x)  # noqa: E731
        for function in (loss, slope):
            value = lambda x: ops.convert_to_numpy(function(ops.convert_to_tensor(x))).sum()  # noqa: B023, E731
            difference = (value(x + 1e-5 * direction) - value(x - 1e-5 * direction)) / 2e-5
            exact = backend.gradient(function, ops.convert_to_tensor(x))
            exact = (ops.convert_to_numpy(exact) * direction).sum()
            assert exact == pytest.approx(difference, rel=1e-6)


def test_groups_that_do_not_divide_the_channels_are_refused():
    with pytest.raises(ValueError, match="divide the 6 channels, got 4"):
        GroupNormalization(4).build((None, 6))
