"""Habits of Keras: what a user of `keras.Model` does with a game works, or is refused in a sentence."""

import keras
import numpy as np
import pytest
from game.games import conditional, images, tiny
from keras import ops

from keras_gan.precision import dtype_policy


def sgd(rate):
    return keras.optimizers.SGD(rate)


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
