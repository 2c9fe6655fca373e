"""f-divergences: conjugates against the numerical sup, bounds against integrals and closed forms."""

import math

import keras
import numpy as np
import pytest
from keras import ops
from scipy import integrate, optimize, stats

from keras_gan import backend, objectives
from keras_gan.objectives import DIVERGENCES, FDivergence

ALL = [(name, None) for name in DIVERGENCES]
ALL += [("weighted_jensen_shannon", 0.2), ("alpha", -1.0), ("alpha", 1.5), ("alpha", 3.0)]
EACH = pytest.mark.parametrize(("name", "parameter"), ALL)


def numbers(fn, x):
    return ops.convert_to_numpy(fn(ops.convert_to_tensor(np.asarray(x, "float32"))))


@EACH
def test_conjugate_is_the_sup(name, parameter):
    """f*(g_f(v)) = sup_u u g_f(v) - f(u), searched over log u."""
    divergence = FDivergence(name, parameter).divergence
    f = lambda u: float(numbers(divergence.f, u))  # noqa: E731
    for v in (-3.0, -1.0, -0.3, 0.0, 0.4, 1.0, 2.0):
        t = float(numbers(divergence.activation, v))
        conjugate = float(numbers(divergence.conjugate, v))
        found = optimize.minimize_scalar(
            lambda s, t=t: f(math.exp(s)) - t * math.exp(s), bounds=(-12, 7), method="bounded"
        )
        # At total variation's kink, and where the sup is at u = 0, float32 limits the search.
        assert -found.fun == pytest.approx(conjugate, rel=2e-3, abs=2e-3), v


@EACH
def test_activation_increases(name, parameter):
    """A large output means real (section 2.3 of the paper)."""
    values = numbers(FDivergence(name, parameter).divergence.activation, np.linspace(-4, 4, 50))
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize(("name", "parameter"), [case for case in ALL if case[0] != "gan"])
def test_f_is_convex_and_zero_at_one(name, parameter):
    f = FDivergence(name, parameter).divergence.f
    assert float(numbers(f, 1.0)) == pytest.approx(0.0, abs=1e-6)
    u = np.linspace(0.05, 5.0, 100)
    assert (np.diff(numbers(f, u), 2) > -1e-4).all()


# N(0, 1) against N(0.5, 1), in closed form (d = 0.5 is the distance of the means).
D2 = 0.25
CLOSED_FORMS = {
    "kl": D2 / 2,
    "reverse_kl": D2 / 2,
    "jeffrey": D2,
    "pearson": math.exp(D2) - 1,
    "neyman": math.exp(D2) - 1,
    "squared_hellinger": 2 - 2 * math.exp(-D2 / 8),
    "total_variation": 2 * stats.norm.cdf(0.25) - 1,
    "alpha": 4 * (1 - math.exp(-D2 / 8)),
}


@pytest.mark.parametrize("name", DIVERGENCES)
def test_centered_says_whether_an_undecided_discriminators_logits_are_0(name):
    """Where p = q the bound is greatest at f'(1): found on a grid of logits."""
    objective = FDivergence(name)
    v = np.linspace(-2.0, 2.0, 4001)
    values = ops.convert_to_numpy(
        objective.divergence.activation(v) - objective.divergence.conjugate(v)
    )
    best = v[values >= values.max() - 1e-9]
    assert objective.centered == (np.abs(best).min() < 0.01)


def best_logits(divergence, u, low=-40.0, high=40.0):
    """The logits V with g_f(V) = f'(u), the optimal T, by bisection on the derivative of u T - f*(T)."""
    low, high = np.full_like(u, low), np.full_like(u, high)

    def slope(v):
        tensor = ops.convert_to_tensor(v.astype("float32"))
        activation = backend.gradient(divergence.activation, tensor)
        conjugate = backend.gradient(divergence.conjugate, tensor)
        return u * ops.convert_to_numpy(activation) - ops.convert_to_numpy(conjugate)

    for _ in range(40):
        middle = (low + high) / 2
        rising = slope(middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return (low + high) / 2


@EACH
def test_best_discriminator_measures_the_divergence(name, parameter):
    """The bound at its optimum is the integral of q f(p / q), and the closed form where there is one."""
    objective = FDivergence(name, parameter)
    f = objective.divergence.f
    p, q = stats.norm(0.0, 1.0), stats.norm(0.5, 1.0)
    exact, _ = integrate.quad(lambda x: q.pdf(x) * float(numbers(f, p.pdf(x) / q.pdf(x))), -6, 6)
    if name in CLOSED_FORMS and parameter is None:
        assert exact == pytest.approx(CLOSED_FORMS[name], rel=1e-3)
    points = np.linspace(-6.0, 6.5, 2001)
    logits = best_logits(objective.divergence, p.pdf(points) / q.pdf(points))
    real = numbers(objective.divergence.activation, logits)
    fake = numbers(objective.divergence.conjugate, logits)
    bound = integrate.trapezoid(real * p.pdf(points) - fake * q.pdf(points), points)
    assert bound == pytest.approx(exact, rel=0.005)
    # Any other discriminator measures less.
    real = numbers(objective.divergence.activation, 0.5 * logits - 0.3)
    fake = numbers(objective.divergence.conjugate, 0.5 * logits - 0.3)
    assert integrate.trapezoid(real * p.pdf(points) - fake * q.pdf(points), points) <= bound


def test_losses_by_hand():
    """KL: g_f(v) = v and f*(v) = e^(v - 1)."""
    real, fake = np.array([[0.5], [1.5]], "float32"), np.array([[1.0], [0.0]], "float32")
    conjugate = (1 + math.exp(-1)) / 2
    objective = FDivergence("kl")
    assert float(objective.estimate(real, fake)) == pytest.approx(1.0 - conjugate)
    assert float(objective.discriminator_loss(real, fake)) == pytest.approx(conjugate - 1.0)
    assert float(objective.generator_loss(fake)) == pytest.approx(-0.5)
    saturating = FDivergence("kl", saturating=True)
    assert float(saturating.generator_loss(fake)) == pytest.approx(-conjugate)


def test_gan_divergence_is_the_minimax_game(rng):
    real, fake = rng.normal(size=(2, 50, 1)).astype("float32")
    mine, minimax = FDivergence("gan", saturating=True), objectives.Minimax()
    for loss in (lambda o: o.discriminator_loss(real, fake), lambda o: o.generator_loss(fake)):
        assert float(loss(mine)) == pytest.approx(float(loss(minimax)), rel=1e-5)


@EACH
def test_losses_and_gradients_are_finite_for_confident_discriminators(name, parameter):
    objective = FDivergence(name, parameter)
    logits = ops.convert_to_tensor(np.array([-30.0, -5.0, 0.0, 5.0, 30.0], "float32"))
    for loss in (
        objective.generator_loss,
        lambda v: objective.discriminator_loss(v, v),
    ):
        assert np.isfinite(float(loss(logits)))
        assert np.isfinite(ops.convert_to_numpy(backend.gradient(loss, logits))).all()


@EACH
def test_serialises(name, parameter):
    objective = FDivergence(name, parameter, saturating=True)
    restored = objectives.get(keras.saving.serialize_keras_object(objective))
    assert restored.get_config() == objective.get_config()
    assert objectives.get(name).name == name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("reverse kl",), "Did you mean reverse_kl"),
        (("kl", 0.5), "'kl' has no parameter"),
        (("alpha", 1.0), "neither 0 nor 1"),
        (("weighted_jensen_shannon", 1.0), r"pi, in \(0, 1\)"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        FDivergence(*arguments)
