"""Objectives against hand-computed values."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.objectives import Minimax, NonSaturating

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


def test_objectives_serialise():
    config = keras.saving.serialize_keras_object(NonSaturating())
    assert type(keras.saving.deserialize_keras_object(config)) is NonSaturating
