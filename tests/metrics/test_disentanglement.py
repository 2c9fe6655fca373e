"""The disentanglement metric of codes that are known, and its classifier beside scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from keras_gan.metrics import disentanglement
from keras_gan.metrics.disentanglement import softmax_regression

COUNTS = (8, 8, 8)


def test_a_code_of_the_factors_themselves_is_perfect():
    metric = disentanglement(lambda images: images.astype(float), lambda f: f, COUNTS, 300, 20)
    assert metric.value == 1.0
    assert metric.name == "disentanglement[linear,150]"


def test_noise_is_at_chance():
    rng = np.random.default_rng(0)
    encode = lambda images: rng.normal(size=(len(images), 3))  # noqa: E731
    metric = disentanglement(encode, lambda f: f, COUNTS, 1200, 10)
    assert metric.interval[0] < 1 / 3 < metric.interval[1]


def test_a_code_that_mixes_all_factors_alike_is_at_chance():
    mixed = lambda images: images @ np.ones((3, 3))  # noqa: E731
    assert disentanglement(mixed, lambda f: f, COUNTS, 1200, 10).value < 0.42


def test_the_classifier_is_scikit_learns(rng):
    inputs, classes = rng.normal(size=(200, 4)), rng.integers(0, 3, 200)
    inputs[:, 0] += classes
    weights = softmax_regression(inputs, classes)
    reference = LogisticRegression(tol=1e-10, max_iter=10_000).fit(inputs, classes)
    expected = np.r_[reference.coef_.T, reference.intercept_[None]]
    centered = lambda w: w - w.mean(axis=1, keepdims=True)  # noqa: E731
    np.testing.assert_allclose(centered(weights), centered(expected), atol=1e-3)


@pytest.mark.parametrize(("counts", "points"), [((8, 1), 100), ((8, 8), 10)])
def test_too_little_is_refused(counts, points):
    with pytest.raises(ValueError, match="two factors that vary and 10 points"):
        disentanglement(lambda x: x, lambda f: f, counts, points)
