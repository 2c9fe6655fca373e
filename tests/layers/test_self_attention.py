"""Self-attention against a loop over places."""

import numpy as np
import pytest
from keras import ops

from keras_gan.layers import SelfAttention


def numpy(x):
    return ops.convert_to_numpy(x)


def test_a_place_sees_the_others_by_its_query(rng):
    layer, x = SelfAttention(), rng.normal(size=(2, 4, 6, 16)).astype("float32")
    np.testing.assert_array_equal(numpy(layer(x)), x)  # gamma is 0 at first
    layer.gamma.assign(0.5)
    names = ("query", "key", "value", "output_map")
    maps = [numpy(getattr(layer, name).normalized_kernel())[0, 0] for name in names]
    outputs = numpy(layer(x))
    for image, output in zip(x, outputs, strict=True):
        query, key, value = (image @ kernel for kernel in maps[:3])
        pooled = [
            np.array([m[i : i + 2, j : j + 2].max(axis=(0, 1)) for i in (0, 2) for j in (0, 2, 4)])
            for m in (key, value)
        ]
        for i in range(4):
            for j in range(6):
                weights = np.exp(pooled[0] @ query[i, j])
                mixed = (weights / weights.sum()) @ pooled[1]
                expected = image[i, j] + 0.5 * mixed @ maps[3]
                np.testing.assert_allclose(output[i, j], expected, rtol=1e-4, atol=1e-5)


def test_too_few_channels_are_refused():
    with pytest.raises(ValueError, match="at least 8 channels"):
        SelfAttention()(np.zeros((1, 4, 4, 4)))
