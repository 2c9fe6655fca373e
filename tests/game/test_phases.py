"""Phases, players that update now and then, and the parts of a loss in the logs."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import Game, Player


def column(weight):
    layer = keras.layers.Dense(1, use_bias=False)
    layer.build((None, 1))
    layer.set_weights([np.full((1, 1), weight)])
    return layer


@keras.saving.register_keras_serializable("tests")
class TwoPhases(Game):
    """Pulls one weight to the mean of the data, then to zero, each phase with momentum of its own."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.layer = column(5.0)

        def momentum():
            return keras.optimizers.SGD(0.1, momentum=0.5)

        self.phases = {
            "pull": [Player("weight", [self.layer], self.pull, momentum)],
            "shrink": [Player("weight", [self.layer], self.shrink, momentum)],
        }
        self.begin("pull")
        self.built = True

    def pull(self, examples):
        return ops.mean(ops.square(self.layer(ops.ones_like(examples)) - examples)) / 2

    def shrink(self, examples):
        return ops.mean(ops.square(self.layer(ops.ones_like(examples)))) / 2

    @property
    def weight(self):
        return self.layer.get_weights()[0].item()


DATA = np.full((8, 1), 3.0, "float32")


def expected(start, target, steps, speed=0.0):
    for _ in range(steps):
        speed = 0.5 * speed - 0.1 * (start - target)
        start += speed
    return start, speed


def test_each_phase_has_its_players_and_optimizers(tmp_path):
    game = TwoPhases()
    game.compile()
    assert sorted(game.optimizers) == ["pull/weight", "shrink/weight"]
    game.fit(DATA, batch_size=4, verbose=0)
    first, speed = expected(5.0, 3.0, 2)
    assert game.weight == pytest.approx(first)
    game.begin("shrink")
    history = game.fit(DATA, batch_size=4, verbose=0).history
    assert list(history) == ["weight_loss"]
    second, _ = expected(first, 0.0, 2)
    assert game.weight == pytest.approx(second, rel=1e-5)
    game.save(tmp_path / "game.keras")
    resumed = keras.saving.load_model(tmp_path / "game.keras")
    assert resumed.phase == "shrink" and int(resumed.steps) == 4
    for model in (game, resumed):  # back in the first phase, with its momentum as it was
        model.begin("pull")
        model.fit(DATA, batch_size=4, verbose=0)
        assert model.weight == pytest.approx(expected(second, 3.0, 2, speed)[0], rel=1e-5)


def test_an_interrupted_phase_goes_on_at_its_step(tmp_path):
    data = np.arange(16, dtype="float32")[:, None]
    whole, cut = TwoPhases(seed=0), TwoPhases(seed=0)
    for game in (whole, cut):
        game.compile()
        game.fit(data, batch_size=4, verbose=0)
        game.begin("shrink")
    whole.fit(data, batch_size=4, epochs=2, verbose=0)
    stop = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: setattr(cut, "stop_training", batch == 1)
    )
    cut.fit(data, batch_size=4, epochs=1, callbacks=[stop], verbose=0)
    cut.save(tmp_path / "cut.keras")
    resumed = keras.saving.load_model(tmp_path / "cut.keras")
    resumed.fit(data, batch_size=4, epochs=2, initial_step=2, verbose=0)
    assert resumed.weight == pytest.approx(whole.weight, rel=1e-5)


def test_an_unknown_phase_or_optimizer_is_refused():
    with pytest.raises(ValueError, match="Did you mean pull"):
        TwoPhases().begin("pul")
    with pytest.raises(ValueError, match="shrink/weight"):
        TwoPhases().compile({"weight": "sgd"})


class Often(Game):
    """Two weights that fall by 1 an update; the second updates in every third step."""

    def __init__(self, every=3):
        super().__init__(seed=0)
        self.often, self.seldom = column(10.0), column(10.0)
        self.players = [
            Player("often", [self.often], self.loss_of(self.often), self.sgd),
            Player("seldom", [self.seldom], self.loss_of(self.seldom), self.sgd, every=every),
        ]
        self.built = True

    def sgd(self):
        return keras.optimizers.SGD(1.0)

    def loss_of(self, layer):
        return lambda examples: ops.mean(layer(ops.ones_like(examples)))


def test_a_player_may_update_in_every_third_step():
    game = Often()
    game.compile()
    history = game.fit(np.ones((28, 1), "float32"), batch_size=4, verbose=0).history
    assert game.often.get_weights()[0].item() == 3.0  # seven steps
    assert game.seldom.get_weights()[0].item() == 7.0  # steps 0, 3 and 6
    assert history["often_loss"] == [7.0]  # the mean of 10, 9, ..., 4
    assert history["seldom_loss"] == [9.0]  # of 10, 9, 8: the other steps do not count
    with pytest.raises(ValueError, match="every of the player seldom"):
        Often(every=0)


class Parts(Game):
    """A loss with parts: a square and an offset."""

    def __init__(self, returned=("square", "offset"), every=1):
        super().__init__(seed=0)
        self.layer = column(2.0)
        self.returned = returned
        sgd = lambda: keras.optimizers.SGD(0.0)  # noqa: E731
        self.players = [
            Player(
                "model", [self.layer], self.loss_on, sgd, parts=("square", "offset"), every=every
            )
        ]
        self.built = True

    def loss_on(self, examples):
        square = ops.mean(ops.square(self.layer(examples)))
        parts = {"square": square, "offset": 1.0}
        return square + 1.0, {name: parts[name] for name in self.returned}


@pytest.mark.parametrize("every", [1, 2])
def test_parts_of_a_loss_are_logged(every):
    game = Parts(every=every)
    game.compile()
    examples = np.array([[1.0], [3.0]], "float32")  # squares 4 and 36
    history = game.fit(examples, batch_size=1, shuffle=False, verbose=0).history
    square = 20.0 if every == 1 else 4.0
    assert history["model_square"] == [square]
    assert history["model_offset"] == [1.0]
    assert history["model_loss"] == [square + 1.0]


def test_parts_that_the_player_does_not_name_are_refused():
    game = Parts(returned=("square",))
    game.compile(run_eagerly=True)
    with pytest.raises(ValueError, match=r"returned the parts \['square'\]"):
        game.fit(np.ones((2, 1), "float32"), batch_size=1, verbose=0)


class Columns(Game):
    """Logs weighted sums of three columns, so that a mistaken order shows."""

    columns = ("first", "second", "third")

    def __init__(self):
        super().__init__(seed=0)
        self.layer = column(1.0)
        sgd = lambda: keras.optimizers.SGD(0.0)  # noqa: E731
        self.players = [Player("model", [self.layer], self.loss_on, sgd)]
        self.built = True

    def loss_on(self, first, second, third):
        return ops.mean(self.layer(first) + 10.0 * second + 100.0 * third)


ONE, TWO, THREE = (np.full((4, 1), value, "float32") for value in (1, 2, 3))


@pytest.mark.parametrize(
    "given",
    [
        (ONE, (TWO, THREE)),
        (ONE, {"third": THREE, "second": TWO}),
        ({"third": THREE, "first": ONE, "second": TWO}, None),
        ({"third": THREE, "first": ONE}, TWO),
    ],
)
def test_fit_names_its_columns(given):
    game = Columns()
    game.compile(run_eagerly=True)
    assert game.fit(*given, batch_size=2, verbose=0).history["model_loss"] == [321.0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((ONE, (TWO, THREE, ONE)), "learns from 3 column"),
        (({"first": ONE, "fourth": TWO}, None), "no column 'fourth'; it learns from first, second"),
        (({"second": TWO, "third": THREE}, None), "first is missing"),
        (({"first": ONE, "second": TWO}, {"second": TWO}), "second are given by x and again by y"),
    ],
)
def test_columns_that_the_model_does_not_have_are_refused(given, message):
    game = Columns()
    game.compile(run_eagerly=True)
    with pytest.raises(ValueError, match=message):
        game.fit(*given, batch_size=2, verbose=0)
