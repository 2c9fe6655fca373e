"""A file from a stranger runs no code, writes nowhere else, and reads no other file."""

import json
import re
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

import keras_gan
from keras_gan.networks import dcgan


@pytest.fixture
def saved(tmp_path):
    """A saved model, whose parts can be exchanged."""
    networks = [part((28, 28, 1), width=2) for part in (dcgan.generator, dcgan.discriminator)]
    gan = keras_gan.DCGAN(*networks, seed=0)
    gan.compile()
    gan.save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


def with_parts(path, changed):
    """The archive with some members replaced or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (parts | changed).items():
            archive.writestr(name, content)


def change_weights(path, folder, put):
    """Calls `put(file, name)` for one of the archive's weights, which it takes away."""
    with zipfile.ZipFile(path) as archive:
        weights = archive.read("model.weights.h5")
    changed = folder / "changed.h5"
    changed.write_bytes(weights)
    with h5py.File(changed, "r+") as file:
        names = []
        file.visititems(lambda name, item: names.append(name) if hasattr(item, "shape") else None)
        name = next(name for name in names if file[name].shape == (1,))
        del file[name]
        put(file, name)
    with_parts(path, {"model.weights.h5": changed.read_bytes()})


def test_code_is_refused(saved, tmp_path):
    ran = tmp_path / "ran"
    layer = keras.layers.Lambda(lambda x: x)
    layer.function = eval(f"lambda x: [open({str(ran)!r}, 'w'), x][1]")
    config = keras.saving.serialize_keras_object(keras.Sequential([keras.Input((2,)), layer]))
    ran.unlink()
    with_parts(saved, {"config.json": json.dumps(config)})
    with pytest.raises(ValueError, match=r"[Ll]ambda|safe_mode"):
        keras_gan.load_model(saved)
    assert not ran.exists()


@pytest.mark.parametrize("name", ["os.system", "subprocess.run", "builtins.eval"])
def test_functions_outside_of_keras_are_refused(saved, tmp_path, name):
    module, function = name.rsplit(".", 1)
    config = {
        "module": module,
        "class_name": function,
        "config": {"command": f"touch {tmp_path / 'ran'}"},
        "registered_name": function,
        "build_config": {},
    }
    with_parts(saved, {"config.json": json.dumps(config)})
    with pytest.raises((TypeError, ValueError)):
        keras_gan.load_model(saved)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_deep_configs_are_refused(saved, text):
    with_parts(saved, {"config.json": text})
    with pytest.raises((RecursionError, ValueError)):
        keras_gan.load_model(saved)


def test_weights_that_claim_to_be_huge_take_no_memory(saved, tmp_path):
    """A data set of 4 TiB, of which the file holds nothing."""
    change_weights(saved, tmp_path, lambda file, name: file.create_dataset(name, (2**40,), "f4"))
    with pytest.raises((KeyError, OSError, ValueError)):
        keras_gan.load_model(saved)


def test_nothing_is_unpickled():
    unsafe = re.compile(
        r"\bpickle\b|allow_pickle=True|safe_mode=False|unsafe_deserialization|\b(eval|exec)\("
    )
    package = Path(keras_gan.__file__).parent
    found = {path.name for path in package.rglob("*.py") if unsafe.search(path.read_text("utf-8"))}
    loads = re.compile(r"np\.load\((?!.*allow_pickle=False)")
    found |= {path.name for path in package.rglob("*.py") if loads.search(path.read_text("utf-8"))}
    assert not found


@pytest.mark.filterwarnings("ignore:Skipping invalid path")
def test_archives_write_nowhere_else(saved, tmp_path):
    with_parts(saved, {"../evil.txt": "evil", str(tmp_path / "evil.txt"): "evil"})
    before = sorted(tmp_path.parent.rglob("*"))
    keras_gan.load_model(saved)
    assert sorted(tmp_path.parent.rglob("*")) == before


def external_link(file, name, secret):
    file[name] = h5py.ExternalLink(str(secret), "vars")


def soft_link_to_an_external_one(file, name, secret):
    file["other"] = h5py.ExternalLink(str(secret), "vars")
    file[name] = h5py.SoftLink("/other")


def external_storage(file, name, secret):
    file.create_dataset(name, (1,), "f4", external=[(str(secret), 0, 4)])


def virtual(file, name, secret):
    layout = h5py.VirtualLayout((1,), "f4")
    layout[:] = h5py.VirtualSource(str(secret), "vars", (1,))
    file.create_virtual_dataset(name, layout)


def group_behind_an_external_link(file, name, secret):
    group = name.rpartition("/")[0]
    del file[group]
    file[group] = h5py.ExternalLink(str(secret), "/")


LINKS = (
    external_link,
    soft_link_to_an_external_one,
    external_storage,
    virtual,
    group_behind_an_external_link,
)


@pytest.mark.parametrize("link", LINKS)
def test_weights_read_no_other_file(saved, tmp_path, link):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["vars"] = np.full(1, 42.0, np.float32)
    change_weights(saved, tmp_path, lambda file, name: link(file, name, secret))
    with pytest.raises((KeyError, OSError, ValueError)):
        keras_gan.load_model(saved)


def gigantic(config, **changes):
    """The config with the arguments of its first convolution changed."""
    for layer in config["layers"]:
        if layer["class_name"] == "Conv2D":
            layer["config"] |= changes
            return


@pytest.mark.parametrize("filters", [10**7, 10**9])
def test_gigantic_layers_are_refused_before_they_take_memory(saved, monkeypatch, filters):
    with zipfile.ZipFile(saved) as archive:
        config = json.loads(archive.read("config.json"))
    gigantic(config["config"]["discriminator"]["config"], filters=filters)
    with_parts(saved, {"config.json": json.dumps(config)})
    with pytest.raises(ValueError, match=r"model\.keras declares far more weights than it holds"):
        keras_gan.load_model(saved)


def test_archives_of_zeros_are_refused(saved):
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("more", bytes(2**26))
    with pytest.raises(ValueError, match=r"model\.keras is damaged: unpacked, it is far too large"):
        keras_gan.load_model(saved)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("none.keras", FileNotFoundError, r"There is no file .*none\.keras"),
        ("half.keras", ValueError, r"half\.keras is damaged: it is no whole \.keras file"),
        ("model.h5", ValueError, r"path must be a \.keras file, got .*model\.h5"),
        ("hf://owner/model", ValueError, "path must be a .keras file, got hf:/owner/model"),
    ],
)
def test_what_is_no_model_is_named(saved, tmp_path, name, error, message):
    for other in ("half.keras", "model.h5"):
        (tmp_path / other).write_bytes(saved.read_bytes()[:1000])
    with pytest.raises(error, match=message):
        keras_gan.load_model(name if "//" in name else tmp_path / name)
