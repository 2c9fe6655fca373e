"""A saved game goes on as if nothing had happened, and is saved whole or not at all."""

import os

import keras
import numpy as np
import pytest
from game.games import gaussian_gan
from keras import ops

from keras_gan import GAN, CycleGAN, networks
from keras_gan.game.feeding import Batches
from keras_gan.penalties import R1
from keras_gan.tricks import HistoricalAveraging, InstanceNoise


def values(variables):
    return [ops.convert_to_numpy(variable) for variable in variables]


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


@pytest.mark.slow_under_jax
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
