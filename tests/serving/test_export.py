"""Exports are whole or not there, and refuse what they cannot write."""

import os
import tempfile
from pathlib import Path

import pytest

from keras_gan import serving


def test_versions_count_up_and_are_never_overwritten(packed_entries, tmp_path):
    model = packed_entries[1]["tiny_cgan"]
    assert serving.export(model, tmp_path / "models", "a") == tmp_path / "models" / "a" / "1"
    assert serving.export(model, tmp_path / "models", "a", version=7).name == "7"
    assert serving.export(model, tmp_path / "models", "a").name == "8"
    before = (tmp_path / "models" / "a" / "7" / "saved_model.pb").stat().st_mtime_ns
    with pytest.raises(FileExistsError, match="7 exists already"):
        serving.export(model, tmp_path / "models", "a", version=7)
    assert (tmp_path / "models" / "a" / "7" / "saved_model.pb").stat().st_mtime_ns == before
    assert sorted(p.name for p in (tmp_path / "models" / "a").iterdir()) == ["1", "7", "8"]


@pytest.mark.parametrize("format", serving.FORMATS)
def test_full_disk_leaves_nothing(request, packed_entries, tmp_path, format):
    if format in ("onnx", "litert"):
        pytest.importorskip({"onnx": "tf2onnx", "litert": "ai_edge_litert"}[format])
    request.getfixturevalue("full_disk")
    with pytest.raises(OSError):
        serving.export(packed_entries[1]["tiny_dcgan"], tmp_path / "models", format=format)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not list(tmp_path.glob("models/tiny_dcgan"))


def test_version_that_fails_leaves_the_others_to_the_server(request, packed_entries, tmp_path):
    model = packed_entries[1]["tiny_dcgan"]
    serving.export(model, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    request.getfixturevalue("full_disk")
    with pytest.raises(OSError, match="cannot be written"):
        serving.export(model, tmp_path)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before and [path.name for path in (tmp_path / "tiny_dcgan").iterdir()] == ["1"]


@pytest.fixture
def read_only():
    """A folder that may be read and not written, by this process too."""
    with tempfile.TemporaryDirectory() as above:
        folder = Path(above) / "models"
        folder.mkdir()
        Path(above).chmod(0o755)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:  # who may write everywhere
            os.seteuid(65534)
        yield folder
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("format", ["saved_model", "keras"])
def test_read_only_folder(packed_entries, read_only, format):
    with pytest.raises(PermissionError, match="models"):
        serving.export(packed_entries[1]["tiny_cgan"], read_only, format=format)
    assert not list(read_only.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "../up"}, "name must consist of"),
        ({"name": ""}, "name must consist of"),
        ({"version": 0}, "version must be at least 1"),
        ({"format": "onyx"}, "no format 'onyx'"),
    ],
)
def test_bad_arguments_are_named(packed_entries, tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        serving.export(packed_entries[1]["tiny_cgan"], tmp_path / "models", **arguments)
    assert not list(tmp_path.iterdir())


def test_models_without_signatures_are_refused(packed_entries, tmp_path, monkeypatch):
    import keras

    classifier = packed_entries[1]["tiny_classifier"]
    monkeypatch.setattr(type(classifier), "signatures", lambda self: {})
    plain = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    for model in (classifier, plain):
        with pytest.raises(ValueError, match=f"{type(model).__name__}, which has no signatures"):
            serving.export(model, tmp_path / "models")
    with pytest.raises(ValueError, match="model must be a built Keras model"):
        serving.export(keras.Sequential([keras.layers.Dense(1)]), tmp_path / "models")
    assert not list(tmp_path.iterdir())


def test_file_where_the_folder_should_be(packed_entries, tmp_path):
    (tmp_path / "models").write_text("")
    with pytest.raises(OSError, match="models"):
        serving.export(packed_entries[1]["tiny_cgan"], tmp_path / "models")
