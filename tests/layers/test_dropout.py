"""Dropout: what is kept, how much of it, and when."""

import keras
import numpy as np
import pytest

from keras_gan.layers import Dropout


def test_keeps_the_mean_and_only_trains(rng):
    layer, x = Dropout(0.3, seed=0), rng.uniform(1.0, 2.0, (400, 50)).astype("float32")
    once, again = (keras.ops.convert_to_numpy(layer(x, training=True)) for _ in "ab")
    kept = once != 0.0
    np.testing.assert_allclose(once[kept], x[kept] / 0.7, rtol=1e-5)
    assert kept.mean() == pytest.approx(0.7, abs=0.01)
    assert once.mean() == pytest.approx(x.mean(), rel=0.02)
    assert (kept != (again != 0.0)).mean() == pytest.approx(2 * 0.3 * 0.7, abs=0.02)
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_array_equal(Dropout(0.0)(x, training=True), x)
