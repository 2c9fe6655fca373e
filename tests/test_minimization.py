"""Minimization by L-BFGS: where it ends."""

import numpy as np
import pytest
from keras import ops

from keras_gan.minimization import minimize


def scaled(factor):
    """`factor` times the squared distance from 1, and its slope."""
    return lambda x: (factor * ops.sum(ops.square(x - 1.0)), 2.0 * factor * (x - 1.0))


def test_the_minimum_is_found_within_bounds():
    start = np.zeros((2, 3), np.float32)
    np.testing.assert_allclose(minimize(scaled(1.0), start, 20).x, 1.0, atol=1e-4)
    np.testing.assert_allclose(minimize(scaled(1.0), start, 20, bounds=(-0.5, 0.5)).x, 0.5)
    assert minimize(scaled(1.0), start, 20, enough=100.0).fun == pytest.approx(0.0, abs=6.0)


def test_small_slopes_end_the_search_unless_it_is_told_otherwise():
    """As those of a mean over all numbers of an image are."""
    start = np.zeros((1000,), np.float32)
    assert (minimize(scaled(1e-6), start, 20).x == 0.0).all()
    np.testing.assert_allclose(minimize(scaled(1e-6), start, 20, slope=0.0).x, 1.0, atol=0.05)
