"""The classifier's options: what is done to images and labels in training."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import log_softmax

from keras_gan import Classifier, load_model


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


def test_options_are_saved(tmp_path):
    model = Classifier(linear(), cutout=4, label_smoothing=0.1, mirror=True, shift=1, seed=0)
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    assert (loaded.cutout, loaded.label_smoothing, loaded.mirror, loaded.shift) == (4, 0.1, True, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cutout": -1}, "cutout counts pixels and must not be negative, got -1"),
        ({"label_smoothing": 1.0}, r"label_smoothing must lie in \[0, 1\), got 1.0"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Classifier(linear(), **options)
