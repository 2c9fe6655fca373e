"""Losses and gradients that are not finite move nothing, are counted, and stop the training in the end."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import GAN, Game, Player, networks
from keras_gan.game import guard
from keras_gan.game.feeding import Batches
from keras_gan.layers import BatchNormalization
from keras_gan.tricks import HistoricalAveraging


class Normal(Game):
    """One player, a normalized dense layer, that minimizes the mean of its output, under momentum."""

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


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_a_skipped_move_leaves_no_trace(rng, monkeypatch, policy):
    """In weights and statistics, optimizers, loss scales, moving averages, histories and augmentations."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    judge = [
        keras.Input((4, 4, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(4, "tanh", name="features"),
    ]
    parts = (
        networks.gan.generator((4, 4, 1), latent_dim=3, units=4),
        # Not the paper's, whose maxima lose a NaN on some machines.
        keras.Sequential([*judge, keras.layers.Dense(1, dtype="float32")]),
    )
    gan = GAN(
        *parts,
        objective="feature_matching",  # so that the generator meets real images, too
        ema=0.5,
        tricks=[HistoricalAveraging(0.1)],
        augmentation="ada",
        seed=0,
    )
    keras.config.set_dtype_policy(before)
    adams = {name: keras.optimizers.Adam(0.1) for name in ("discriminator", "generator")}
    gan.compile(adams)
    monkeypatch.setattr(gan, "check_data", lambda **columns: None)  # It refuses what is not finite.
    monkeypatch.setattr(gan.augmentation, "call", lambda images, uniform: images)  # slow to trace
    good = rng.uniform(-1, 1, (12, 4, 4, 1)).astype("float32")
    bad = good.copy()
    bad[::4] = np.nan

    def fitted(images):
        history = gan.fit(Batches({"images": images}, 4, shuffle=False), verbose=0).history
        kept = [variable for variable in gan.weights if variable is not gan.steps]
        return history, [ops.convert_to_numpy(v) for v in (*kept, *gan.optimizer.variables)]

    start = [ops.convert_to_numpy(variable) for variable in gan.ema_generator.weights]
    history, state = fitted(good)
    assert "discriminator_skipped" not in history and "generator_skipped" not in history
    for one, other in zip(start, gan.ema_generator.weights, strict=True):
        assert np.abs(one - ops.convert_to_numpy(other)).max() > 0.0
    history, after = fitted(bad)
    assert history["discriminator_skipped"] == history["generator_skipped"] == [3]
    for one, other in zip(state, after, strict=True):
        np.testing.assert_array_equal(one, other)


def steep(squares):
    return ops.sqrt(ops.mean(squares) * 0.0)  # its slope at 0 is infinite


def test_an_infinite_gradient_of_a_finite_loss_moves_nothing(rng):
    examples = rng.normal(size=(4, 2)).astype("float32")
    model, history = trained([examples], loss=steep)
    for one, other in zip(model.network.get_weights(), Normal().network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert history["player_loss"] == [0.0] and history["player_skipped"] == [1]


def test_training_stops_with_the_last_good_weights(rng):
    good = rng.normal(size=(4, 2)).astype("float32")
    bad = [np.full((4, 2), np.inf, "float32")] * (guard.ALLOWED + 1)
    with pytest.warns(UserWarning, match=r"the player's loss or gradient was not finite in 11 "):
        model, history = trained([good, *bad], epochs=5)
    assert len(history["player_loss"]) == 1
    plain, _ = trained([good])
    for one, other in zip(state(model), state(plain), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_long_epochs_are_stopped_within_them(rng, monkeypatch):
    monkeypatch.setattr(guard, "EVERY", 5)
    bad = [np.full((4, 2), np.nan, "float32")] * 100
    with pytest.warns(UserWarning, match="not finite in 15 updates"):
        trained(bad)


@pytest.mark.parametrize("scale", [None, 4.0])
def test_infinite_gradients_stop_the_training(rng, scale):
    """Under a loss scale they are lived with until there is nothing left of it to blame."""
    model = Normal(loss=steep)
    weights = model.network.trainable_variables
    before = [ops.convert_to_numpy(weight) for weight in weights]
    inner = keras.optimizers.SGD(0.1, momentum=0.9)
    scaled = scale and keras.optimizers.LossScaleOptimizer(inner, initial_scale=scale)
    model.compile({"player": scaled or inner})
    examples = rng.normal(size=(4 * 14, 2)).astype("float32")
    count = 12 if scale else 14  # 4 and 2 may be to blame, 1 not
    with pytest.warns(UserWarning, match=rf"the player's .* was not finite in {count} updates"):
        history = model.fit(examples, batch_size=4, epochs=3, verbose=0).history
    assert history["player_skipped"] == [count]
    assert int(inner.iterations) == 0
    for one, other in zip(before, weights, strict=True):
        np.testing.assert_array_equal(one, ops.convert_to_numpy(other))


def test_a_regularizer_that_is_not_finite_stops_the_training(rng):
    model = Normal()
    (player,) = model.players
    weights = model.network.trainable_variables
    model.players = [
        dataclasses.replace(
            player,
            loss=lambda examples: ops.mean(examples) + 0.0 * sum(ops.sum(w) for w in weights),
            regularizer=lambda examples: steep(ops.square(weights[0])),
            regularize_every=2,
        )
    ]
    model.compile()
    before = state(model)[: len(model.network.weights)]
    examples = rng.normal(size=(4 * 22, 2)).astype("float32")
    with pytest.warns(UserWarning, match="the player's .* was not finite in 11 updates"):
        history = model.fit(examples, batch_size=4, verbose=0).history
    assert history["player_regularizer"] == [0.0] and history["player_skipped"] == [11]
    for one, other in zip(before, state(model), strict=False):
        np.testing.assert_array_equal(one, other)


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
