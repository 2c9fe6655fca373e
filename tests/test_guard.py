"""Losses and gradients that are not finite move nothing, are counted, and stop the training in the end."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import Game, Player, guard
from keras_gan.layers import BatchNormalization


class Normal(Game):
    """One player, a normalised dense layer, that minimises the mean of its output, under momentum."""

    def __init__(self, loss=ops.mean):
        super().__init__(seed=0)
        self.network = keras.Sequential(
            [keras.Input((2,)), keras.layers.Dense(3, "tanh"), BatchNormalization()]
        )
        self.network.set_weights(
            [np.linspace(-1.0, 1.0, weight.size).reshape(weight.shape) for weight in self.start()]
        )
        sgd = lambda: keras.optimizers.SGD(0.1, momentum=0.9)  # noqa: E731
        play = lambda examples: loss(ops.square(self.network(examples, training=True)))  # noqa: E731
        self.players = [Player("player", [self.network], play, sgd)]
        self.built = True

    def start(self):
        return self.network.get_weights()


def trained(minibatches, epochs=1, **kwargs):
    model = Normal(**kwargs)
    model.compile()
    examples = np.concatenate(minibatches)
    history = model.fit(examples, batch_size=4, shuffle=False, epochs=epochs, verbose=0).history
    return model, history


def state(model):
    optimizer = model.optimizers["player"]
    return [ops.convert_to_numpy(v) for v in (*model.network.weights, *optimizer.variables)]


def test_a_minibatch_with_nan_is_as_if_it_had_not_been(rng):
    first, last = rng.normal(size=(2, 4, 2)).astype("float32")
    bad = first.copy()
    bad[1, 0] = np.nan
    model, history = trained([first, bad, last])
    plain, expected = trained([first, last])
    for one, other in zip(state(model), state(plain), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)
    assert history["player_skipped"] == [1]
    assert "player_skipped" not in expected
    np.testing.assert_allclose(history["player_loss"], expected["player_loss"], rtol=1e-6)


def test_an_infinite_gradient_of_a_finite_loss_moves_nothing(rng):
    def steep(squares):
        return ops.sqrt(ops.mean(squares) * 0.0)  # its slope at 0 is infinite

    examples = rng.normal(size=(4, 2)).astype("float32")
    model, history = trained([examples], loss=steep)
    for one, other in zip(model.network.get_weights(), Normal().network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert history["player_loss"] == [0.0] and history["player_skipped"] == [1]


def test_training_stops_with_the_last_good_weights(rng):
    good = rng.normal(size=(4, 2)).astype("float32")
    bad = [np.full((4, 2), np.inf, "float32")] * (guard.ALLOWED + 1)
    with pytest.warns(RuntimeWarning, match=r"the player's loss or gradient was not finite in 11 "):
        model, history = trained([good, *bad], epochs=5)
    assert len(history["player_loss"]) == 1
    plain, _ = trained([good])
    for one, other in zip(state(model), state(plain), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_long_epochs_are_stopped_within_them(rng, monkeypatch):
    monkeypatch.setattr(guard, "EVERY", 5)
    bad = [np.full((4, 2), np.nan, "float32")] * 100
    with pytest.warns(RuntimeWarning, match="not finite in 15 moves"):
        trained(bad)


def test_loss_scaling_lives_with_infinite_gradients(rng):
    """It halves the scale and goes on; that is its own way to skip, and not counted."""
    model = Normal()
    inner = keras.optimizers.SGD(0.1)
    scaling = keras.optimizers.LossScaleOptimizer(inner, initial_scale=1e38)
    model.compile({"player": scaling})
    examples = (100 * rng.normal(size=(8, 2))).astype("float32")
    history = model.fit(examples, batch_size=4, epochs=1, verbose=0).history
    assert "player_skipped" not in history
    assert float(scaling.dynamic_scale) < 1e38
