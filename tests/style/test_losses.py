"""Losses of style transfer against closed forms."""

import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.style.losses import content_loss, gram, style_loss, total_variation


def test_gram_of_constant_maps_is_the_product_of_their_values():
    features = np.broadcast_to([1.0, -2.0, 3.0], (2, 4, 5, 3)).astype("float32")
    expected = np.outer([1.0, -2.0, 3.0], [1.0, -2.0, 3.0])
    found = ops.convert_to_numpy(gram(ops.convert_to_tensor(features)))
    np.testing.assert_allclose(found, [expected, expected], rtol=1e-6)


def test_gram_does_not_depend_on_the_order_or_the_number_of_places(rng):
    features = rng.normal(size=(1, 4, 6, 3)).astype("float32")
    order = rng.permutation(24)
    shuffled = features.reshape(1, 24, 1, 3)[:, order]
    twice = np.concatenate([features, features], axis=1)
    expected = ops.convert_to_numpy(gram(ops.convert_to_tensor(features)))
    for other in (shuffled, twice):
        found = ops.convert_to_numpy(gram(ops.convert_to_tensor(other)))
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_losses_are_zero_of_the_wanted_and_one_of_nothing(rng):
    features = ops.convert_to_tensor(rng.normal(size=(1, 4, 6, 3)).astype("float32"))
    grams = gram(features)
    assert float(style_loss(grams, grams)) == float(content_loss(features, features)) == 0.0
    assert float(style_loss(ops.zeros_like(grams), grams)) == pytest.approx(1.0)
    mean = ops.mean(features, axis=(1, 2), keepdims=True) * ops.ones_like(features)
    assert float(content_loss(mean, features)) == pytest.approx(1.0)


def test_total_variation_of_a_checkerboard():
    board = np.float32(np.indices((6, 8)).sum(axis=0) % 2)[None, :, :, None]
    assert float(total_variation(ops.convert_to_tensor(board))) == pytest.approx(2.0)
    assert float(total_variation(ops.ones((1, 4, 4, 3)))) == 0.0


def test_slopes_are_those_of_finite_differences(rng):
    wanted = rng.normal(size=(1, 3, 4, 2))
    image, way = rng.normal(size=(2, 1, 3, 4, 2))
    grams = gram(ops.convert_to_tensor(wanted))

    def loss(x):
        total = style_loss(gram(x), grams) + total_variation(x)
        return total + content_loss(x, ops.convert_to_tensor(wanted))

    gradient = ops.convert_to_numpy(backend.gradient(loss, ops.convert_to_tensor(image)))
    step = 1e-5
    ends = [float(loss(ops.convert_to_tensor(image + sign * step * way))) for sign in (1, -1)]
    assert (gradient * way).sum() == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)
