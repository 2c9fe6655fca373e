"""The claims of docs/theory about discriminators, on smaller budgets."""

import numpy as np
import pytest

from tools.studies import theory


def test_integrals_of_gaussians():
    """KL is d^2 / 2, Pearson e^(d^2) - 1, total variation 2 Phi(d / 2) - 1; hinge means the last."""
    assert theory.integral("kl", 1.0) == pytest.approx(0.5, rel=1e-4)
    assert theory.integral("pearson", 1.0) == pytest.approx(np.e - 1, rel=1e-3)
    assert theory.integral("total_variation", 1.0) == pytest.approx(0.38292, rel=1e-3)
    assert theory.integral("hinge", 1.0) == pytest.approx(0.38292, rel=1e-3)
    assert theory.integral("jensen_shannon", 1.0) == pytest.approx(
        2 * theory.integral("minimax", 1.0), rel=1e-4
    )


@pytest.mark.slow
@pytest.mark.parametrize(("name", "tolerance"), [("minimax", 0.05), ("kl", 0.1)])
def test_trained_discriminator_measures_the_divergence(name, tolerance):
    estimate = theory.gaussian_estimate(name, steps=400, size=50_000)
    assert estimate == pytest.approx(theory.integral(name, 1.0), rel=tolerance)


@pytest.mark.slow
def test_js_is_blind_to_the_distance_of_lines():
    for distance in (0.5, 5.0):
        row = theory.line_estimate("minimax", distance, steps=400)
        assert row["estimate"] == pytest.approx(np.log(2), rel=0.03)
        assert abs(row["slope"]) < 0.05


@pytest.mark.slow
def test_a_penalized_critic_sees_the_distance_of_lines():
    for distance in (0.5, 3.0):
        row = theory.line_estimate("wgan_gp", distance, steps=400)
        assert row["estimate"] == pytest.approx(distance, rel=0.1)
        assert row["slope"] == pytest.approx(1.0, abs=0.1)
        assert row["gradient_norm"] == pytest.approx(1.0, abs=0.1)
