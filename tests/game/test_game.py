"""The game: who updates what, and how it is compiled."""

from functools import partial

import keras
import numpy as np
import pytest
from game.games import Weighing, gaussian_gan
from keras import ops

from keras_gan import Game, Player


class Echo(Game):
    """A generator w x, and a critic v of it: v w x; each minimizes half the square."""

    def __init__(self, critic_updates=1, generator_updates=1):
        super().__init__()
        self.generator, self.critic = (keras.layers.Dense(1, use_bias=False) for _ in range(2))
        for layer, weight in ((self.generator, 2.0), (self.critic, 3.0)):
            layer.build((None, 1))
            layer.set_weights([np.full((1, 1), weight)])
        self.calls = 0
        sgd = partial(keras.optimizers.SGD, 0.1)
        self.players = [
            Player("critic", [self.critic], self.loss_on, sgd, critic_updates),
            Player(
                "generator",
                [self.generator],
                self.loss_on,
                sgd,
                generator_updates,
                generate=self.generate,
            ),
        ]
        self.built = True

    def generate(self, examples):
        self.calls += 1
        return self.generator(examples)

    def loss_on(self, generated, examples):
        return ops.mean(self.critic(generated) ** 2) / 2


def adams(steps):
    """For both players, falling to rest over the steps; the discriminator five times as fast."""
    falling = keras.optimizers.schedules.CosineDecay
    return {
        "discriminator": keras.optimizers.Adam(falling(0.1, 4 * steps, 0.1), 0.0, 0.99),
        "generator": keras.optimizers.Adam(falling(0.02, steps), 0.0, 0.99),
    }


@pytest.mark.slow
@pytest.mark.graph
def test_affine_generator_learns_a_gaussian(rng):
    gan = gaussian_gan(ema=0.98, discriminator_steps=4)
    gan.compile(adams(steps=1000), steps_per_execution=10)
    examples = rng.normal(3.0, 0.5, (51_200, 1)).astype("float32")
    gan.fit(examples, batch_size=256, epochs=20, verbose=0)
    samples = gan.decode(gan.latents(20_000, seed=1))
    assert samples.mean() == pytest.approx(3.0, abs=0.05)
    assert samples.std() == pytest.approx(0.5, abs=0.1)


def test_generated_examples_are_shared_and_differentiated_through():
    game = Echo()
    game.compile(run_eagerly=True)
    logs = game.fit(np.ones((1, 1), "float32"), batch_size=1, verbose=0).history
    # With v = 3 and w = 2: loss 18, gradient of v is v w^2 = 12, so v = 1.8. Then the gradient of w is w v^2.
    assert logs["critic_loss"] == [18.0]
    assert logs["generator_loss"] == [pytest.approx((1.8 * 2) ** 2 / 2)]
    assert game.critic.get_weights()[0].item() == pytest.approx(1.8)
    assert game.generator.get_weights()[0].item() == pytest.approx(2 - 0.1 * 2 * 1.8**2)


@pytest.mark.parametrize(
    ("critic_updates", "generator_updates", "passes"), [(1, 1, 1), (3, 1, 3), (1, 2, 3)]
)
def test_the_generator_runs_once_on_a_batch_until_its_update(
    critic_updates, generator_updates, passes
):
    game = Echo(critic_updates, generator_updates)
    game.compile(run_eagerly=True)
    game.fit(
        np.ones((max(critic_updates, generator_updates), 1), "float32"), batch_size=1, verbose=0
    )
    assert game.calls == passes


def test_each_move_sees_a_fresh_minibatch():
    game = Weighing(critic_moves=3)
    game.compile()
    batches = np.tile([1.0, 2.0, 6.0], 4)[:, None].astype("float32")
    logs = game.fit(batches, batch_size=4, shuffle=False, verbose=0).history
    assert logs["critic_loss"] == [3.0]  # the mean over all three
    assert logs["other_loss"] == [6.0]  # the last


class Shrinking(Game):
    """One weight w of loss w and regularizer w^2, under SGD at 0.1; it counts calls of the latter."""

    def __init__(self, updates, every):
        super().__init__()
        self.layer = keras.layers.Dense(1, use_bias=False)
        self.layer.build((None, 1))
        self.layer.set_weights([np.ones((1, 1))])
        self.holder = keras.layers.Layer()  # a player's network changes state, too
        self.seen = self.holder.add_weight(shape=(), initializer="zeros", trainable=False)
        self.holder.built = True
        self.players = [
            Player(
                "player",
                [self.layer, self.holder],
                lambda examples: ops.sum(self.layer.kernel),
                partial(keras.optimizers.SGD, 0.1),
                updates,
                regularizer=self.square,
                regularize_every=every,
            )
        ]
        self.built = True

    def square(self, examples):
        self.seen.assign(self.seen + 1.0)
        return ops.sum(ops.square(self.layer.kernel))


@pytest.mark.parametrize(("updates", "every"), [(1, 1), (1, 3), (2, 3)])
def test_a_regularizer_has_an_update_of_its_own_every_so_many_steps(updates, every):
    game = Shrinking(updates, every)
    game.compile()
    steps, w, squares = 7, 1.0, []
    for step in range(steps):
        w -= 0.1 * updates
        if step % every == 0:
            squares.append(w**2)
            w -= 0.1 * every * 2.0 * w
    logs = game.fit(np.ones((updates * steps, 1), "float32"), batch_size=1, verbose=0).history
    assert game.layer.get_weights()[0].item() == pytest.approx(w, abs=1e-5)
    assert float(game.seen) == len(squares)
    assert logs["player_regularizer"] == [pytest.approx(np.mean(squares), rel=1e-4)]
    assert int(game.optimizers["player"].iterations) == updates * steps + len(squares)


def test_a_player_moves_at_least_once():
    with pytest.raises(ValueError, match=r"updates of the player discriminator .* got 0"):
        gaussian_gan(discriminator_steps=0)
