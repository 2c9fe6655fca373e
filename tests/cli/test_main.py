"""The command as a whole: help, errors in one line, exit codes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from keras_gan import zoo
from keras_gan.zoo import registry

ROOT = Path(__file__).parents[2]


COMMANDS = [
    "list",
    "info",
    "generate",
    "interpolate",
    "walk",
    "project",
    "translate",
    "evaluate",
    "pack",
    "train",
    "export",
    "demo",
]


def test_runs_as_a_module():
    command = [sys.executable, "-m", "keras_gan", "frobnicate"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    expected = "keras-gan: error: No such command 'frobnicate'.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


def test_help_and_version(run):
    for args in ((), ("--help",)):
        code, out, _ = run(*args)
        assert code == 0
        for name in COMMANDS:
            assert re.search(rf"^  {name} +[A-Z][^.]+\.", out, re.MULTILINE), name
    assert run("--version")[1].startswith("keras-gan, version ")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["list", "--frob"], "No such option"),
        (["info"], "Missing argument 'NAME|PATH'"),
        (["info", "tiny_dcgam"], "Did you mean tiny_dcgan"),
        (["generate", "tiny_dcgam"], "Did you mean tiny_dcgan"),
        (["generate", "tiny_dcgan", "--num", "0"], "--num"),
        (["generate", "tiny_dcgan", "--num", "many"], "--num"),
        (["generate", "tiny_dcgan", "--seed", "-1"], "--seed"),
        (["generate", "tiny_dcgan", "--label", "1"], "not conditional"),
        (["generate", "tiny_dcgan", "--label", "1", "--out", "folder"], "not conditional"),
        (["generate", "tiny_cgan", "--label", "3"], "0 to 2"),
        (["generate", "tiny_cgan", "--label", "3", "--out", "folder"], "0 to 2"),
        (["generate", "tiny_dcgan", "--out", "grid.jpg"], "must be a .png file"),
        (["generate", "tiny_classifier"], "is a Classifier, which does not generate images"),
        (["interpolate", "tiny_dcgan", "--steps", "1"], "--steps"),
        (["interpolate", "tiny_dcgan", "--out", "folder"], "must be a .png file"),
        (["walk", "tiny_dcgan", "--stops", "1"], "--stops"),
        (["walk", "tiny_dcgan", "--frames", "3"], "at least as many as the 6 stops, got 3"),
        (["walk", "tiny_dcgan", "--out", "walk.mp4"], "must be a .gif file"),
        (["walk", "tiny_cgan", "--label", "3"], "0 to 2"),
        (["project", "tiny_dcgan", "nowhere.png", "--out", "x"], "nowhere.png does not exist"),
        (["project", "tiny_dcgan", "list.json", "--out", "x"], "Cannot read the picture"),
        (["project", "tiny_classifier", "list.json", "--out", "x"], "does not generate images"),
        (["translate", "tiny_cyclegam", ".", "--out", "x"], "Did you mean tiny_cyclegan"),
        (["translate", "tiny_cyclegan", "nowhere", "--out", "x"], "nowhere does not exist"),
        (["translate", "tiny_cyclegan", ".", "--out", "x"], "holds no pictures"),
        (["translate", "tiny_cyclegan", "--out", "x"], "Missing argument 'PICTURES...'"),
        (["translate", "tiny_cyclegan", "list.json"], "Missing option '--out'"),
        (
            ["translate", "tiny_dcgan", "list.json", "--out", "x"],
            "which does not translate images. Try: keras-gan generate tiny_dcgan, keras-gan export",
        ),
        (
            ["translate", "tiny_cyclegan", "list.json", "--out", "x", "--direction", "AtoC"],
            "must be AtoB or BtoA",
        ),
        (["evaluate", "tiny_dcgam"], "Did you mean tiny_dcgan"),
        (["evaluate", "tiny_dcgan", "--num", "1"], "--num"),
        (["evaluate", "tiny_dcgan", "--metrics", "fid,kit"], "Did you mean kid"),
        (
            ["evaluate", "tiny_dcgan", "--metrics", "label_accuracy"],
            "label_accuracy is no metric of this DCGAN",
        ),
        (["evaluate", "tiny_dcgan", "--split", "val"], "no 'val'"),
        (
            ["evaluate", "tiny_dcgan", "--features", "tiny_cgan"],
            "must be 'inception' or a classifier",
        ),
        (["evaluate", "tiny_dcgan", "--data", "nowhere"], "--data must be a folder, got nowhere"),
        (["evaluate", "tiny_dcgan", "--out", "report.txt"], "must be a .json file"),
        (["evaluate", "tiny_classifier", "--metrics", "fid"], "its metrics are accuracy"),
        (["train", "missing.json"], "missing.json"),
        (["train", "broken.json"], "broken.json is not JSON"),
        (["train", "deep.json"], "deep.json is not JSON"),
        (["train", "list.json"], "list.json: the recipe must be an object"),
        (["train", "short.json"], "short.json: the recipe lacks dataset, split"),
        (["train", "tiny_dcgan", "--data", "nowhere"], "--data must be a folder, got nowhere"),
        (["train", "tiny_dcgan", "--epochs", "0"], "--epochs"),
        (["train", "tiny_dcgan", "--from", "tiny_dcgam"], "no entry 'tiny_dcgam' in the zoo"),
    ],
)
def test_errors_are_one_line_and_leave_nothing(run, entries, tmp_path, args, message):
    cwd = tmp_path / "cwd"
    (cwd / "broken.json").write_text("{")
    (cwd / "deep.json").write_text("[" * 100_000)
    (cwd / "list.json").write_text("[]")
    (cwd / "short.json").write_text('{"model": "GAN"}')
    before = sorted(cwd.rglob("*"))
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.startswith("keras-gan: error: ") and err.endswith("\n") and err.count("\n") == 1
    assert message in err
    assert sorted(cwd.rglob("*")) == before


def test_path_that_cannot_be_written_is_refused_before_the_model_loads(
    run, entries, monkeypatch, tmp_path
):
    monkeypatch.setattr(registry, "restore", lambda *_: pytest.fail("long work began"))
    (tmp_path / "cwd" / "file").write_text("")
    for out in ("file/grid.png", "file", "/proc/grid.png", "/proc/folder"):
        code, _, err = run("generate", "tiny_dcgan", "--out", out)
        assert code == 2 and "cannot be written" in err, out
    for command, name in (
        ("interpolate", "grid.png"),
        ("evaluate", "report.json"),
        ("train", "grid.png"),
    ):
        code, _, err = run(command, "tiny_dcgan", "--out", f"file/sub/{name}")
        assert code == 2 and "cannot be written" in err, command


def test_damaged_weights_are_one_line(run, entries):
    (entries / "tiny_dcgan" / "model.weights.h5").write_bytes(b"half")
    code, _, err = run("generate", "tiny_dcgan")
    assert code == 2 and "weights of tiny_dcgan are damaged" in err and err.count("\n") == 1


def test_interruption_is_no_traceback(run, entries, monkeypatch):
    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(zoo.Trained, "load", interrupt)
    code, _, err = run("generate", "tiny_dcgan")
    assert code == 130 and err.strip() == "keras-gan: error: interrupted"


def test_tensorflow_adds_nothing_to_an_error(entries, tmp_path):
    code = (
        "import pathlib, sys; from keras_gan import cli; from keras_gan.zoo import registry; "
        f"registry.folder = lambda: pathlib.Path({str(entries)!r}); "
        "cli.main(['generate', 'tiny_cgan', '--label', '3', '--out', 'folder'])"
    )
    environ = {"PYTHONPATH": str(ROOT), "KERAS_BACKEND": "tensorflow", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    expected = "keras-gan: error: --label must be a class of tiny_cgan, 0 to 2, got 3.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)
