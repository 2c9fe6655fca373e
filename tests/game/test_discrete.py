"""Generated tokens: integers are data for all players, and a policy learns from rewards alone."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import Game, Player

TARGET = np.array([0.1, 0.2, 0.3, 0.4], "float32")


class Reinforce(Game):
    """A policy over four tokens that minimizes KL(policy || TARGET) by REINFORCE, and a reader."""

    def __init__(self):
        super().__init__(seed=0)
        self.policy, self.reader = (keras.layers.Dense(4, use_bias=False) for _ in range(2))
        for layer in (self.policy, self.reader):
            layer.build((None, 1))
            layer.set_weights([np.zeros((1, 4))])
        self.players = [
            Player("reader", [self.reader], self.reader_loss, lambda: keras.optimizers.SGD(0.5)),
            Player(
                "policy",
                [self.policy],
                self.policy_loss,
                lambda: keras.optimizers.SGD(0.5),
                generate=self.tokens,
            ),
        ]
        self.built = True

    def tokens(self, examples):
        log_p = ops.log_softmax(self.policy(ops.ones_like(examples)))
        below = ops.cumsum(ops.exp(log_p), axis=1) < self.uniform((ops.shape(examples)[0], 1))
        tokens = ops.clip(ops.sum(ops.cast(below, "int32"), axis=1), 0, 3)
        return {"tokens": tokens, "log_p": ops.sum(ops.one_hot(tokens, 4) * log_p, axis=1)}

    def policy_loss(self, generated, examples):
        log_p = generated["log_p"]
        reward = ops.take(ops.log(TARGET), generated["tokens"]) - log_p
        return -ops.mean(ops.stop_gradient(reward - ops.mean(reward)) * log_p)

    def reader_loss(self, generated, examples):
        logits = self.reader(ops.ones_like(examples))
        return ops.mean(
            keras.losses.sparse_categorical_crossentropy(
                generated["tokens"], logits, from_logits=True
            )
        )


@pytest.mark.parametrize("eagerly", [False, True])
def test_reinforce_learns_a_known_distribution(eagerly):
    game = Reinforce()
    rates = [keras.optimizers.schedules.CosineDecay(0.5, 150, 0.05) for _ in range(2)]
    names = ("reader", "policy")
    game.compile(
        {name: keras.optimizers.SGD(rate) for name, rate in zip(names, rates, strict=True)},
        run_eagerly=eagerly,
    )
    game.fit(np.ones((512 * 15, 1), "float32"), batch_size=512, epochs=10, verbose=0)
    for layer in (game.policy, game.reader):
        learned = ops.convert_to_numpy(
            ops.softmax(ops.convert_to_tensor(layer.get_weights()[0][0]))
        )
        np.testing.assert_allclose(learned, TARGET, atol=0.02)
