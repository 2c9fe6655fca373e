"""The folder of a training becomes an entry, which is listed, loads by its name, and travels as one file."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from keras_gan import files, zoo
from keras_gan.metrics import Metric
from keras_gan.zoo import archive, own, registry


def pictures(folder, num):
    folder.mkdir()
    for index in range(num):
        Image.new("L", (28, 28), index).save(folder / f"{index}.png")
    return folder


def test_a_training_becomes_an_entry(entries, training, packed_entries, tmp_path):
    fid = Metric("fid[c,9/9]", 1.2345678, None, "Distance")
    folder = own.create(zoo.find(training), "my_digits", measure=lambda model: [fid])
    assert folder == tmp_path / "home" / "zoo" / "my_digits"
    assert sorted(path.name for path in folder.iterdir()) == [
        "entry.json",
        "model.json",
        "model.weights.h5",
        "samples.png",
    ]
    assert "my_digits" in zoo.list() and "my_digits" in zoo.list(task="generation")
    card = zoo.card("my_digits")
    assert card.title == "DCGAN, Handwritten digits 28x28" or card.title.endswith(" 28x28")
    assert card.paper == zoo.card("tiny_dcgan").paper and card.data.license
    assert card.training.selected == "the last of 1 epochs"
    assert card.metrics["fid[c,9/9]"].value == 1.23457
    trained = packed_entries[1]["tiny_dcgan"].generate(4, seed=1)
    assert np.abs(zoo.load("my_digits").generate(4, seed=1).astype(int) - trained).max() <= 1


def test_the_best_model_is_packed_where_it_was_measured(entries, training):
    line = json.loads((training / "log.jsonl").read_text())
    lines = [line, {**line, "epoch": 2, "steps_done": 4}]
    (training / "log.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    best = zoo.load(training)
    best.ema_generator.weights[-1].assign([9.0])
    best.save(training / "best.keras")
    own.create(zoo.find(training), "best")
    assert (zoo.load("best").generate(2, seed=1) == 255).all()
    run = zoo.card("best").training
    assert (run.epochs, run.selected) == (1, "epoch 1 of 2 has the smallest FID")


def test_the_card_of_pictures_is_drafted_from_the_recipe(entries, training, tmp_path):
    folder = pictures(tmp_path / "cats", 20)
    content = json.loads((training / "training.json").read_text())
    content["recipe"] |= {"dataset": str(folder), "from": "tiny_dcgan", "model": "DCGAN"}
    (training / "training.json").write_text(json.dumps(content))
    (entries / "tiny_dcgan" / "entry.json").unlink()
    own.create(zoo.find(training), "cats")
    card = zoo.card("cats")
    assert card.title == "DCGAN, cats 28x28" and card.paper is None
    assert card.summary == "A DCGAN, trained on 20 pictures of the folder cats."
    assert card.notes[0] == "The training started from the weights of tiny_dcgan."
    assert (card.data.license, card.data.source) == ("not stated", str(folder))
    assert "Paper" not in card.facts and "cats" in str(card)


def test_names_that_are_taken_or_no_names_are_refused(entries, training):
    found = zoo.find(training)
    with pytest.raises(ValueError, match="There is an entry tiny_dcgan already: "):
        own.create(found, "tiny_dcgan")
    for name in ("../x", "a.b", "", "-a", "a b"):
        with pytest.raises(ValueError, match="name must consist of letters"):
            own.create(found, name)
    own.create(found, "mine")
    with pytest.raises(ValueError, match="There is an entry mine already: "):
        own.create(found, "mine")


def test_what_is_no_finished_training_is_refused(entries, training, tmp_path):
    alone = shutil.copy(training / "checkpoint.keras", tmp_path / "alone.keras")
    (training / "log.jsonl").write_text('{"unfinished": true}\n')
    for given in (alone, training, "tiny_dcgan"):
        with pytest.raises(ValueError, match="no folder of a training that has finished an epoch"):
            own.create(zoo.find(given), "mine")
    assert not registry.own_folder().exists() or not any(registry.own_folder().iterdir())


def test_a_failure_leaves_nothing(entries, training):
    with pytest.raises(ZeroDivisionError):
        own.create(zoo.find(training), "mine", measure=lambda model: 1 / 0)
    assert not registry.own_folder().exists()


@pytest.fixture
def packed(entries, training, tmp_path):
    """An entry "mine" as one file; it is no longer in the folder of own entries."""
    folder = own.create(zoo.find(training), "mine")
    path = archive.write(folder, tmp_path / "mine.zip")
    shutil.rmtree(folder)
    return path


def test_an_archive_loads_and_then_its_name_does(packed):
    images = zoo.load(packed).generate(2, seed=1)
    np.testing.assert_array_equal(zoo.load("mine").generate(2, seed=1), images)
    np.testing.assert_array_equal(zoo.load(packed).generate(2, seed=1), images)
    assert zoo.list()[0] == "mine"
    zoo.find(packed).path.joinpath("origin.json").unlink()
    with pytest.raises(
        ValueError, match=r"Another entry is called mine: .* Remove it to take this"
    ):
        zoo.load(packed)


def test_an_address_is_fetched_once_and_its_checksum_shown(packed, https_site, capsys):
    url, site, requests = https_site
    checksum = files.checksum(packed)
    packed.rename(site / "mine.zip")
    images = zoo.load(f"{url}/mine.zip").generate(2, seed=1)
    told = capsys.readouterr().err
    assert f"Fetched {url}/mine.zip, sha256 {checksum}" in told and told.count("\n") == 1
    np.testing.assert_array_equal(zoo.load("mine").generate(2, seed=1), images)
    zoo.load(f"{url}/mine.zip")
    zoo.load(f"{url}/mine.zip#sha256={checksum}")
    assert len(requests) == 1
    with pytest.raises(ValueError, match="Another entry is called mine"):
        zoo.load(f"{url}/mine.zip#sha256={'0' * 64}")
    assert sorted(path.name for path in registry.own_folder().iterdir()) == ["mine"]


def test_an_address_with_another_checksum_or_without_https_is_refused(packed, https_site):
    url, site, _ = https_site
    packed.rename(site / "mine.zip")
    with pytest.raises(ValueError, match=r"arrived damaged .*its SHA-256 is .*, not 000"):
        zoo.load(f"{url}/mine.zip#sha256={'0' * 64}")
    with pytest.raises(ValueError, match="over https only"):
        zoo.load("http://127.0.0.1/mine.zip")
    for address in (f"{url}/.zip", f"{url}/to/%2e%2e.zip", f"{url}/a b.zip"):
        with pytest.raises(ValueError, match=r"must end in the name of an entry and \.zip"):
            zoo.load(address)
    assert not any(path.is_dir() for path in registry.own_folder().glob("*"))
