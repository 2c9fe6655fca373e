"""KID against its definition, term by term."""

import numpy as np
import pytest

from keras_gan.metrics import kid, squared_mmd


def by_loops(x, y):
    """Binkowski et al. 2018, equation 4, as it is written."""
    width, m, n = x.shape[1], len(x), len(y)

    def k(a, b):
        return (sum(float(p) * float(q) for p, q in zip(a, b, strict=True)) / width + 1) ** 3

    within_x = sum(k(x[i], x[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    within_y = sum(k(y[i], y[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    between = sum(k(x[i], y[j]) for i in range(m) for j in range(n)) / (m * n)
    return within_x + within_y - 2 * between


@pytest.mark.parametrize("sizes", [(2, 2), (12, 12), (15, 9)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_squared_mmd_is_the_definition(rng, sizes, dtype):
    real, generated = (np.abs(rng.normal(size=(size, 7)) * 3).astype(dtype) for size in sizes)
    assert squared_mmd(real, generated) == pytest.approx(by_loops(real, generated), rel=1e-12)


def test_is_unbiased(rng):
    """The mean over many pairs of sets from one distribution is 0; a biased estimate is never below 0."""
    estimates = [squared_mmd(*rng.normal(size=(2, 50, 3))) for _ in range(4000)]
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates)) < 4 * error
    assert min(estimates) < 0


def test_all_in_one_subset_is_the_whole_estimate(rng):
    real, generated = rng.normal(size=(60, 5)), rng.normal(size=(60, 5)) + 0.5
    figure = kid(real, generated, features="net", subsets=3)
    assert figure.value == pytest.approx(squared_mmd(real, generated), rel=1e-12)
    assert figure.spread is None and "subsets" not in figure.definition
    assert figure.name == "kid[net,60/60]"


def test_mean_and_deviation_over_subsets(rng):
    real, generated = rng.normal(size=(300, 5)), rng.normal(size=(200, 5)) + 0.5
    figure = kid(real, generated, features="net", subsets=400, subset_size=40)
    whole = squared_mmd(real, generated)
    assert abs(figure.value - whole) < 5 * figure.spread / np.sqrt(400)
    assert 0 < figure.spread < whole
    assert figure == kid(real, generated, features="net", subsets=400, subset_size=40)
    assert (
        figure.value
        != kid(real, generated, features="net", subsets=400, subset_size=40, seed=1).value
    )


@pytest.mark.parametrize("arguments", [{"subsets": 0}, {"subset_size": 1}])
def test_bad_subsets(rng, arguments):
    with pytest.raises(ValueError, match="subsets >= 1 and subset_size >= 2"):
        kid(*rng.normal(size=(2, 9, 3)), features="net", **arguments)


@pytest.mark.parametrize("function", [lambda x, y: kid(x, y, features="net"), squared_mmd])
def test_bad_features(function):
    with pytest.raises(ValueError, match="widths 3 and 4"):
        function(np.eye(3), np.eye(4))
    with pytest.raises(ValueError, match="generated must hold feature vectors"):
        function(np.eye(3), np.eye(3)[:1])
