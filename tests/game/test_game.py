"""The game: who updates what, on which data, and that a saved game goes on as if nothing had happened."""

import os
from functools import partial

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import GAN, CycleGAN, Game, Player, networks
from keras_gan.game.feeding import Batches
from keras_gan.penalties import R1
from keras_gan.tricks import HistoricalAveraging, InstanceNoise


@pytest.fixture
def float16():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy(before)


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


class Weighing(Game):
    """Two players with one weight each, whose loss is its weight times the mean of the examples."""

    def __init__(self, critic_moves=1):
        super().__init__()
        self.critic, self.other = (keras.layers.Dense(1, use_bias=False) for _ in range(2))
        for layer in (self.critic, self.other):
            layer.build((None, 1))
            layer.set_weights([np.ones((1, 1))])
        self.players = [
            Player("critic", [self.critic], self.loss_of(self.critic), self.sgd, critic_moves),
            Player("other", [self.other], self.loss_of(self.other), self.sgd),
        ]
        self.built = True

    def sgd(self):
        return keras.optimizers.SGD(0.0)

    def loss_of(self, layer):
        return lambda examples: ops.mean(layer(examples))


def gaussian_gan(**kwargs):
    """An affine generator against a discriminator that can tell any two Gaussians apart.

    The log ratio of two Gaussian densities is a quadratic, so logits linear in (x, x^2) are optimal,
    x being the example in units of the data's mean and deviation, as a network's inputs should be.
    """
    examples = keras.Input((1,))
    scores = keras.layers.Rescaling(2.0, -6.0)(examples)
    features = keras.layers.Concatenate()([scores, scores * scores])
    discriminator = keras.Model(examples, keras.layers.Dense(1)(features))
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    generator.set_weights([np.ones((1, 1)), np.zeros(1)])
    return GAN(generator, discriminator, seed=0, **kwargs)


def adams(steps):
    """For both players, falling to rest over the steps; the discriminator five times as fast."""
    falling = keras.optimizers.schedules.CosineDecay
    return {
        "discriminator": keras.optimizers.Adam(falling(0.1, 4 * steps, 0.1), 0.0, 0.99),
        "generator": keras.optimizers.Adam(falling(0.02, steps), 0.0, 0.99),
    }


def values(variables):
    return [ops.convert_to_numpy(variable) for variable in variables]


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


def sources(images, labels):
    """The kinds of data that fit takes, six batches of four each."""
    yield Batches({"examples": images, "labels": labels}, 4, shuffle=False)
    tf = pytest.importorskip("tensorflow")
    yield tf.data.Dataset.from_tensor_slices((images, labels)).batch(4)
    yield tf.data.Dataset.from_tensor_slices((images, labels)).batch(4, drop_remainder=True)


def test_fit_takes_arrays_datasets_and_labels():
    examples = np.arange(24, dtype="float32")[:, None]

    class Labeled(Weighing):
        columns = ("examples", "labels")

        def loss_of(self, layer):
            return lambda examples, labels: (
                ops.mean(layer(examples)) + 100.0 * ops.mean(ops.cast(labels, "float32"))
            )

    def losses(*args, **kwargs):
        game = Labeled(critic_moves=2)
        game.compile()
        history = game.fit(*args, shuffle=False, verbose=0, **kwargs).history
        return history["critic_loss"][0], history["other_loss"][0]

    labels = np.tile([0, 1], 12)
    expected = losses(examples, labels, batch_size=4)
    # The critic sees every example, half of them labeled 1, the other player the odd ones.
    assert expected == (50 + 11.5, 100 + 12.0)
    for source in sources(examples, labels):
        assert losses(source) == expected


def test_incomplete_steps_are_left_out():
    batches = Batches({"x": np.arange(10)}, 4, seed=1)
    drawn = [np.concatenate([batches[i][0]["x"] for i in range(len(batches))])]
    batches.begin(1)
    drawn.append(np.concatenate([batches[i][0]["x"] for i in range(len(batches))]))
    assert all(len(set(epoch)) == 8 for epoch in drawn)
    assert list(drawn[0]) != list(drawn[1])
    resumed = Batches({"x": np.arange(10)}, 4, seed=1)
    resumed.begin(1)
    np.testing.assert_array_equal(resumed.orders[0], batches.orders[0])


def test_an_interrupted_epoch_goes_on_at_its_step(rng, tmp_path):
    examples = rng.normal(size=(24, 1)).astype("float32")

    def fit(game, **kwargs):
        game.fit(examples, batch_size=4, verbose=0, **kwargs)
        return [ops.convert_to_numpy(weight) for weight in game.weights]

    def seeded():
        gan = gaussian_gan()
        gan.compile()
        return gan

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 3

    keras.utils.set_random_seed(0)
    whole = seeded()
    expected = fit(whole, epochs=3)
    assert int(whole.steps) == 18
    keras.utils.set_random_seed(0)
    cut = seeded()
    fit(cut, epochs=1)
    fit(cut, epochs=2, initial_epoch=1, callbacks=[Stop()])
    assert int(cut.steps) == 10
    cut.save(tmp_path / "cut.keras")
    resumed = keras.saving.load_model(tmp_path / "cut.keras")
    assert int(resumed.steps) == 10
    for one, other in zip(
        fit(resumed, epochs=3, initial_epoch=1, initial_step=4), expected, strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-6)
    for step in (-1, 6):
        with pytest.raises(ValueError, match=rf"initial_step must be from 0 to 5, got {step}"):
            fit(resumed, initial_step=step)
    with pytest.raises(ValueError, match="initial_step must not be given"):
        resumed.fit(Batches({"images": examples}, 4), initial_step=1)


def test_backup_and_restore_draws_the_orders_of_the_epochs_that_are_left(rng, tmp_path):
    examples = rng.normal(size=(24, 1)).astype("float32")

    def trained(*callbacks):
        keras.utils.set_random_seed(0)
        gan = gaussian_gan()
        gan.compile()
        gan.fit(examples, batch_size=4, epochs=3, verbose=0, callbacks=[*callbacks])
        return [ops.convert_to_numpy(weight) for weight in gan.weights]

    class Cut(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise InterruptedError

    expected = trained()
    backup = keras.callbacks.BackupAndRestore
    with pytest.raises(InterruptedError):
        trained(backup(tmp_path), Cut())
    for one, other in zip(trained(backup(tmp_path)), expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def with_averages(data):
    """A moving average, a lazy penalty, noise that decays and learning rates that do; and its data."""
    falling = keras.optimizers.schedules.ExponentialDecay
    gan = GAN(
        networks.gan.generator((4, 4, 1), latent_dim=3, units=4),
        networks.gan.discriminator((4, 4, 1), units=4, pieces=2),
        penalties=[R1(0.1, every=4)],
        ema=0.9,
        tricks=[HistoricalAveraging(0.1), InstanceNoise(falling(0.5, 3, 0.5))],
        discriminator_steps=2,
        seed=0,
    )
    rates = {name: falling(0.01, 3, 0.5) for name in ("discriminator", "generator")}
    gan.compile({name: keras.optimizers.Adam(rate) for name, rate in rates.items()})
    return gan, [data.uniform(-1, 1, (13, 4, 4, 1)).astype("float32")]


def with_histories(data):
    """Histories of images of two domains, of which one is larger; and its data."""

    def network(channels, **options):
        layer = keras.layers.Conv2D(channels, 3, padding="same", **options)
        return keras.Sequential([keras.Input((None, None, 3)), layer])

    generators = [network(3, activation="tanh") for _ in range(2)]
    discriminators = [network(1, strides=2) for _ in range(2)]
    gan = CycleGAN(*generators, *discriminators, image_shape=(8, 8, 3), pool_size=3, seed=0)
    gan.compile()
    return gan, [data.uniform(-1, 1, (num, 8, 8, 3)).astype("float32") for num in (6, 4)]


@pytest.mark.parametrize("make", [with_averages, with_histories])
def test_a_training_goes_on_as_if_it_had_not_ended(tmp_path, make):
    """From the file of `ModelCheckpoint`, and with `BackupAndRestore`: all variables and random state."""

    def trained(*callbacks, path=None, **kwargs):
        keras.utils.set_random_seed(0)
        gan, columns = make(np.random.default_rng(0))
        if path:
            gan = keras.saving.load_model(path)
        options = {"batch_size": 2, "epochs": 4, "verbose": 0, "callbacks": [*callbacks]}
        gan.fit(*columns, **options, **kwargs)
        return values([*gan.variables, *gan.optimizer.variables])

    class Cut(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise InterruptedError

    expected = trained(keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras"))
    ends = [trained(path=tmp_path / "2.keras", initial_epoch=2)]
    backup = keras.callbacks.BackupAndRestore
    with pytest.raises(InterruptedError):
        trained(backup(tmp_path / "backup"), Cut())
    ends.append(trained(backup(tmp_path / "backup")))
    for end in ends:
        for one, other in zip(expected, end, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.graph
def test_the_step_is_traced_once(rng):
    """Whatever the number of epochs and calls of `fit`, and where the last minibatch is incomplete."""
    gan = gaussian_gan()
    traced, step = [], gan.step
    gan.step = lambda data: (traced.append(1), step(data))[1]  # Python runs it when it is traced.
    gan.compile()
    examples = rng.normal(size=(22, 1)).astype("float32")
    gan.fit(examples, batch_size=4, epochs=3, verbose=0)
    gan.fit(examples, batch_size=4, epochs=5, initial_epoch=3, initial_step=2, verbose=0)
    assert int(gan.steps) == 3 * 5 + 3 + 5 and len(traced) == 1


@pytest.mark.graph
@pytest.mark.tensorflow
def test_incomplete_minibatches_of_a_dataset_are_not_traced_apart(rng):
    import tensorflow as tf

    gan = gaussian_gan()
    traced, step = [], gan.step
    gan.step = lambda data: (traced.append(1), step(data))[1]
    gan.compile()
    examples = rng.normal(size=(22, 1)).astype("float32")
    gan.fit(tf.data.Dataset.from_tensor_slices(examples).batch(4), epochs=3, verbose=0)
    assert int(gan.steps) == 3 * 6 and len(traced) == 1


@pytest.mark.graph
@pytest.mark.parametrize(
    "options",
    [
        {"run_eagerly": True},
        {"jit_compile": False},
        pytest.param({"jit_compile": True}, marks=pytest.mark.slow),
    ],
)
def test_compile_options_do_not_change_the_result(rng, options):
    images = rng.uniform(-1, 1, (16, 1)).astype("float32")

    def trained(**options):
        gan = gaussian_gan()
        sgd = {name: keras.optimizers.SGD(1e-3) for name in ("discriminator", "generator")}
        gan.training_latents = lambda num: ops.ones((num, 1))  # XLA draws other random numbers
        gan.discriminator.set_weights([np.array([[0.1], [-0.2]]), np.zeros(1)])
        gan.compile(sgd, **options)
        gan.fit(images, batch_size=4, epochs=2, verbose=0)
        return gan.get_weights()

    for a, b in zip(trained(), trained(**options), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.graph
def test_steps_per_execution_counts_turns(rng):
    gan = gaussian_gan()
    gan.compile(steps_per_execution=2)
    calls = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: calls.append(batch)
    )
    gan.fit(rng.normal(size=(16, 1)).astype("float32"), batch_size=4, verbose=0, callbacks=[count])
    assert calls == [1, 3]


def test_optimizers_default_to_the_papers_and_are_the_players_own():
    gan = gaussian_gan()
    gan.compile({"generator": "rmsprop"})
    assert type(gan.optimizers["generator"]) is keras.optimizers.RMSprop
    assert type(gan.optimizers["discriminator"]) is keras.optimizers.SGD


def test_each_player_has_its_own_loss_scale_in_float16(float16):
    game = Weighing()
    game.compile({name: keras.optimizers.SGD(1e-5) for name in ("critic", "other")})
    optimizers = [game.optimizers[name] for name in ("critic", "other")]
    assert all(isinstance(each, keras.optimizers.LossScaleOptimizer) for each in optimizers)
    # 1000 times the first scale, 32768, is no number of float16; half the scale is tried next, and so on.
    history = game.fit(
        np.full((4, 1), 1000.0, "float32"), batch_size=4, epochs=12, verbose=0
    ).history
    assert "critic_skipped" not in history  # that is not what a skipped move is
    scales = [float(ops.convert_to_numpy(each.dynamic_scale)) for each in optimizers]
    assert scales == [64.0, 64.0]  # 9 halvings; 65,504 is the largest number
    # The gradient is 1000 in each of the three steps that are left.
    assert float(game.critic.kernel[0, 0]) == pytest.approx(1.0 - 3 * 1e-5 * 1000.0)
    assert optimizers[0].inner_optimizer is not optimizers[1].inner_optimizer


def test_compile_refuses_what_is_no_player():
    with pytest.raises(ValueError, match=r"'critic'.*'discriminator', 'generator'"):
        gaussian_gan().compile({"critic": "adam"})
    shared = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="one optimizer to two players"):
        gaussian_gan().compile({"generator": shared, "discriminator": shared})


def test_a_player_moves_at_least_once():
    with pytest.raises(ValueError, match=r"updates of the player discriminator .* got 0"):
        gaussian_gan(discriminator_steps=0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"x": np.zeros((3, 1), "float32"), "batch_size": 4}, "consumes 4 examples"),
        ({"x": [1, 2, 3]}, "must be a NumPy array"),
        ({"x": np.zeros((8, 1)), "y": np.zeros(7, int), "batch_size": 2}, "learns from 1 column"),
        ({"x": np.zeros((8, 1)), "validation_split": 0.5}, "no meaning in a game"),
    ],
)
def test_fit_refuses_data_that_does_not_suit(data, message):
    game = Weighing()
    game.compile()
    with pytest.raises(ValueError, match=message):
        game.fit(**data)


def test_save_is_whole_or_not_at_all(tmp_path, monkeypatch):
    gan, path = gaussian_gan(), tmp_path / "new" / "gan.keras"
    gan.compile()
    gan.save(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="there already"):
        gan.save(path, overwrite=False)
    with pytest.raises(ValueError, match=r"must end in \.keras"):
        gan.save(tmp_path / "gan.h5")

    def full_disk(store):
        raise OSError(28, "No space left on device")

    settled = []
    monkeypatch.setattr(os, "fsync", lambda handle: settled.append(path.read_bytes()))
    gan.save(path)
    assert settled == [before]  # before it takes the place of the one that is there
    before = path.read_bytes()
    monkeypatch.setattr(gan, "save_own_variables", full_disk)
    with pytest.raises(OSError, match=r"No space left on device: '.*/gan\.keras'"):
        gan.save(path)
    assert [file.name for file in path.parent.iterdir()] == ["gan.keras"]
    assert path.read_bytes() == before


@pytest.mark.tensorflow
def test_empty_dataset_is_refused():
    import tensorflow as tf

    game = Weighing()
    game.compile()
    with pytest.raises(ValueError, match="empty"):
        game.fit(tf.data.Dataset.from_tensor_slices(np.zeros((0, 1), "float32")).batch(4))
