"""Exports of models of many domains, of styles, and of networks that enlarge by nearest neighbors."""

import numpy as np
import pytest

from keras_gan import FastStyleTransfer, StarGAN, serving
from keras_gan.networks import fast_style, resnet, stargan

pytestmark = pytest.mark.slow
LOOKS = {"hair": ["black", "blue", "pink"], "eyes": ["blue", "red"]}


@pytest.fixture(scope="module")
def model():
    networks = stargan.generator((None, None, 3), 5, 4, 1), stargan.discriminator((8, 8, 3), 5, 2)
    return StarGAN(*networks, image_shape=(8, 8, 3), domains=LOOKS, seed=0, name="looks")


@pytest.fixture(scope="module")
def signatures(model, tmp_path_factory):
    tf = pytest.importorskip("tensorflow")
    path = serving.export(model, tmp_path_factory.mktemp("domains"))
    return tf.saved_model.load(str(path)).signatures


def test_the_saved_model_translates_to_the_labels_of_each_image(model, signatures, rng):
    import tensorflow as tf

    images = rng.integers(0, 256, (3, 10, 14, 3), np.uint8)
    labels = np.int32([[2, 1], [0, 0], [1, 1]])
    expected = model.translate_labels(images, labels).astype(int)
    found = signatures["serving_default"](images=tf.constant(images), labels=tf.constant(labels))
    assert np.abs(found["images"].numpy() - expected).max() <= 1
    files = tf.stack([tf.io.encode_png(image) for image in images])
    found = signatures["translate_image_bytes"](image_bytes=files, labels=tf.constant(labels))
    for content, image in zip(found["image_bytes"].numpy(), expected, strict=True):
        assert np.abs(tf.io.decode_png(content).numpy() - image).max() <= 1


@pytest.mark.parametrize("labels", [[[3, 0]], [[-1, 0]], [[0, 2]], [[0, 0], [0, 0]]])
def test_labels_out_of_range_or_number_are_refused(signatures, labels):
    import tensorflow as tf

    image, labels = tf.zeros((1, 8, 8, 3), tf.uint8), tf.constant(labels, tf.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"of \[0, 0\] to \[2, 1\]"):
        signatures["serving_default"](images=image, labels=labels)


@pytest.mark.parametrize(("format", "package"), [("onnx", "tf2onnx"), ("litert", "ai_edge_litert")])
def test_files_say_what_keras_says(model, tmp_path, format, package):
    """`export` compares them."""
    pytest.importorskip(package)
    assert serving.export(model, tmp_path, format=format).exists()


def test_nearest_neighbors_of_any_size_are_written_as_onnx(tmp_path):
    pytest.importorskip("tf2onnx")
    from keras_gan import CycleGAN
    from keras_gan.networks import patchgan

    generators = [resnet.generator((None, None, 3), 2, 1, upsampling="nearest") for _ in "AB"]
    critics = [patchgan.discriminator(3, 2) for _ in "AB"]
    model = CycleGAN(*generators, *critics, image_shape=(24, 24, 3), seed=0, name="horses")
    assert serving.export(model, tmp_path, format="onnx").name == "horses-AtoB.onnx"


@pytest.fixture(scope="module")
def painter():
    generator = fast_style.generator(width=2, blocks=1)
    return FastStyleTransfer(generator, image_shape=(24, 24, 3), seed=0, name="stars")


def test_a_style_is_served(painter, tmp_path, rng):
    tf = pytest.importorskip("tensorflow")
    loaded = tf.saved_model.load(str(serving.export(painter, tmp_path)))
    images = rng.integers(0, 256, (2, 26, 30, 3), np.uint8)
    found = loaded.signatures["serving_default"](images=tf.constant(images))["images"].numpy()
    assert np.abs(found - painter.translate(images, size="full").astype(int)).max() <= 1


@pytest.mark.parametrize(("format", "package"), [("onnx", "tf2onnx"), ("litert", "ai_edge_litert")])
def test_files_of_a_style_say_what_keras_says(painter, tmp_path, format, package):
    pytest.importorskip(package)
    assert serving.export(painter, tmp_path, format=format).exists()
