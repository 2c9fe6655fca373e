"""Models of another backend are exported by a process of TensorFlow: file, report and errors are the same."""

import json

import numpy as np
import pytest

from keras_gan import evaluation, serving

pytestmark = [pytest.mark.both, pytest.mark.slow]


def test_a_saved_model_generates_the_images_of_keras(packed_entries, tmp_path):
    tf = pytest.importorskip("tensorflow")
    model = packed_entries[1]["tiny_cgan"]
    folder = serving.export(model, tmp_path)
    assert folder == tmp_path / "tiny_cgan" / "1"
    sample = tf.saved_model.load(str(folder)).signatures["sample"]
    request = {"num": tf.constant(4), "seed": tf.constant(5, tf.int64), "label": tf.constant(1)}
    images = sample(**request)["images"].numpy().astype(int)
    assert np.abs(images - model.generate(4, seed=5, labels=1)).max() <= 1


def test_errors_are_those_of_the_export(packed_entries, tmp_path):
    pytest.importorskip("tensorflow")
    model = packed_entries[1]["tiny_cgan"]
    serving.export(model, tmp_path, version=7)
    with pytest.raises(FileExistsError, match="7 exists already"):
        serving.export(model, tmp_path, version=7)


def test_the_measure_reaches_the_report(packed_entries, tmp_path):
    for package in ("onnx", "onnxruntime", "tf2onnx"):
        pytest.importorskip(package)
    options = {"format": "onnx", "precision": "int8", "measure": evaluation.ImageQuality("digit")}
    path = serving.export(packed_entries[1]["tiny_dcgan"], tmp_path, **options)
    report = json.loads(path.with_name(f"{path.name}.json").read_text())
    assert "no data set 'digit'" in report["metric"]["missing"]
