"""Callbacks log what the metrics say of the model after the epoch, and warn of what has collapsed."""

import csv
import math
import warnings

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan import CollapseMonitor, EvaluateEvery, SampleGrid, evaluation
from keras_gan.metrics import Features
from keras_gan.zoo import pack

SHAPE = (8, 8, 1)


@pytest.fixture
def images(rng):
    return rng.integers(0, 256, (64, *SHAPE), np.uint8)


@pytest.fixture
def rows():
    """Features: the mean of each row of pixels."""
    return Features(lambda images: np.asarray(images).mean(axis=(2, 3)), "rows")


def fit(model, images, epochs, *callbacks, **kwargs):
    return model.fit(
        images, batch_size=16, epochs=epochs, verbose=0, callbacks=callbacks, **kwargs
    ).history


def test_figures_are_in_the_logs_of_those_after_it(gan, images, rows, tmp_path):
    best = tmp_path / "best.weights.h5"
    history = fit(
        gan,
        images,
        5,
        EvaluateEvery(images, ["fid", "prdc"], num=50, every=2, features=rows),
        keras.callbacks.ModelCheckpoint(
            best, monitor="fid", mode="min", save_best_only=True, save_weights_only=True
        ),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
    )
    assert [math.isnan(value) for value in history["fid"]] == [False, False, True, False, True]
    assert {"precision", "recall", "density", "coverage"} <= set(history)
    with open(tmp_path / "log.csv") as file:
        lines = list(csv.DictReader(file))
    assert [float(line["fid"]) for line in lines[:2]] == history["fid"][:2]
    assert lines[2]["fid"] == "nan"
    gan.load_weights(best)
    kept = evaluation.evaluate(gan, images, ["fid"], 50, features=rows)["fid"].value
    assert kept == pytest.approx(np.nanmin(history["fid"]), rel=1e-5)


def test_last_epoch_is_measured_with_its_weights(gan, images, rows):
    history = fit(gan, images, 2, EvaluateEvery(images, ["fid"], num=50, features=rows))
    report = evaluation.evaluate(gan, images, ["fid"], 50, features=rows)
    assert history["fid"][-1] == pytest.approx(report["fid"].value, rel=1e-5)
    assert history["fid"][0] != pytest.approx(history["fid"][1], rel=1e-3)


def test_what_does_not_suit_is_refused_when_training_begins(gan, images, rows):
    for callback, problem in (
        (EvaluateEvery(images, ["fit"], features=rows), "no metric 'fit'"),
        (
            EvaluateEvery(images, ["label_accuracy"], features=rows),
            "label_accuracy is no metric of this GAN",
        ),
        (EvaluateEvery(images, ["is"], features=rows), "a classifier as features"),
        (EvaluateEvery(images, ["fid"]), "features must be given"),
    ):
        with pytest.raises(ValueError, match=problem):
            fit(gan, images, 1, callback)
    for make, problem in (
        (lambda: EvaluateEvery(images, every=0), "every must be at least 1 epoch, got 0"),
        (lambda: SampleGrid("samples", every=0), "every must be at least 1 epoch"),
        (lambda: CollapseMonitor(images, fraction=1), r"fraction must be in \(0, 1\), got 1"),
        (lambda: CollapseMonitor(images, patience=0), "patience must be at least 1, got 0"),
    ):
        with pytest.raises(ValueError, match=problem):
            make()


def collapse(gan):
    """Makes the generator ignore its latents."""
    kernel = gan.generator.trainable_weights[0]
    kernel.assign(np.zeros(kernel.shape))


def optimizers(rate):
    return {name: keras.optimizers.SGD(rate) for name in ("generator", "discriminator")}


def test_collapsed_generator_is_told_and_stops(gan, images, rows):
    gan.compile(optimizers(0.0))
    collapse(gan)
    monitor = CollapseMonitor(images, 50, patience=2, stop=True, features=rows)
    with pytest.warns(UserWarning, match=r"Epoch 2: samples have 0% of the diversity of the data"):
        history = fit(gan, images, 5, monitor)
    assert len(history["diversity"]) == 2 and max(history["diversity"]) < 0.01


def test_warns_without_stopping(gan, images, rows):
    gan.compile(optimizers(0.0))
    collapse(gan)
    with pytest.warns(UserWarning) as told:
        history = fit(gan, images, 3, CollapseMonitor(images, 50, patience=1, features=rows))
    assert len(history["diversity"]) == 3
    assert [str(w.message)[:8] for w in told if "diversity" in str(w.message)] == [
        "Epoch 1:",
        "Epoch 2:",
        "Epoch 3:",
    ]


def test_saturated_discriminator_is_told(gan, images, rows):
    """A loss that cannot be anything but small, since it is asked to be."""
    gan.compile(optimizers(0.0))
    with pytest.warns(UserWarning, match=r"the discriminator is saturated \(loss"):
        fit(
            gan,
            images,
            1,
            CollapseMonitor(images, 50, saturation=1e3, patience=1, features=rows),
        )


@pytest.mark.slow
def test_healthy_training_is_not_disturbed(gan, rows):
    """Real images that the generator itself has made, from other latents."""
    images = gan.generate(500, seed=7)
    gan.compile(optimizers(0.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        history = fit(
            gan, images, 2, CollapseMonitor(images, 500, patience=1, stop=True, features=rows)
        )
    assert history["diversity"] == pytest.approx([1, 1], abs=0.1)


@pytest.mark.slow
@pytest.mark.graph
def test_missing_classes_are_told(entries):
    """A classifier that knows digits a little, and a generator that has not learned them."""
    digits, labels = keras_gan.data.arrays("digits", image_size=28)
    classifier = keras_gan.zoo.load("tiny_classifier")
    classifier.compile({"classifier": keras.optimizers.Adam(0.01)})
    classifier.fit(digits, labels, batch_size=32, epochs=3, verbose=0)
    log = [{"steps": 1, "seconds": 1.0, "device": "", "backend": "", "versions": {}, "date": ""}]
    pack.pack(entries / "tiny_classifier", classifier, log)
    gan = keras_gan.zoo.load("tiny_dcgan")
    gan.compile(optimizers(0.0))
    monitor = CollapseMonitor("digits", 200, patience=1)
    with pytest.warns(
        UserWarning, match=r"the classes of samples .* \(total variation (0\.[5-9]|1\.0)"
    ):
        gan.fit(digits[:32], batch_size=16, verbose=0, callbacks=[monitor])


def test_grids_are_of_the_same_latents(gan, images, tmp_path):
    grids = SampleGrid(tmp_path / "samples", num=9, every=2, seed=3, scale=1)
    fit(gan, images, 5, grids)
    assert sorted(path.name for path in (tmp_path / "samples").iterdir()) == [
        "0002.png",
        "0004.png",
    ]
    fit(gan, images, 6, grids, initial_epoch=5)
    drawn = np.asarray(Image.open(tmp_path / "samples" / "0006.png"))
    assert drawn.shape == (3 * 10 + 2, 3 * 10 + 2)
    np.testing.assert_array_equal(drawn[2:10, 2:10], gan.generate(9, seed=3)[0, ..., 0])
