"""The pages that are generated from the entries hold what these say, and are fresh."""

import json
import subprocess
import sys
from pathlib import Path

import keras

from keras_gan import zoo
from keras_gan.tasks.task import Task
from keras_gan.zoo import pack
from tools import cards

ROOT = Path(__file__).parents[1]


def test_documents_hold_what_the_entries_say(entries, tmp_path):
    (tmp_path / "README.md").write_text("Before\n<!-- zoo -->\nold\n<!-- /zoo -->\nAfter\n")
    pages = cards.documents(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in pages} == {
        "README.md",
        "zoo/README.md",
        "docs/recipe.md",
        *(f"zoo/{name}/README.md" for name in zoo.list()),
    }
    readme = pages[tmp_path / "README.md"]
    assert readme.startswith("Before\n<!-- zoo -->\n\n**Models that generate**\n\n|")
    assert readme.endswith("|\n\n<!-- /zoo -->\nAfter\n")
    assert "old" not in readme and "[tiny_cgan](zoo/tiny_cgan/README.md)" in readme
    cgan, classifier = (
        pages[tmp_path / "zoo" / name / "README.md"] for name in ("tiny_cgan", "tiny_classifier")
    )
    assert "generate(16, seed=1, labels=3)" in cgan and "samples.png" in cgan
    assert "classify(images)" in classifier and "samples.png" not in classifier
    assert zoo.card("tiny_cgan").weights.sha256 in cgan


def test_entries_of_the_same_data_stand_side_by_side_the_best_first(entries, tmp_path):
    (tmp_path / "README.md").write_text("<!-- zoo -->\n<!-- /zoo -->\n")
    assert "side by side" not in cards.documents(tmp_path)[tmp_path / "zoo" / "README.md"]
    for name, fid in (("tiny_cgan", 30.0), ("tiny_dcgan", 4.0)):
        names = ("fid[c,9/9]", "coverage[c,9/9]", "recall[c,9/9]", "fid[c,9/9 train]")
        metrics = {n: {"value": fid, "error": None, "definition": ""} for n in names}
        pack.update(entries / name, metrics=metrics)
    text = cards.documents(tmp_path)[tmp_path / "zoo" / "README.md"]
    assert text.count("side by side") == 1
    lines = text.partition(", side by side\n\n")[2].splitlines()
    assert lines[:4] == [
        "| Entry | fid<br>[c,9/9] | recall<br>[c,9/9] |",
        "|---|---|---|",
        "| [tiny_dcgan](tiny_dcgan/README.md) | 4 | 4 |",
        "| [tiny_cgan](tiny_cgan/README.md) | 30 | 30 |",
    ]


def test_real_images_stand_beside_generated_ones(entries, tmp_path):
    (tmp_path / "README.md").write_text("<!-- zoo -->\n<!-- /zoo -->\n")
    metric = {"value": 4.0, "error": 0.5, "definition": "d"}
    for name in ("tiny_cgan", "tiny_dcgan"):
        pack.update(entries / name, metrics={"fid[c,9/9]": metric, "is[c,9]": metric})
    dataset = zoo.card("tiny_dcgan").recipe.dataset
    floor = {dataset: {"fid[c,9/9]": {**metric, "value": 1.0}, "kid[c,9/9]": metric}}
    (entries / "floors.json").write_text(json.dumps(floor))
    pages = cards.documents(tmp_path)
    page = pages[tmp_path / "zoo" / "tiny_dcgan" / "README.md"]
    assert "| Metric | Value | Real images | How it was measured |" in page
    assert (
        "| fid[c,9/9] | 4 ± 0.5 | 1 ± 0.5 | d |" in page and "| is[c,9] | 4 ± 0.5 |  | d |" in page
    )
    assert "what a copy of the training images would get" in page
    assert "| real images | 1 ± 0.5 |" in pages[tmp_path / "zoo" / "README.md"]


def test_generated_files_are_fresh():
    done = subprocess.run(
        [sys.executable, "-m", "tools.cards", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"run python -m tools.cards\n{done.stdout}{done.stderr}"


def test_a_card_says_where_its_training_deviated_from_the_recipe(entries, tmp_path):
    (tmp_path / "README.md").write_text("<!-- zoo -->\n<!-- /zoo -->\n")
    page = tmp_path / "zoo" / "tiny_dcgan" / "README.md"
    assert "runs the recipe of these weights" in cards.documents(tmp_path)[page]
    pack.update(entries / "tiny_dcgan", deviations=["The rate was halved by hand."])
    assert "deviated from the recipe:\n\n- The rate" in str(zoo.card("tiny_dcgan"))
    text = cards.documents(tmp_path)[page]
    assert "deviated from it:\n\n- The rate was halved by hand." in text
    assert "of these weights." not in text


@keras.saving.register_keras_serializable("tests")
class Imagining(Task):
    verb = "imagine"

    @classmethod
    def usage(cls, name, arguments=None):
        return f"{super().usage(name)}\nvectors = model.imagine(5)"

    @classmethod
    def commands(cls, name, arguments=None):
        return [f"keras-gan info {name}"]


def test_a_task_that_nobody_has_heard_of_has_a_card(entries, tmp_path):
    (tmp_path / "README.md").write_text("<!-- zoo -->\n<!-- /zoo -->\n")
    recipe = {"model": "tests>Imagining", "dataset": "digits", "split": "train"}
    pack.update(entries / "tiny_cgan", recipe={**recipe, "batch_size": 16, "epochs": 1, "seed": 0})
    pages = cards.documents(tmp_path)
    page = pages[tmp_path / "zoo" / "tiny_cgan" / "README.md"]
    assert "vectors = model.imagine(5)" in page and "    keras-gan info tiny_cgan\n" in page
    titles = [line for line in pages[tmp_path / "README.md"].splitlines() if line.startswith("**")]
    assert titles == [
        "**Models that generate**",
        "**Models that imagine**",
        "**Models that translate**",
        "**Models that classify: feature networks of the metrics**",
    ]
