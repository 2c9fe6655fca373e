"""A release takes the best snapshot of a training, and publishes what it measures of the packed entry."""

import json
import re
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from keras.ops import convert_to_numpy as to_numpy
from msgspec.structs import replace

from keras_gan import zoo
from keras_gan.evaluation import Report, evaluate
from keras_gan.metrics import Metric
from keras_gan.zoo import pack, registry
from tools import release

BIASES = {1: 5.0, 2: 0.0, 3: -5.0}  # epoch to bias of the last layer


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.setattr(release, "SAMPLES", 100)
    return release


@pytest.fixture
def training(entries, tmp_path):
    """Three epochs of a training, whose generators make white, gray and black images."""
    model, folder = zoo.load("tiny_dcgan"), tmp_path / "training"
    (folder / "weights").mkdir(parents=True)
    bias = model.ema_generator.weights[-1]
    epoch = {"steps": 5, "seconds": 1.0, "device": "", "backend": "", "versions": {}, "date": ""}
    with open(folder / "log.jsonl", "w") as log:
        for number, value in BIASES.items():
            bias.assign(np.full(bias.shape, value, np.float32))
            log.write(json.dumps({"epoch": number, **epoch}) + "\n")
            if number < 3:  # the last is in the checkpoint alone
                model.save_weights(folder / "weights" / f"{number:04d}.weights.h5")
    model.save(folder / "checkpoint.keras")
    return folder


def run(tool, monkeypatch, entries, name, folder=None):
    args = ["release", name, "--num", 50, "--zoo", entries]
    args += ["--train-dir", folder] if folder else []
    monkeypatch.setattr(sys, "argv", [str(arg) for arg in args])
    monkeypatch.setattr(registry, "folder", lambda: entries)
    tool.main()
    monkeypatch.setattr(registry, "folder", lambda: entries)


def fitted(entries, split):
    """Lets the recipe of tiny_dcgan say that it was trained on a split."""
    recipe = replace(zoo.card("tiny_dcgan").recipe, split=split)
    pack.update(entries / "tiny_dcgan", recipe=recipe)


def test_weights_are_not_selected_by_what_they_were_trained_on(
    tool, entries, training, monkeypatch
):
    run(tool, monkeypatch, entries, "tiny_dcgan", training)
    assert zoo.card("tiny_dcgan").training.selected == "the last of 3 epochs"


@pytest.mark.slow
def test_best_snapshot_is_packed_and_measured(tool, entries, training, monkeypatch, capsys):
    other = (entries / "tiny_cgan" / "entry.json").read_text()
    fitted(entries, "fit")
    run(tool, monkeypatch, entries, "tiny_dcgan", training)
    printed = capsys.readouterr().out
    table = re.findall(
        r"epoch +(\d)  fid\[tiny_classifier,100/143 validation\] ([\d.e-]+)", printed
    )
    figures = {int(epoch): float(value) for epoch, value in table}
    assert len(set(figures.values())) == 3
    best = min(figures, key=figures.get)

    card = zoo.card("tiny_dcgan")
    assert (card.training.epochs, card.training.steps) == (best, 5 * best)
    assert card.training.selected.startswith(f"epoch {best} of 3 has the smallest fid[tiny_class")
    assert card.training.selected in card.facts["Training"]
    bias = zoo.load("tiny_dcgan").ema_generator.weights[-1]
    np.testing.assert_array_equal(to_numpy(bias), BIASES[best])

    report = evaluate("tiny_dcgan", metrics=["fid", "modes"], num=50, num_real=50)
    for figure in report.metrics:
        published = card.metrics[figure.name]
        assert published.value == pytest.approx(figure.value, rel=1e-4)
        assert published.definition == figure.definition
    assert next(iter(card.metrics)) == "fid[tiny_classifier,50/50]"
    assert {"copied[tiny_classifier,50/1437]", "fid[tiny_classifier,50/50 train]"} < set(
        card.metrics
    )
    assert (entries / "tiny_cgan" / "entry.json").read_text() == other


def test_translator_has_the_smallest_kids(tool, tmp_path, monkeypatch):
    class Translator:
        """Its weights are its metrics."""

        verb, aligned, own_metrics = "translate", False, ()

        def load_weights(self, path):
            self.kids = tuple(map(float, path.read_text().split()))

    def evaluate(model, dataset, split, **options):
        assert (dataset, split) == ("horse2zebra", "validation")
        directions = zip(("AtoB", "BtoA"), model.kids, strict=True)
        figures = [Metric(f"kid_{name}[classifier,9/9]", kid, 0.0, "") for name, kid in directions]
        share = 0.79 if model.kids == (1.0, 1.0) else 0.81
        figures.append(Metric("target_accuracy_AtoB[classifier,9]", share, 0.0, ""))
        return Report("m", "d", (*figures, Metric("cycle_AtoB[9]", 0.0, 0.0, "")))

    monkeypatch.setattr(tool, "evaluate", evaluate)
    monkeypatch.setattr(tool.pack, "to_release", lambda model: model)
    monkeypatch.setattr(tool, "read_log", lambda folder: [{}] * 3)
    (tmp_path / "weights").mkdir()
    for epoch, kids in {1: "1 1", 2: "3 2", 3: "4 4"}.items():
        (tmp_path / "weights" / f"{epoch:04d}.weights.h5").write_text(kids)
    model, recipe = Translator(), SimpleNamespace(dataset="horse2zebra", split="fit")
    epoch, selected = tool.select(model, tmp_path, recipe, None)
    assert epoch == 2 and model.kids == (3.0, 2.0)
    assert selected.startswith("epoch 2 of 3 has the smallest kid_AtoB")
    assert selected.endswith(", 5")


def test_a_likelihood_has_the_fewest_bits(tool, tmp_path, monkeypatch):
    class Density:
        """Its weights are its bits."""

        verb, own_metrics = "generate", ("bits_per_dim",)

        def load_weights(self, path):
            self.bits = float(path.read_text())

    def evaluate(model, dataset, metrics, split, **options):
        assert (dataset, metrics, split) == ("mnist", ["bits_per_dim"], "validation")
        return Report("m", "d", (Metric("bits_per_dim[1 draw of noise,9]", model.bits, 0.1, ""),))

    monkeypatch.setattr(tool, "evaluate", evaluate)
    monkeypatch.setattr(tool.pack, "to_release", lambda model: model)
    monkeypatch.setattr(tool, "read_log", lambda folder: [{}] * 3)
    (tmp_path / "weights").mkdir()
    for epoch, bits in {1: 2.5, 2: 1.5, 3: 1.75}.items():
        (tmp_path / "weights" / f"{epoch:04d}.weights.h5").write_text(str(bits))
    model, recipe = Density(), SimpleNamespace(dataset="mnist", split="fit")
    epoch, selected = tool.select(model, tmp_path, recipe, None)
    assert epoch == 2 and model.bits == 1.5
    assert selected == "epoch 2 of 3 has the smallest bits_per_dim[1 draw of noise,9], 1.5"


def test_without_a_training_the_weights_are_drawn_and_measured_anew(tool, entries, monkeypatch):
    folder = entries / "tiny_dcgan"
    before = zoo.card("tiny_dcgan")
    assert not before.metrics
    samples = (folder / "samples.png").read_bytes()
    (folder / "samples.png").write_bytes(b"of other latents")
    run(tool, monkeypatch, entries, "tiny_dcgan")
    after = zoo.card("tiny_dcgan")
    assert (after.weights, after.training) == (before.weights, before.training)
    assert (folder / "samples.png").read_bytes() == samples
    figure = evaluate("tiny_dcgan", metrics=["fid"], num=50, num_real=50).metrics[0]
    assert after.metrics[figure.name].value == pytest.approx(figure.value, rel=1e-4)


def test_failure_leaves_the_entry_as_it_was(tool, entries, training, monkeypatch):
    before = {path: path.read_bytes() for path in entries.rglob("*") if path.is_file()}
    monkeypatch.setattr(tool, "measure", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(tool, monkeypatch, entries, "tiny_dcgan", training)
    assert {path: path.read_bytes() for path in entries.rglob("*") if path.is_file()} == before


def test_classifier_is_its_last_epoch(tool, entries, tmp_path, monkeypatch):
    folder = tmp_path / "training"
    folder.mkdir()
    epoch = {"steps": 5, "seconds": 1.0, "device": "", "backend": "", "versions": {}, "date": ""}
    (folder / "log.jsonl").write_text(f"{json.dumps(epoch)}\n" * 2)
    zoo.load("tiny_classifier").save(folder / "checkpoint.keras")
    run(tool, monkeypatch, entries, "tiny_classifier", folder)
    card = zoo.card("tiny_classifier")
    assert card.training.selected == "the last of 2 epochs"
    assert list(card.metrics) == ["accuracy[digits test,360]"]
