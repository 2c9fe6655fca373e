"""Habits of Keras: what a user of `keras.Model` does with a game works, or is refused in a sentence."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import CGAN, GAN, CycleGAN, networks
from keras_gan.game.feeding import as_batch
from keras_gan.precision import dtype_policy

SHAPE = (4, 4, 1)


def tiny(kind=GAN, **settings):
    generator = networks.gan.generator(SHAPE, latent_dim=3, units=4)
    discriminator = networks.gan.discriminator(SHAPE, units=4, pieces=2)
    return kind(generator, discriminator, **{"seed": 0, **settings})


def conditional():
    generator = networks.cgan.generator((28, 28, 1), 3, latent_dim=4)
    return CGAN(generator, networks.cgan.discriminator((28, 28, 1), 3), num_classes=3, seed=0)


def sgd(rate):
    return keras.optimizers.SGD(rate)


def images(num, low=-1.0, high=1.0):
    return np.random.default_rng(0).uniform(low, high, (num, *SHAPE)).astype("float32")


def rates(model):
    return {
        name: float(ops.convert_to_numpy(one.learning_rate))
        for name, one in model.optimizers.items()
    }


# The dtype policy is part of the model.


def test_a_float32_file_keeps_its_optimizers_under_mixed_float16(tmp_path):
    gan = tiny()
    gan.compile("adam")
    gan.fit(images(16), batch_size=4, verbose=0)
    gan.save(tmp_path / "gan.keras")
    with dtype_policy("mixed_float16"):
        loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.dtype_policy.name == "float32"
    for name, optimizer in loaded.optimizers.items():
        assert type(optimizer) is keras.optimizers.Adam
        pairs = zip(optimizer.variables, gan.optimizers[name].variables, strict=True)
        for value, saved in pairs:
            np.testing.assert_array_equal(ops.convert_to_numpy(value), ops.convert_to_numpy(saved))


def test_a_mixed_file_keeps_its_loss_scales_under_float32(tmp_path):
    with dtype_policy("mixed_float16"):
        gan = tiny()
        gan.compile({"generator": sgd(0.1)})
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.dtype_policy.name == "mixed_float16"
    assert loaded.generator.compute_dtype == "float16"
    for _ in range(2):
        for optimizer in loaded.optimizers.values():
            assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        loaded.compile()  # decided by the networks, not by the session


# Callbacks and optimizers.


def test_a_rate_scheduler_sets_each_players_own_rate():
    gan = tiny()
    gan.compile({"discriminator": sgd(0.4), "generator": sgd(0.1)})
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    history = gan.fit(images(8), batch_size=4, epochs=2, verbose=0, callbacks=[halve]).history
    assert rates(gan) == pytest.approx({"discriminator": 0.1, "generator": 0.025})
    assert history["discriminator_learning_rate"] == pytest.approx([0.2, 0.1])
    assert history["generator_learning_rate"] == pytest.approx([0.05, 0.025])
    constant = keras.callbacks.LearningRateScheduler(lambda epoch: 0.3)
    gan.fit(images(8), batch_size=4, verbose=0, callbacks=constant)
    assert rates(gan) == pytest.approx({"discriminator": 0.3, "generator": 0.3})


def test_a_plateau_reduces_each_players_own_rate():
    gan = tiny()
    gan.compile({"discriminator": sgd(0.4), "generator": sgd(0.1)})
    plateau = keras.callbacks.ReduceLROnPlateau(
        "generator_loss", factor=0.1, patience=1, mode="min", min_delta=100.0, min_lr=0.02
    )
    gan.fit(images(8), batch_size=4, epochs=2, verbose=0, callbacks=[plateau])
    assert rates(gan) == pytest.approx({"discriminator": 0.04, "generator": 0.02})


@pytest.mark.parametrize(
    "callback",
    [
        keras.callbacks.LearningRateScheduler(lambda epoch: 0.1),
        keras.callbacks.ReduceLROnPlateau("generator_loss"),
    ],
)
def test_rates_that_follow_a_schedule_are_not_set_by_a_callback(callback):
    gan = tiny()
    gan.compile()  # with the paper's decay
    message = "cannot set the learning rate of the discriminator.*ExponentialDecay.*a number"
    with pytest.raises(ValueError, match=message):
        gan.fit(images(8), batch_size=4, verbose=0, callbacks=[callback])
    assert int(gan.steps) == 0


def test_other_callbacks_are_told_where_the_optimizers_are():
    gan = tiny()
    gan.compile()
    assert not hasattr(gan.optimizer, "learning_rate")
    with pytest.raises(AttributeError, match=r"use model\.optimizers\[player\]\.iterations"):
        _ = gan.optimizer.iterations


@pytest.mark.parametrize("one", ["rmsprop", keras.optimizers.RMSprop(0.02)])
def test_one_optimizer_is_a_model_for_all_players(one):
    gan = tiny()
    gan.compile(one)
    assert [type(each) for each in gan.optimizers.values()] == [keras.optimizers.RMSprop] * 2
    assert gan.optimizers["generator"] is not gan.optimizers["discriminator"]
    assert len({id(v) for o in gan.optimizers.values() for v in o.variables}) > 2
    gan.fit(images(8), batch_size=4, verbose=0)
    expected = 0.001 if one == "rmsprop" else 0.02
    assert rates(gan) == pytest.approx({"discriminator": expected, "generator": expected})


def test_compile_refuses_what_is_no_optimizer():
    for wrong in (["adam", "adam"], 1e-3):
        with pytest.raises(ValueError, match="optimizers must be a dictionary of optimizers"):
            tiny().compile(wrong)


# Verbs of keras.Model.


@pytest.mark.parametrize("make", [tiny, conditional, lambda: tiny(discriminator_steps=2)])
def test_train_on_batch_is_a_step_of_fit(make):
    models = []
    for _ in range(2):
        keras.utils.set_random_seed(0)
        models.append(make())
    one, other = models
    shape, labels = one.example_shape, np.arange(8) % 3
    x = np.random.default_rng(0).uniform(-1, 1, (8, *shape)).astype("float32")
    data = [x] if one.num_classes is None else [x, labels]
    one.compile()
    other.compile()
    size = 8 // one.batches_per_step
    history = one.fit(*data, batch_size=size, shuffle=False, verbose=0).history
    logs = other.train_on_batch(*data, return_dict=True)
    assert list(logs) == ["discriminator_loss", "generator_loss"]
    assert list(logs.values()) == pytest.approx([history[name][0] for name in logs], rel=1e-5)
    assert int(other.steps) == 1
    losses = other.train_on_batch(*data)
    assert len(losses) == 2 and np.isfinite(losses).all()


def test_train_on_batch_checks_its_data():
    gan = tiny(discriminator_steps=2)
    gan.compile()
    with pytest.raises(ValueError, match=r"images must hold a multiple of 2 examples.*got 7"):
        gan.train_on_batch(images(7))
    with pytest.raises(ValueError, match=r"floats in \[-1, 1\]"):
        gan.train_on_batch(images(8, 0, 255))


def test_what_a_game_does_not_do_is_said_in_a_sentence(tmp_path):
    gan = tiny()
    gan.compile()
    for method in (gan.evaluate, gan.test_on_batch):
        with pytest.raises(NotImplementedError, match=r"keras_gan\.evaluation\.evaluate"):
            method(images(8))
    with pytest.raises(NotImplementedError, match=r"keras_gan\.serving\.export"):
        gan.export(tmp_path / "exported")


# Data.


def drawn(model, **kwargs):
    """The first pixels of the examples that a `fit` of 10 images, 4 in a batch, draws."""
    model.seen = []
    x = np.broadcast_to(np.arange(10).reshape(10, 1, 1, 1), (10, *SHAPE)).astype("uint8")
    model.fit(x, batch_size=4, verbose=0, **kwargs)
    return [int(value) for value in model.seen]


class Seeing(GAN):
    """A GAN that keeps the first pixel of every example, in eager steps."""

    def step(self, data):
        batch = as_batch(self.columns, data)
        self.seen.extend(ops.convert_to_numpy(batch["images"])[:, 0, 0, 0])
        return super().step(data)


@pytest.mark.tensorflow
def test_fit_in_a_loop_draws_the_orders_of_one_fit():
    whole, loop = tiny(Seeing), tiny(Seeing)
    for model in (whole, loop):
        model.compile(run_eagerly=True)
    epochs = drawn(whole, epochs=4)
    assert [x for _ in range(4) for x in drawn(loop)] == epochs
    assert len({tuple(epochs[i : i + 8]) for i in range(0, 32, 8)}) == 4
    assert set(epochs) == set(range(10))  # others are left out each time


@pytest.mark.tensorflow
def test_unseeded_models_draw_orders_of_their_own():
    orders = []
    for _ in range(2):
        model = tiny(Seeing, seed=None)
        model.compile(run_eagerly=True)
        orders.append(drawn(model))
    assert orders[0] != orders[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
        ({"batch_size": 4.0}, r"batch_size must be a whole number of at least 1, got 4\.0"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
        ({"initial_epoch": -1}, "initial_epoch must be a whole number of at least 0, got -1"),
        ({"class_weight": {0: 1.0}}, "class_weight has no meaning in a game: its losses weigh"),
    ],
)
def test_fit_refuses_arguments_out_of_range(arguments, message):
    gan = tiny()
    gan.compile()
    with pytest.raises(ValueError, match=message):
        gan.fit(images(8), **{"batch_size": 4, "verbose": 0, **arguments})
    assert int(gan.steps) == 0


def test_compile_counts_steps_per_execution():
    for wrong in (0, -1, 2.5):
        with pytest.raises(ValueError, match="steps_per_execution must be a whole number"):
            tiny().compile(steps_per_execution=wrong)


def sources(batches):
    """A `PyDataset` and, where TensorFlow is the backend, a `tf.data.Dataset` of batches."""

    class Source(keras.utils.PyDataset):
        def __len__(self):
            return len(batches)

        def __getitem__(self, index):
            batch = batches[index]
            return batch if isinstance(batch, tuple) else (batch,)

    yield Source()
    tf = pytest.importorskip("tensorflow")

    def generate():
        yield from batches

    signature = tf.nest.map_structure(
        lambda x: tf.TensorSpec((None, *x.shape[1:]), x.dtype), batches[0]
    )
    yield tf.data.Dataset.from_generator(generate, output_signature=signature)


def test_what_a_dataset_has_itself_is_not_given_besides():
    gan = tiny()
    gan.compile()
    for source in sources([images(4)] * 2):
        for name, value in {"y": np.zeros(8, int), "batch_size": 7, "initial_step": 1}.items():
            with pytest.raises(ValueError, match=f"{name} must not be given where x is a dataset"):
                gan.fit(source, verbose=0, **{name: value})


@pytest.mark.parametrize(
    "eagerly", [True, pytest.param(False, marks=[pytest.mark.graph, pytest.mark.slow])]
)
@pytest.mark.parametrize("steps", [1, 2])
def test_every_batch_of_a_dataset_is_checked(eagerly, steps):
    good, bad = images(4), images(4, 0, 255)
    for source in sources([good] * 5 + [bad]):
        gan = tiny(discriminator_steps=steps)
        gan.compile(run_eagerly=eagerly)
        with pytest.raises(ValueError, match=r"In a batch of the dataset.*\[-1, 1\], got float32"):
            gan.fit(source, verbose=0)
    nan = np.where(np.arange(4).reshape(4, 1, 1, 1) == 2, np.nan, good).astype("float32")
    for source in sources([good] * 3 + [nan]):
        gan = tiny()
        gan.compile(run_eagerly=eagerly)
        with pytest.raises(ValueError, match=r"In a batch of the dataset.*nan"):
            gan.fit(source, verbose=0)


def test_labels_of_every_batch_are_checked():
    gan = conditional()
    x = np.zeros((4, 28, 28, 1), "uint8")
    good, bad = (x, np.array([0, 1, 2, 0])), (x, np.array([0, 1, 99, 0]))
    for source in sources([good] * 3 + [bad]):
        gan.compile()
        with pytest.raises(ValueError, match="labels must be class ids from 0 to 2, got 0 to 99"):
            gan.fit(source, verbose=0)


def test_both_domains_of_every_batch_are_checked():
    def network(channels, **options):
        layer = keras.layers.Conv2D(channels, 3, padding="same", **options)
        return keras.Sequential([keras.Input((None, None, 3)), layer])

    translators = [network(3, activation="tanh") for _ in "AB"]
    model = CycleGAN(*translators, *(network(1) for _ in "AB"), image_shape=(8, 8, 3), pool_size=0)
    model.compile()
    good = np.zeros((1, 8, 8, 3), "float32")
    for source in sources([(good, good)] * 3 + [(good, good + 2)]):
        with pytest.raises(ValueError, match="images of B must be"):
            model.fit(source, verbose=0)


def test_a_dataset_that_suits_is_unchanged_by_the_checks():
    losses = []
    for source in [images(16), *sources(np.split(images(16), 4))]:
        keras.utils.set_random_seed(0)
        gan = tiny()
        gan.compile()
        options = {"batch_size": 4, "shuffle": False} if isinstance(source, np.ndarray) else {}
        history = gan.fit(source, epochs=2, verbose=0, **options).history
        losses.append(history["discriminator_loss"] + history["generator_loss"])
    for other in losses[1:]:
        assert other == pytest.approx(losses[0], rel=1e-5)
