"""The numbers of a seed are Philox's, TensorFlow's, and normal."""

import numpy as np
import pytest
from scipy import stats

from keras_gan.latent import sampling


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)  # fmt: skip
def test_known_answers_of_the_authors(counter, key, expected):
    a, b, c, d = (int(word, 16) for word in counter.split())
    low, high = (int(word, 16) for word in key.split())
    counters = np.array([[a | b << 32], [c | d << 32]], np.uint64)
    words = sampling.encrypt(counters, low | high << 32)[:, 0]
    assert " ".join(f"{word:08x}" for word in words) == expected


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**40 + 7, 2**63 - 1])
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (500, 100)])
def test_they_are_the_numbers_of_tensorflow(seed, shape):
    tf = pytest.importorskip("tensorflow")
    expected = tf.raw_ops.StatelessRandomNormalV2(
        shape=shape,
        key=np.array([seed], np.uint64),
        counter=np.zeros(2, np.uint64),
        alg=1,
        dtype=tf.float64,
    )
    expected = tf.cast(expected, tf.float32).numpy()
    got = sampling.normal(seed, *shape)
    assert got.dtype == np.float32
    np.testing.assert_array_max_ulp(got, expected, maxulp=1)
    assert np.mean(got != expected) < 1e-4


def test_they_are_normal_and_independent():
    x = sampling.normal(3, 20_000, 10).astype(float)
    assert stats.kstest(x.ravel(), "norm").pvalue > 1e-3
    assert stats.kstest(np.square(x).sum(axis=1), stats.chi2(10).cdf).pvalue > 1e-3
    # A correlation of 20,000 independent pairs has the deviation 1 / sqrt(20,000) = 0.007.
    assert np.abs(np.corrcoef(x.T) - np.eye(10)).max() < 0.03
    assert np.abs(np.corrcoef(x[1:, 0], x[:-1, 0])[0, 1]) < 0.03
    # Nearby seeds are as far apart as distant ones.
    seeds = np.stack([sampling.normal(seed, 100, 10).ravel() for seed in range(50)])
    assert np.abs(np.corrcoef(seeds) - np.eye(50)).max() < 5 / np.sqrt(1000)


def test_fewer_rows_are_the_first_of_more():
    np.testing.assert_array_equal(sampling.normal(5, 9, 7)[:4], sampling.normal(5, 4, 7))
