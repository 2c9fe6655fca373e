"""A trained model is found by an entry's name, a `.keras` file or a folder, and says what it is."""

import shutil
import zipfile

import keras
import numpy as np
import pytest

from keras_gan import evaluation, zoo


def test_a_name_a_file_and_a_folder_load_one_model(entries, training, packed_entries, tmp_path):
    trained = packed_entries[1]["tiny_dcgan"].generate(4, seed=1)
    shutil.copytree(entries / "tiny_dcgan", tmp_path / "copied" / "tiny_dcgan")
    for given in (training, str(training), training / "checkpoint.keras"):
        np.testing.assert_array_equal(zoo.load(given).generate(4, seed=1), trained)
    for given in ("tiny_dcgan", tmp_path / "copied" / "tiny_dcgan"):
        difference = zoo.load(given).generate(4, seed=1).astype(int) - trained
        assert np.abs(difference).max() <= 1  # of weights in float16


def test_names_go_before_paths_and_are_fit_for_files(entries, training, monkeypatch):
    monkeypatch.chdir(training.parent)
    shutil.copytree(training, "tiny_dcgan")
    assert zoo.find("tiny_dcgan").card and zoo.find("./tiny_dcgan").card is None
    assert zoo.find(training).name == "My_cats-training"
    monkeypatch.chdir(training)
    assert zoo.find(".").name == "My_cats-training"
    assert zoo.find("checkpoint.keras").name == "checkpoint"


def test_a_training_says_what_is_known_of_it(entries, training):
    found = zoo.find(training)
    assert (found.model, found.recipe.dataset) == ("DCGAN", "digits")
    assert found.facts["Training"] == "1 epochs, 2 steps, 2.5 min"
    assert found.facts["Losses"] == "generator_loss 0.71"
    assert "digits, split train" in str(found) and "checkpoint.keras" in str(found)
    assert zoo.find("tiny_dcgan").facts == zoo.card("tiny_dcgan").facts


def test_a_file_knows_the_names_of_the_classes(tmp_path, entries):
    model = zoo.load("tiny_classifier")
    model.class_names = [f"digit {label}" for label in range(10)]
    model.save(tmp_path / "mine.keras")
    found = zoo.find(tmp_path / "mine.keras")
    assert found.facts["Classes"].startswith("digit 0, digit 1")
    report = evaluation.evaluate("tiny_dcgan", metrics=["modes"], num=50, features=found.path)
    assert "digit 9" in [*report.modes.missing, *report.modes.histogram]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("TINY-DCGAN", "no entry 'TINY-DCGAN' in the zoo. Did you mean tiny_dcgan"),
        ("", "no entry ''"),
        ("nowhere.keras", "There is no file or folder nowhere.keras"),
        ("no/where", "There is no file or folder no/where"),
        ("empty", "The folder empty holds no checkpoint.keras.*and no trained entry.json"),
        ("begun", "The training has written no checkpoint yet"),
        ("several", r"Did you mean .*several/a\.keras"),
        ("mine.json", r"mine.json is neither a .keras file.*keras-gan train .*mine.json"),
        ("a.weights.h5", "Weights alone can start a training: .*--from"),
        ("text.keras", "text.keras is damaged, or no model that Keras has saved"),
        ("zip.keras", "zip.keras is damaged, or no model that Keras has saved"),
        ("list.keras", "list.keras is damaged, or no model that Keras has saved"),
        ("other.keras", "other.keras holds a Sequential, which is no model of keras_gan"),
        ("unknown.keras", "unknown.keras is damaged, or Keras .* does not support it"),
    ],
)
def test_what_cannot_be_loaded_is_told_in_one_line(entries, tmp_path, monkeypatch, given, message):
    monkeypatch.chdir(tmp_path)
    for folder in ("empty", "begun", "several"):
        (tmp_path / folder).mkdir()
    for file in ("begun/log.jsonl", "several/a.keras", "mine.json", "a.weights.h5", "text.keras"):
        (tmp_path / file).write_text("{}")
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save("other.keras")
    for name, content in (("list", "[1]"), ("unknown", '{"class_name": "X", "config": {}}')):
        with zipfile.ZipFile(f"{name}.keras", "w") as archive:
            archive.writestr("config.json", content)
    with zipfile.ZipFile("zip.keras", "w") as archive:
        archive.writestr("other.txt", "")
    with pytest.raises(ValueError, match=message) as refused:
        zoo.load(given)
    assert "\n" not in str(refused.value)


def test_a_file_that_was_cut_short_is_damaged(entries, training):
    path = training / "checkpoint.keras"
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match=r"checkpoint.keras is damaged"):
        zoo.load(training)


def test_a_training_is_evaluated_on_its_own_data(entries, training):
    report = evaluation.evaluate(training, metrics=["fid"], num=50)
    assert (report.model, report.dataset) == ("My_cats-training", "digits test")
    alone = shutil.copy(training / "checkpoint.keras", training.parent / "alone.keras")
    with pytest.raises(ValueError, match="dataset must be given"):
        evaluation.evaluate(alone, metrics=["fid"])
