"""ONNX Runtime, LiteRT and Keras make of the exported files what Keras makes of the model."""

import re
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from serving.runtimes import PACKAGES, RUN

from keras_gan import GAN, load_model, networks, serving, zoo

README = Path(__file__).parents[2] / "docs" / "serving" / "README.md"
NAMES = ["tiny_dcgan", "tiny_cgan", "tiny_biggan", "tiny_stylegan2"]
WAYS = [
    ("tiny_cyclegan", "AtoB"),
    ("tiny_cyclegan", "BtoA"),
    ("tiny_discogan", "AtoB"),
    ("tiny_dualgan", "BtoA"),
    ("tiny_pix2pix", "BtoA"),
]


def inputs_of(model, num, seed=7):
    labels = {}
    if model.num_classes is not None:
        labels = {"labels": np.arange(num, dtype=np.int32)[::-1] % model.num_classes}
    return {"latents": model.latents(num, seed), **labels}


def difference(model, path, format, num):
    inputs = inputs_of(model, num)
    expected = model.decode(*inputs.values())
    images = RUN[format](path, inputs)
    assert images.shape == expected.shape and images.dtype == np.float32
    assert expected.std() > 1e-3
    return np.abs(images - expected).max()


@pytest.mark.parametrize("num", [1, 5])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format", RUN)
def test_the_runtime_says_what_keras_says(models, written, format, name, num):
    path = written(name, format)
    assert path.name == name + {"onnx": ".onnx", "litert": ".tflite"}[format]
    assert difference(models[name], path, format, num) <= 1e-4


@pytest.mark.parametrize(("name", "direction"), WAYS)
@pytest.mark.parametrize("format", RUN)
def test_the_runtime_translates_as_keras_does(models, written, rng, format, name, direction):
    model = models[name]
    path = written(name, format, direction=direction)
    both = "" if name == "tiny_pix2pix" else f"-{direction}"
    assert path.name == name + both + {"onnx": ".onnx", "litert": ".tflite"}[format]
    generator = model.generators[direction]
    sizes = [(1, 32, 32), (3, 32, 32)]
    if format == "onnx" and name != "tiny_discogan":  # a network of one size
        sizes.append((2, 64, 96))
    for size in sizes:
        images = rng.uniform(-1, 1, (*size, model.image_shape[-1])).astype(np.float32)
        made = RUN[format](path, {"images": images})
        expected = generator.predict_on_batch(images)
        assert made.shape == expected.shape and expected.std() > 0.01
        assert np.abs(made - expected).max() <= 1e-4


@pytest.mark.parametrize("precision", ["float16", "int8"])
@pytest.mark.parametrize("format", RUN)
def test_smaller_files_and_how_far_they_are_from_keras(packed_entries, written, format, precision):
    whole, path = (written("tiny_dcgan", format, **p) for p in ({}, {"precision": precision}))
    assert path.name == whole.name.replace(".", f"-{precision}.")
    assert path.stat().st_size < whole.stat().st_size * {"float16": 0.7, "int8": 0.5}[precision]
    measured = difference(packed_entries[1]["tiny_dcgan"], path, format, 4)
    assert measured <= {"float16": 1e-2, "int8": 0.5}[precision]


def test_batch_of_an_onnx_file_is_named_and_free(written):
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(written("tiny_cgan", "onnx")).graph
    shapes = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.output)
    }
    assert shapes == {"latents": [0, 100], "labels": [0], "images": [0, 8, 8, 1]}


def test_documented_code_gets_the_images_of_keras(tmp_path, monkeypatch):
    for package in (*PACKAGES["onnx"], *PACKAGES["litert"]):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    model = zoo.load("dcgan_mnist")
    serving.export(model, "models", "dcgan_mnist", format="onnx")
    serving.export(model, "models", "dcgan_mnist", format="litert", precision="float16")
    section = README.read_text().split("\n## ONNX Runtime and LiteRT\n")[1].split("\n## ")[0]
    names = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL)), names)
    expected = model.decode(names["latents"])
    assert np.abs(names["onnx_images"] - expected).max() <= 1e-4
    assert np.abs(names["litert_images"] - expected).max() <= 1e-2


def test_a_keras_file_is_the_whole_model(packed_entries, tmp_path):
    model = packed_entries[1]["tiny_dcgan"]
    path = serving.export(model, tmp_path, "mine", format="keras")
    assert path == tmp_path / "mine.keras"
    np.testing.assert_array_equal(load_model(path).generate(3, 1), model.generate(3, 1))


@pytest.mark.parametrize(("format", "package"), [("onnx", "tf2onnx"), ("litert", "ai_edge_litert")])
def test_missing_package_names_the_extra(packed_entries, tmp_path, monkeypatch, format, package):
    for each in PACKAGES[format]:
        if each != package:
            pytest.importorskip(each)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"{package}: pip install 'keras_gan\[{format}\]'"):
        serving.export(packed_entries[1]["tiny_dcgan"], tmp_path / "models", format=format)
    assert not list(tmp_path.iterdir())


def test_a_file_that_differs_is_not_written(packed_entries, tmp_path, monkeypatch):
    pytest.importorskip("ai_edge_litert")

    monkeypatch.setattr("keras_gan.serving.files.TOLERANCE", -1.0)
    with pytest.raises(ValueError, match=r"differs from Keras by .* it was not written"):
        serving.export(packed_entries[1]["tiny_dcgan"], tmp_path / "models", format="litert")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"format": "saved_model", "precision": "int8"}, "precision must be one of float32 for"),
        ({"format": "keras", "precision": "float16"}, "precision must be one of float32 for"),
        ({"format": "onnx", "precision": "int4"}, "one of float32, float16, int8 for onnx"),
        ({"format": "litert", "version": 2}, "version must be None for litert, got 2"),
    ],
)
def test_bad_arguments_are_named(packed_entries, tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        serving.export(packed_entries[1]["tiny_cgan"], tmp_path / "models", **arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", RUN)
def test_models_without_signatures_are_refused(packed_entries, tmp_path, monkeypatch, format):
    model = packed_entries[1]["tiny_classifier"]
    monkeypatch.setattr(type(model), "signatures", lambda self: {})
    with pytest.raises(ValueError, match="Classifier, which has no signatures to export"):
        serving.export(model, tmp_path / "models", format=format)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", RUN)
def test_the_runtime_classifies_as_keras_does(models, written, rng, format):
    model = models["tiny_classifier"]
    images = rng.uniform(-1, 1, (3, *model.example_shape)).astype(np.float32)
    probabilities = RUN[format](written("tiny_classifier", format), {"images": images})
    np.testing.assert_allclose(probabilities, model.classify(images), atol=1e-5)


def test_operation_that_litert_lacks_is_named(tmp_path):
    pytest.importorskip("ai_edge_litert")
    latents = keras.Input((49,))
    images = keras.layers.Reshape((7, 7, 1))(keras.ops.erfinv(latents))
    generator = keras.Model(latents, images)
    model = GAN(generator, networks.gan.discriminator((7, 7, 1)))
    with pytest.raises(ValueError, match=r"LiteRT cannot run this .* fails on Erfinv"):
        serving.export(model, tmp_path / "models", format="litert")
    assert not list(tmp_path.iterdir())


def test_a_network_that_the_runtime_of_litert_cannot_run(packed_entries, tmp_path, monkeypatch):
    """RealNVP of two scales is one: an operation of XNNPACK fails on it."""
    runtime = pytest.importorskip("ai_edge_litert.interpreter")

    def fail(self, **inputs):
        raise RuntimeError("XNNPack delegate failed to reshape runtime.")

    monkeypatch.setattr(runtime.SignatureRunner, "__call__", fail)
    with pytest.raises(ValueError, match=r"LiteRT cannot run this network: XNNPack .* may work"):
        serving.export(packed_entries[1]["tiny_dcgan"], tmp_path / "models", format="litert")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", RUN)
def test_direction_that_a_translator_has_not(small_translators, tmp_path, format):
    model = small_translators["tiny_pix2pix"]
    with pytest.raises(ValueError, match="direction must be BtoA for this Pix2Pix, got 'AtoB'"):
        serving.export(model, tmp_path / "models", format=format, direction="AtoB")
    assert not list(tmp_path.iterdir())
