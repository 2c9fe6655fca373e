"""The objectives against hand-computed values, and what they estimate against integrals."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from keras_gan import backend, objectives
from keras_gan.objectives import (
    Hinge,
    LeastSquares,
    Minimax,
    NonSaturating,
    Relativistic,
    RelativisticAverage,
    Wasserstein,
)

REAL = np.array([[0.0], [2.0], [-1.0]], "float32")
FAKE = np.array([[1.0], [-3.0], [0.5]], "float32")


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x.astype("float64")))


@pytest.mark.parametrize("objective", [Minimax(), NonSaturating()])
def test_discriminator_loss_is_the_papers_value_function(objective):
    expected = -np.mean(np.log(sigmoid(REAL))) - np.mean(np.log(1 - sigmoid(FAKE)))
    assert float(objective.discriminator_loss(REAL, FAKE)) == pytest.approx(expected, rel=1e-6)


def test_generator_losses():
    minimax, heuristic = Minimax().generator_loss(FAKE), NonSaturating().generator_loss(FAKE)
    assert float(minimax) == pytest.approx(np.mean(np.log(1 - sigmoid(FAKE))), rel=1e-6)
    assert float(heuristic) == pytest.approx(-np.mean(np.log(sigmoid(FAKE))), rel=1e-6)


def test_indifferent_discriminator_loses_log_4():
    zeros = np.zeros((5, 1), "float32")
    assert float(Minimax().discriminator_loss(zeros, zeros)) == pytest.approx(np.log(4), rel=1e-6)


def test_extreme_logits_stay_exact():
    confident = np.full((2, 1), 1000.0, "float32")
    assert float(Minimax().discriminator_loss(confident, -confident)) == 0.0
    assert float(Minimax().discriminator_loss(-confident, confident)) == 2000.0
    assert float(NonSaturating().generator_loss(-confident)) == 1000.0


def test_minimax_saturates_where_the_heuristic_does_not():
    """At D(G(z)) = sigmoid(-10) the gradients are -D = -4.5e-5 and D - 1 = -0.99995."""
    losing = ops.convert_to_tensor(np.full((1, 1), -10.0, "float32"))
    saturated = backend.gradient(Minimax().generator_loss, losing)
    heuristic = backend.gradient(NonSaturating().generator_loss, losing)
    probability = sigmoid(np.array(-10.0))
    assert float(ops.squeeze(saturated)) == pytest.approx(-probability, rel=1e-4)
    assert float(ops.squeeze(heuristic)) == pytest.approx(probability - 1.0, rel=1e-4)


# By hand, on two logits each.

X, Y = np.array([[0.5], [-1.0]], "float32"), np.array([[2.0], [-3.0]], "float32")


@pytest.mark.parametrize(
    ("objective", "discriminator", "generator"),
    [
        (LeastSquares(), (0.25 + 4.0 + 4.0 + 9.0) / 4, (1.0 + 16.0) / 4),
        (LeastSquares(-1, 1, 0), (0.25 + 4.0 + 9.0 + 4.0) / 4, (4.0 + 9.0) / 4),
        (Hinge(), (0.5 + 2.0) / 2 + (3.0 + 0.0) / 2, 0.5),
        (Wasserstein(), -0.5 + 0.25, 0.5),
        (Wasserstein(drift=0.1), -0.25 + 0.1 * (0.25 + 1.0) / 2, 0.5),
    ],
)
def test_losses_by_hand(objective, discriminator, generator):
    assert float(objective.discriminator_loss(X, Y)) == pytest.approx(discriminator)
    assert float(objective.generator_loss(Y)) == pytest.approx(generator)


def log_sigmoid(*values):
    return np.log(sigmoid(np.array(values)))


def test_relativistic_losses_by_hand():
    paired = Relativistic()
    assert float(paired.discriminator_loss(X, Y)) == pytest.approx(-log_sigmoid(-1.5, 2.0).mean())
    assert float(paired.generator_loss(Y, X)) == pytest.approx(-log_sigmoid(1.5, -2.0).mean())
    average = RelativisticAverage()
    # The averages are -0.25 of the real logits and -0.5 of the generated ones.
    real, fake = -log_sigmoid(1.0, -0.5).mean(), -log_sigmoid(-2.25, 2.75).mean()
    assert float(average.discriminator_loss(X, Y)) == pytest.approx(real + fake)
    real, fake = -log_sigmoid(-1.0, 0.5).mean(), -log_sigmoid(2.25, -2.75).mean()
    assert float(average.generator_loss(Y, X)) == pytest.approx(real + fake)


def test_one_sided_smoothing_is_cross_entropy_with_a_softer_target():
    expected = -np.mean(0.9 * np.log(sigmoid(X)) + 0.1 * np.log(1 - sigmoid(X)))
    expected -= np.mean(np.log(1 - sigmoid(Y)))
    actual = NonSaturating(smoothing=0.1).discriminator_loss(X, Y)
    assert float(actual) == pytest.approx(expected, rel=1e-6)


# What the optimal discriminator of N(0, 1) against N(1, 1) measures.


@pytest.fixture(scope="module")
def gaussians():
    """A weighted sample: points, and the two densities there times the spacing."""
    points = np.linspace(-9.0, 10.0, 20_001)
    spacing = points[1] - points[0]
    return points, *(stats.norm.pdf(points, mean) * spacing for mean in (0.0, 1.0))


def expected_estimate(objective, logits, p, q):
    """The estimate from the logits at 400,000 points drawn from each density."""
    rng = np.random.default_rng(0)
    real, fake = (rng.choice(logits, 400_000, p=w / w.sum()) for w in (p, q))
    return float(objective.estimate(real.astype("float32"), fake.astype("float32")))


def test_estimates_are_the_divergences_they_name(gaussians):
    points, p, q = gaussians
    ratio = p / q
    middle = (p + q) / 2
    js = (np.sum(p * np.log(p / middle)) + np.sum(q * np.log(q / middle))) / 2
    estimate = lambda objective, logits: expected_estimate(objective, logits, p, q)  # noqa: E731
    for objective in (Minimax(), NonSaturating(), NonSaturating(smoothing=0.1)):
        assert estimate(objective, np.log(ratio)) == pytest.approx(js, rel=0.02)
    triangular = np.sum((p - q) ** 2 / (p + q))
    for a, b in ((0, 1), (-1, 1)):
        best = (b * p + a * q) / (p + q)
        assert estimate(LeastSquares(a, b, 1), best) == pytest.approx(triangular, rel=0.02)
    total_variation = 2 * stats.norm.cdf(0.5) - 1
    assert estimate(Hinge(), np.sign(p - q)) == pytest.approx(total_variation, rel=0.02)
    assert estimate(Wasserstein(), -points) == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize(
    ("objective", "largest"),
    [
        (Minimax(), np.log(2)),
        (Relativistic(), 2 * np.log(2)),
        (RelativisticAverage(), 2 * np.log(2)),
        (LeastSquares(), 2.0),
        (Hinge(), 1.0),
    ],
)
def test_estimates_range_from_equal_to_disjoint(objective, largest):
    """A discriminator that cannot tell answers with one value, one that always can with two."""
    ones = np.ones((4, 1), "float32")
    low, high = {LeastSquares: (0, 1), Hinge: (-1, 1)}.get(type(objective), (-500, 500))
    assert float(objective.estimate(high * ones, low * ones)) == pytest.approx(largest)
    middle = (low + high) / 2 * ones
    assert float(objective.estimate(middle, middle)) == pytest.approx(0.0, abs=1e-6)


# By name, and saved.


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("minimax", Minimax),
        ("non_saturating", NonSaturating),
        ("least_squares", LeastSquares),
        ("hinge", Hinge),
        ("wasserstein", Wasserstein),
        ("relativistic", Relativistic),
        ("relativistic_average", RelativisticAverage),
    ],
)
def test_objectives_by_name(name, kind):
    assert type(objectives.get(name)) is kind
    objective = kind()
    assert objectives.get(objective) is objective


@pytest.mark.parametrize(
    "objective", [NonSaturating(smoothing=0.1), LeastSquares(-1, 1, 0), Hinge()]
)
def test_objectives_serialise(objective):
    restored = objectives.get(keras.saving.serialize_keras_object(objective))
    assert type(restored) is type(objective)
    assert restored.get_config() == objective.get_config()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: objectives.get("hinges"), "Did you mean hinge"),
        (lambda: objectives.get("reversed_kl"), "Did you mean reverse_kl"),
        (lambda: objectives.get(3), "must be of class Objective or one of minimax"),
        (lambda: Minimax(smoothing=0.5), r"\[0, 0.5\), got 0.5"),
        (lambda: LeastSquares(1, 1), "must differ"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_relativistic_average_hinge_by_hand():
    """Means are -0.25 and -0.5: D margins 0, 1.5 and 3.25, 0; G, exchanged, 2, 0.5 and 0, 3.75."""
    objective = objectives.RelativisticAverageHinge()
    discriminator = (0.0 + 1.5) / 2 + (3.25 + 0.0) / 2
    assert float(objective.discriminator_loss(X, Y)) == pytest.approx(discriminator)
    generator = (2.0 + 0.5) / 2 + (0.0 + 3.75) / 2
    assert float(objective.generator_loss(Y, X)) == pytest.approx(generator)
    assert float(objective.estimate(X, X)) == pytest.approx(2.0 - (0.25 + 1.75) / 2 * 2)
