"""An archive from a stranger writes the files of one entry into one folder, or nothing."""

import json
import stat
import zipfile

import keras
import pytest

from keras_gan import zoo
from keras_gan.zoo import archive, registry


@pytest.fixture
def members(entries):
    """Name to content of the files of tiny_dcgan, as an entry called mine."""
    folder = entries / "tiny_dcgan"
    found = {f"mine/{path.name}": path.read_bytes() for path in folder.iterdir()}
    entry = json.loads(found["mine/entry.json"]) | {"name": "mine"}
    return found | {"mine/entry.json": json.dumps(entry).encode()}


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "mine/../../entry.json",
        "/tmp/entry.json",
        "mine\\..\\entry.json",
        "C:/entry.json",
        "other/entry.json",
        "mine/deeper/entry.json",
        "mine/run.py",
        "mine/origin.json",
        "mine/.entry.json",
    ],
)
def test_paths_that_are_no_files_of_the_entry_are_refused(members, tmp_path, name):
    path = zipped(tmp_path / "mine.zip", {**members, name: b"{}"})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match="is no file of an entry called mine"):
        zoo.load(path)
    assert not any(registry.own_folder().glob("*"))
    assert [each for each in sorted(tmp_path.rglob("*")) if each.is_file()] == [
        each for each in before if each.is_file()
    ]


def test_links_and_bombs_are_refused(members, tmp_path):
    link = zipfile.ZipInfo("mine/README.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    zipped(tmp_path / "mine.zip", {**members, link: b"/etc/passwd"})
    with pytest.raises(ValueError, match="is no file of an entry"):
        zoo.load(tmp_path / "mine.zip")
    zipped(tmp_path / "mine.zip", {**members, "mine/README.md": bytes(30_000_000)})
    with pytest.raises(ValueError, match=r"'mine/README.md' has 30,000,000 bytes"):
        zoo.load(tmp_path / "mine.zip")
    zeros = {"mine/entry.json": members["mine/entry.json"], "mine/model.weights.h5": bytes(2**28)}
    zipped(tmp_path / "mine.zip", zeros)
    with pytest.raises(ValueError, match="it would unpack to 268,"):
        zoo.load(tmp_path / "mine.zip")
    assert not any(registry.own_folder().glob("*"))


@pytest.mark.parametrize(
    "damage", ["cut", "text", "empty", "twice", "weights", "name", "untrained", "away"]
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_damaged_archives_are_refused(members, tmp_path, damage):
    path = tmp_path / "mine.zip"
    if damage == "weights":
        members["mine/model.weights.h5"] = members["mine/model.weights.h5"][:-10]
    if damage == "name":
        members["mine/entry.json"] = members["mine/entry.json"].replace(b'"mine"', b'"tiny_cgan"')
    if damage == "away":  # They would be fetched from an address that a stranger has chosen.
        entry = json.loads(members["mine/entry.json"])
        entry["weights"]["url"] = "https://127.0.0.1/weights.h5"
        members["mine/entry.json"] = json.dumps(entry).encode()
        members.pop("mine/model.weights.h5")
    if damage == "untrained":
        entry = json.loads(members["mine/entry.json"])
        entry.pop("weights")
        members["mine/entry.json"] = json.dumps(entry).encode()
    zipped(path, {} if damage == "empty" else members)
    if damage == "twice":
        with zipfile.ZipFile(path, "a") as file:
            file.writestr("mine/entry.json", "{}")
    if damage in ("cut", "text"):
        path.write_bytes(path.read_bytes()[:1000] if damage == "cut" else b"no archive")
    with pytest.raises(ValueError, match=r"damaged|without weights"):
        zoo.load(path)
    assert not any(registry.own_folder().glob("*"))


def test_no_code_of_an_archive_runs(members, tmp_path):
    model = json.loads(members["mine/model.json"])
    code = keras.saving.serialize_keras_object(keras.layers.Lambda(lambda x: x))
    model["config"]["generator"]["config"]["layers"].append(code)
    path = zipped(tmp_path / "mine.zip", {**members, "mine/model.json": json.dumps(model)})
    with pytest.raises(ValueError, match=r"unsafe|safe_mode|[Ll]ambda"):
        zoo.load(path)


def test_files_may_lie_at_the_top(members, tmp_path):
    flat = {name.removeprefix("mine/"): content for name, content in members.items()}
    zipped(tmp_path / "mine.zip", flat)
    assert zoo.find(tmp_path / "mine.zip").card.name == "mine"
    assert archive.install(str(tmp_path / "mine.zip")) == registry.own_folder() / "mine"
