"""`keras-gan train` runs recipes of entries and of files."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from keras_gan import load_model, zoo


@pytest.mark.parametrize("kind", ["name", "recipe", "entry"])
def test_train_runs_the_recipe(run, entries, tmp_path, monkeypatch, kind):
    training = pytest.importorskip("keras_gan.zoo.train")
    seen = {}
    monkeypatch.setattr(
        training,
        "train",
        lambda recipe, out, **options: seen.update(options, recipe=recipe, out=out),
    )
    recipe = zoo.card("tiny_dcgan").recipe
    source = tmp_path / "mine.json"
    source.write_bytes(msgspec.json.encode(recipe))
    source = {
        "name": "tiny_dcgan",
        "recipe": source,
        "entry": entries / "tiny_dcgan" / "entry.json",
    }[kind]
    start = "tiny_dcgan" if kind == "name" else None
    options = ("--from", start) if start else ()
    code, out, _ = run("train", source, "--epochs", 3, "--data", tmp_path, *options)
    folder = "mine-training" if kind == "recipe" else "tiny_dcgan-training"
    assert (code, out) == (0, f"Written: {folder}/checkpoint.keras\n")
    assert seen.pop("recipe") == replace(recipe, start=start) and str(seen.pop("out")) == folder
    assert seen == {"epochs": 3, "data_dir": tmp_path, "skip_unreadable": False}


def test_train_on_a_full_disk_is_one_line_and_keeps_the_checkpoint(run, entries, request):
    pytest.importorskip("keras")
    shape = {"image_shape": [28, 28, 1], "width": 2}
    networks = {part: [f"dcgan.{part}", shape] for part in ("generator", "discriminator")}
    recipe = {"model": "DCGAN", "networks": networks, "epochs": 1, "seed": 0}
    recipe |= {"dataset": "digits", "split": "test", "image_size": 28, "batch_size": 100}
    Path("mine.json").write_text(json.dumps(recipe))
    assert run("train", "mine.json")[0] == 0
    folder = Path("mine-training")
    before = (folder / "checkpoint.keras").read_bytes()
    files = sorted(folder.rglob("*"))
    request.getfixturevalue("full_disk")
    code, _, err = run("train", "mine.json", "--epochs", 30)
    assert code == 2
    assert re.fullmatch(r"keras-gan: error: .*too large: '.*/checkpoint\.keras'\n", err)
    assert (folder / "checkpoint.keras").read_bytes() == before
    assert set(folder.rglob("*")) - set(files) == {folder / "samples" / "0002.png"}
    assert int(load_model(folder / "checkpoint.keras").steps) == 3


@pytest.mark.both
def test_train_by_a_strategy(run, entries, monkeypatch):
    keras, training = pytest.importorskip("keras"), pytest.importorskip("keras_gan.zoo.train")
    under_tensorflow = keras.backend.backend() == "tensorflow"
    seen = []

    def train(*args, **options):
        if under_tensorflow:
            from tensorflow import distribute

            seen.append(type(distribute.get_strategy()).__name__)
        else:
            seen.append(type(keras.distribution.distribution()).__name__)

    monkeypatch.setattr(training, "train", train)
    own, others = "mirrored", "data_parallel"
    if not under_tensorflow:
        own, others = others, own
    assert run("train", "tiny_dcgan", "--strategy", own)[0] == 0
    assert seen == ["MirroredStrategy" if under_tensorflow else "DataParallel"]
    code, _, err = run("train", "tiny_dcgan", "--strategy", others)
    assert code == 2 and err.count("\n") == 1
    assert f"strategy must be {own}" in err and f"got '{others}'" in err
