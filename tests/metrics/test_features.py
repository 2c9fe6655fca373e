"""Feature networks: Keras models and functions, batches, and what they refuse."""

import keras
import numpy as np
import pytest

from keras_gan.metrics import Features


@pytest.fixture
def images(rng):
    return rng.integers(0, 256, (23, 6, 5, 1), dtype=np.uint8)


def pixels(batch):
    return np.asarray(batch).reshape(len(batch), -1)


def test_function_sees_floats_in_batches(images):
    sizes = []

    def network(batch):
        sizes.append(len(batch))
        return pixels(batch)

    features = Features(network, "pixels", batch_size=10)
    np.testing.assert_allclose(features(images), pixels(images) / 127.5 - 1, atol=1e-6)
    assert sizes == [10, 10, 3]


def test_keras_model(images):
    model = keras.Sequential(
        [keras.Input((6, 5, 1)), keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D()]
    )
    expected = model.predict_on_batch(images / np.float32(127.5) - 1)
    np.testing.assert_allclose(Features(model, "net", batch_size=10)(images), expected, atol=1e-6)


def test_keras_model_is_at_inference(images):
    model = keras.Sequential(
        [keras.Input((6, 5, 1)), keras.layers.Flatten(), keras.layers.Dropout(0.9)]
    )
    np.testing.assert_allclose(
        Features(model, "net")(images), pixels(images) / 127.5 - 1, atol=1e-6
    )


def test_preprocess(images):
    features = Features(pixels, "halves", preprocess=lambda batch: batch[:, :3])
    np.testing.assert_array_equal(features(images), pixels(images[:, :3]))


def test_floats_pass_unrounded(images):
    floats = images / np.float32(127.5) - 1 + np.float32(1e-5)
    floats = np.clip(floats, -1, 1)
    np.testing.assert_array_equal(Features(pixels, "pixels")(floats), pixels(floats))


@pytest.mark.parametrize("source", ["array", "batches"])
def test_statistics(images, source):
    features = Features(pixels, "pixels", batch_size=4)
    given = (
        images if source == "array" else (images[start : start + 7] for start in range(0, 23, 7))
    )
    statistics = features.statistics(given)
    exact = pixels(images) / 127.5 - 1
    assert statistics.count == 23
    np.testing.assert_allclose(statistics.mean, exact.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(statistics.covariance, np.cov(exact, rowvar=False), atol=1e-6)


@pytest.mark.parametrize(
    ("images", "match"),
    [
        (
            np.zeros((3, 6, 5), np.uint8),
            r"images must be images \(n, height, width, channels\), got \(3, 6, 5\)",
        ),
        (np.zeros((0, 6, 5, 1), np.uint8), r"got \(0, 6, 5, 1\)"),
        (np.zeros((3, 6, 5, 1), np.int64), r"must be uint8, or floats in \[-1, 1\], got int64"),
        (np.full((3, 6, 5, 1), 255.0), r"floats in \[-1, 1\], got float64 in \[255, 255\]"),
        (np.full((3, 6, 5, 1), np.nan), r"floats in \[-1, 1\], got float64 in \[nan"),
    ],
)
def test_bad_images(images, match):
    with pytest.raises(ValueError, match=match):
        Features(pixels, "pixels")(images)


@pytest.mark.parametrize(
    ("network", "match"),
    [
        (
            lambda batch: np.zeros((len(batch), 2, 2)),
            r"give features \(23, width\), got \(23, 2, 2\)",
        ),
        (lambda batch: np.zeros((1, 2)), r"got \(1, 2\)"),
        (lambda batch: [np.zeros((23, 2))] * 2, "must have one output, got 2"),
        (lambda batch: np.full((23, 2), np.nan), "features of net must be finite"),
    ],
)
def test_bad_networks(images, network, match):
    with pytest.raises(ValueError, match=match):
        Features(network, "net")(images)


def test_no_images():
    with pytest.raises(ValueError, match="at least one image"):
        Features(pixels, "pixels").statistics(iter([]))
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        Features(pixels, "pixels", batch_size=0)
