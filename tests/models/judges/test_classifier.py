"""The classifier's options: what is done to images and labels in training."""

import keras
import numpy as np
import pytest
from keras import ops
from keras.ops import convert_to_numpy as numpy
from scipy.special import log_softmax

from keras_gan import Classifier, load_model
from keras_gan.augmentations.jigsaw import ORDERS, reordered
from keras_gan.networks.classifier import classifier


def linear(shape=(8, 9, 1), classes=3):
    images = keras.Input(shape)
    features = keras.layers.Flatten(name="features")(images)
    return keras.Model(images, keras.layers.Dense(classes)(features))


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_smoothed_labels_share_out_probability(smoothing, rng):
    model = Classifier(linear(), shift=0, label_smoothing=smoothing, seed=0)
    images = rng.uniform(-1, 1, (5, 8, 9, 1)).astype("float32")
    labels = np.array([0, 1, 2, 1, 0])
    logs = log_softmax(np.asarray(model.network(images), np.float64), axis=1)
    wanted = (1.0 - smoothing) * np.eye(3)[labels] + smoothing / 3
    loss = float(model.loss_on(ops.convert_to_tensor(images), ops.convert_to_tensor(labels)))
    assert loss == pytest.approx(-(wanted * logs).sum(axis=1).mean(), rel=1e-5)


@pytest.mark.parametrize("size", [3, 4])
def test_a_square_is_cut_out_around_any_place(size):
    model = Classifier(linear(), shift=0, cutout=size, seed=0)
    images = np.ones((400, 8, 9, 1), "float32")
    cut = ops.convert_to_numpy(model._augment(ops.convert_to_tensor(images)))[..., 0] == 0.0
    heights, widths = cut.any(axis=2).sum(axis=1), cut.any(axis=1).sum(axis=1)
    np.testing.assert_array_equal(cut.sum(axis=(1, 2)), heights * widths)  # rectangles
    # The border cuts squares, by half at most.
    assert set(heights) == set(widths) == set(range((size + 1) // 2, size + 1))
    assert cut.any(axis=0).all()


def test_quarters_come_into_every_order(rng):
    images = rng.normal(size=(24, 4, 6, 2)).astype("float32")
    found = ops.convert_to_numpy(reordered(ops.convert_to_tensor(images), np.arange(24)))
    rows, columns = (slice(0, 2), slice(2, 4)), (slice(0, 3), slice(3, 6))
    for image, shown, order in zip(images, found, ORDERS, strict=True):
        quarters = [image[row, column] for row in rows for column in columns]
        expected = [quarters[index] for index in order]
        places = [shown[row, column] for row in rows for column in columns]
        np.testing.assert_array_equal(places, expected)
    np.testing.assert_array_equal(found[0], images[0])


def test_a_jigsaw_adds_the_cross_entropy_of_the_orders(rng, monkeypatch):
    model = Classifier(linear((8, 8, 1)), shift=0, jigsaw=True, seed=0)
    monkeypatch.setattr(model, "uniform", lambda shape: ops.zeros(shape) + 5.5 / 24)
    images = rng.uniform(-1, 1, (5, 8, 8, 1)).astype("float32")
    labels = np.array([0, 1, 2, 1, 0])
    loss, parts = model.loss_on(ops.convert_to_tensor(images), ops.convert_to_tensor(labels))
    logits = np.asarray(model.network(images), np.float64)
    expected = -log_softmax(logits, axis=1)[range(5), labels].mean()
    assert float(parts["classes"]) == pytest.approx(expected, rel=1e-5)
    shown = ops.convert_to_numpy(reordered(ops.convert_to_tensor(images), np.full(5, 5)))
    logits = np.asarray(model.order(shown.reshape(5, -1)), np.float64)
    expected = -log_softmax(logits, axis=1)[:, 5].mean()
    assert float(parts["jigsaw"]) == pytest.approx(expected, rel=1e-5)
    assert float(loss) == pytest.approx(float(sum(parts.values())), rel=1e-6)


def test_a_restored_network_is_computed_once(tmp_path):
    """Sequential networks are put together anew, layer by layer."""
    network = classifier((8, 8, 1), 3, width=2, features=4, stages=2)
    Classifier(network, seed=0).save(tmp_path / "model.keras")
    restored = load_model(tmp_path / "model.keras")
    seeds = [v for v in restored.network.variables if "seed_generator" in v.path]
    before = [int(numpy(seed)[1]) for seed in seeds]
    restored.feature_network(np.zeros((2, 8, 8, 1), "float32"), training=True)
    drawn = [int(numpy(seed)[1]) - first for seed, first in zip(seeds, before, strict=True)]
    assert drawn == [1, 1]  # each Dropout once


def test_options_are_saved(tmp_path):
    model = Classifier(linear(), cutout=4, label_smoothing=0.1, mirror=True, shift=1, seed=0)
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    assert (loaded.cutout, loaded.label_smoothing, loaded.mirror, loaded.shift) == (4, 0.1, True, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cutout": -1}, "cutout counts pixels and must not be negative, got -1"),
        ({"jigsaw": True}, r"jigsaw requires images of even sides, got \(8, 9, 1\)"),
        ({"label_smoothing": 1.0}, r"label_smoothing must lie in \[0, 1\), got 1.0"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Classifier(linear(), **options)
