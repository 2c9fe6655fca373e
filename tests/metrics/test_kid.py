"""KID against its definition, term by term."""

import importlib

import numpy as np
import pytest

from keras_gan.metrics import kid, squared_mmd

kid_module = importlib.import_module("keras_gan.metrics.kid")


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


@pytest.mark.parametrize("shift", [0.0, 0.05, 0.5])
@pytest.mark.parametrize("sizes", [(60, 60), (40, 100)])
def test_standard_error_is_the_deviation_over_draws(rng, shift, sizes):
    """From one distribution, where only the second-order terms are left, to distant ones; 1,500 draws."""
    figures = [
        kid(rng.normal(size=(sizes[0], 5)), rng.normal(size=(sizes[1], 5)) + shift, features="net")
        for _ in range(1500)
    ]
    deviation = np.std([figure.value for figure in figures], ddof=1)
    errors = np.array([figure.error for figure in figures])
    ratio = np.sqrt(np.mean(errors**2)) / deviation
    assert (0.92 if shift == 0.5 else 1.0) < ratio < (1.08 if shift == 0.5 else 1.25)


def test_value_and_name_are_of_all_images(rng, monkeypatch):
    real, generated = rng.normal(size=(60, 5)), rng.normal(size=(50, 5)) + 0.5
    figure = kid(real, generated, features="net")
    assert figure.value == squared_mmd(real, generated)
    assert figure.name == "kid[net,50/60]"
    monkeypatch.setattr(kid_module, "_BLOCK", 170)  # three rows of the kernel at a time
    in_blocks = kid(real, generated, features="net")
    assert (in_blocks.value, in_blocks.error) == pytest.approx((figure.value, figure.error))


@pytest.mark.parametrize("function", [lambda x, y: kid(x, y, features="net"), squared_mmd])
def test_bad_features(function):
    with pytest.raises(ValueError, match="widths 3 and 4"):
        function(np.eye(3), np.eye(4))
    with pytest.raises(ValueError, match="generated must hold feature vectors"):
        function(np.eye(3), np.eye(3)[:1])
