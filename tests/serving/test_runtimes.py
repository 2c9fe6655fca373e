"""ONNX Runtime, LiteRT and Keras make of the exported files what Keras makes of the model."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from keras_gan import load_model, serving, zoo

tf = pytest.importorskip("tensorflow")

README = Path(__file__).parents[2] / "docs" / "serving" / "README.md"
NAMES = ["tiny_dcgan", "tiny_cgan"]
PACKAGES = {"onnx": ("onnx", "onnxruntime", "tf2onnx"), "litert": ("ai_edge_litert",)}


@pytest.fixture(scope="module")
def written(packed_entries, tmp_path_factory):
    """Writes each file once: a function of name, format and precision that returns its path."""
    directory, known = tmp_path_factory.mktemp("runtimes"), {}

    def write(name, format, precision="float32"):
        for package in PACKAGES[format]:
            pytest.importorskip(package)
        if (name, format, precision) not in known:
            model = packed_entries[1][name]
            known[name, format, precision] = serving.export(
                model, directory, format=format, precision=precision
            )
        return known[name, format, precision]

    return write


def run_onnx(path, inputs):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def run_litert(path, inputs):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path))
    return interpreter.get_signature_runner()(**inputs)["images"]


RUN = {"onnx": run_onnx, "litert": run_litert}


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
def test_the_runtime_says_what_keras_says(packed_entries, written, format, name, num):
    path = written(name, format)
    assert path.name == name + {"onnx": ".onnx", "litert": ".tflite"}[format]
    assert difference(packed_entries[1][name], path, format, num) <= 1e-4


@pytest.mark.parametrize("precision", ["float16", "int8"])
@pytest.mark.parametrize("format", RUN)
def test_smaller_files_and_how_far_they_are_from_keras(packed_entries, written, format, precision):
    whole, path = written("tiny_dcgan", format), written("tiny_dcgan", format, precision)
    assert path.name == whole.name.replace(".", f"-{precision}.")
    assert path.stat().st_size < whole.stat().st_size * {"float16": 0.7, "int8": 0.5}[precision]
    measured = difference(packed_entries[1]["tiny_dcgan"], path, format, 4)
    assert measured <= {"float16": 1e-2, "int8": 0.5}[precision]


@pytest.mark.parametrize("format", RUN)
def test_the_report_tells_what_was_measured(packed_entries, written, format):
    for precision in serving.FORMATS[format]:
        path = written("tiny_dcgan", format, precision)
        report = json.loads(path.with_name(f"{path.name}.json").read_text())
        assert (report["format"], report["precision"]) == (format, precision)
        assert report["bytes"] == path.stat().st_size
        assert set(PACKAGES[format]) < set(report["versions"])
        model = packed_entries[1]["tiny_dcgan"]
        latents = model.latents(report["images_compared"], seed=0)
        images = RUN[format](path, {"latents": latents})
        apart = np.abs(images - model.decode(latents))
        assert report["largest_difference"] == pytest.approx(apart.max(), abs=2e-6)
        assert report["mean_difference"] == pytest.approx(apart.mean(), abs=2e-6)


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
    zoo.export("dcgan_mnist", "models", format="onnx")
    zoo.export("dcgan_mnist", "models", format="litert", precision="float16")
    section = README.read_text().split("\n## ONNX Runtime and LiteRT\n")[1].split("\n## ")[0]
    names = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL)), names)
    expected = zoo.load("dcgan_mnist").decode(names["latents"])
    assert np.abs(names["onnx_images"] - expected).max() <= 1e-4
    assert np.abs(names["litert_images"] - expected).max() <= 1e-2


def test_a_keras_file_is_the_whole_model(packed_entries, tmp_path):
    model = packed_entries[1]["tiny_dcgan"]
    path = serving.export(model, tmp_path, "mine", format="keras")
    assert path == tmp_path / "mine.keras"
    np.testing.assert_array_equal(load_model(path).generate(3, 1), model.generate(3, 1))


@pytest.mark.tensorflow
@pytest.mark.parametrize(("format", "package"), [("onnx", "tf2onnx"), ("litert", "ai_edge_litert")])
def test_missing_package_names_the_extra(packed_entries, tmp_path, monkeypatch, format, package):
    for each in PACKAGES[format]:
        if each != package:
            pytest.importorskip(each)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"{package}: pip install 'keras_gan\[{format}\]'"):
        serving.export(packed_entries[1]["tiny_dcgan"], tmp_path / "models", format=format)
    assert not list(tmp_path.iterdir())


@pytest.mark.tensorflow
def test_a_file_that_differs_is_not_written(packed_entries, tmp_path, monkeypatch):
    pytest.importorskip("ai_edge_litert")
    from keras_gan.serving import runtimes

    monkeypatch.setattr(runtimes, "TOLERANCE", -1.0)
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


@pytest.mark.tensorflow
@pytest.mark.parametrize("format", RUN)
def test_models_without_latents_are_refused(packed_entries, tmp_path, format):
    with pytest.raises(ValueError, match="CycleGAN, which makes no images from latents"):
        serving.export(packed_entries[1]["tiny_cyclegan"], tmp_path / "models", format=format)
    assert not list(tmp_path.iterdir())
