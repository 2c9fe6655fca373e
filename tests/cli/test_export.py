"""`keras-gan export` and `keras-gan demo`."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from keras_gan import Classifier, load_model, serving, zoo

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_export_writes_versions(run, entries, tmp_path):
    code, out, err = run("export", "tiny_cyclegan", "models")
    assert (code, out, err) == (0, "Written: models/tiny_cyclegan/1\n", "")
    code, out, _ = run("export", "tiny_cyclegan", "models", "--version", 4)
    assert (code, out) == (0, "Written: models/tiny_cyclegan/4\n")
    assert (tmp_path / "cwd" / "models" / "tiny_cyclegan" / "4" / "saved_model.pb").exists()
    assert "tiny_cyclegan" in (tmp_path / "cwd" / "models" / "models.config").read_text()
    code, _, err = run("export", "tiny_cyclegan", "models", "--version", 4)
    assert code == 2 and err == ("keras-gan: error: models/tiny_cyclegan/4 exists already.\n")


def test_export_as_a_keras_file(run, entries):
    code, out, _ = run("export", "tiny_dcgan", "models", "--format", "keras")
    assert (code, out) == (0, "Written: models/tiny_dcgan.keras\n")
    made = load_model("models/tiny_dcgan.keras").generate(2, seed=1)
    np.testing.assert_array_equal(made, zoo.load("tiny_dcgan").generate(2, seed=1))


@pytest.mark.slow
def test_export_for_a_runtime(run, entries, tmp_path):
    pytest.importorskip("ai_edge_litert")
    args = ("export", "tiny_cgan", "models", "--format", "litert", "--precision", "int8")
    code, out, err = run(*args)
    assert (code, out, err) == (0, "Written: models/tiny_cgan-int8.tflite\n", "")
    files = sorted(path.name for path in (tmp_path / "cwd" / "models").iterdir())
    assert files == ["tiny_cgan-int8.tflite", "tiny_cgan-int8.tflite.json"]


@pytest.mark.slow
def test_export_of_a_direction(run, entries, tmp_path):
    pytest.importorskip("ai_edge_litert")
    args = ("export", "tiny_cyclegan", "models", "--format", "litert", "--direction", "BtoA")
    code, out, err = run(*args)
    assert (code, out, err) == (0, "Written: models/tiny_cyclegan-BtoA.tflite\n", "")


@pytest.mark.slow
def test_export_shows_progress_on_a_terminal_and_hides_libraries():
    code = """
import os, sys, time
from keras_gan import cli, serving

def work(*args, progress, **options):
    os.write(2, b"noise")
    print("python noise", file=sys.stderr)
    progress("half done")
    time.sleep(0.5)
    return "x"

serving.export = work
cli.main(["export", "gan_mnist", "models"])
"""
    terminal, stderr = os.openpty()
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr)
    told = os.read(terminal, 10_000)
    assert done.returncode == 0 and done.stdout == b"Written: x\n"
    assert b"Exporting gan_mnist" in told and b"half done" in told and b"noise" not in told
    assert told.endswith(b"\x1b[2K")  # The line is erased.


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("tiny_dcgam", "models"), "There is no entry 'tiny_dcgam'"),
        (("tiny_dcgan", "models", "--format", "onyx"), "'onyx' is not one of"),
        (("tiny_dcgan", "models", "--precision", "int8"), "precision must be one of float32"),
        (("tiny_dcgan", "models", "--version", "0"), "0 is not in the range"),
        (("tiny_dcgan", "models", "--format", "keras", "--version", "2"), "version must be None"),
        (("tiny_dcgan", "models", "--direction", "AtoB"), "direction must be None except for"),
        (("tiny_dcgan", "entries/file"), "cannot be written"),
        (("tiny_dcgan",), "Missing argument 'DIR'"),
    ],
)
def test_export_refuses_in_one_line(run, entries, tmp_path, args, message):
    (tmp_path / "cwd" / "entries").write_text("")
    code, out, err = run("export", *args)
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1
    assert [path.name for path in (tmp_path / "cwd").iterdir()] == ["entries"]


def test_export_of_a_model_without_signatures_is_refused(run, entries, tmp_path, monkeypatch):
    monkeypatch.setattr(Classifier, "signatures", lambda self: {})
    code, _, err = run("export", "tiny_classifier", "models")
    assert code == 2 and "has no signatures to export" in err and err.count("\n") == 1
    assert not list((tmp_path / "cwd").iterdir())


def test_export_names_the_extra_that_is_missing(run, entries, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    code, _, err = run("export", "tiny_dcgan", "models", "--format", "litert")
    assert code == 2 and "pip install 'keras_gan[litert]'" in err and err.count("\n") == 1


def test_demo_refuses_in_one_line(run, entries, monkeypatch):
    code, _, err = run("demo", "tiny_dcgam")
    assert code == 2 and "There is no entry 'tiny_dcgam'" in err and err.count("\n") == 1
    code, _, err = run("demo", "tiny_dcgan", "--port", 0)
    assert code == 2 and "0 is not in the range" in err and err.count("\n") == 1
    monkeypatch.setitem(sys.modules, "gradio", None)
    monkeypatch.delitem(sys.modules, "keras_gan.serving.demo", raising=False)
    monkeypatch.delattr(serving, "demo", raising=False)
    code, _, err = run("demo", "tiny_dcgan")
    assert code == 2 and "pip install 'keras_gan[demo]'" in err and err.count("\n") == 1


def test_demo_of_an_entry_without_images_or_on_a_port_in_use(run, entries):
    pytest.importorskip("gradio")
    code, _, err = run("demo", "tiny_classifier")
    assert code == 2 and "which generates no images" in err and err.count("\n") == 1
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = run("demo", "tiny_dcgan", "--port", taken.getsockname()[1])
    assert code == 2 and "port" in err and err.count("\n") == 1
