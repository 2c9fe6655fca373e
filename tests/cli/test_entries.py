"""`keras-gan list` and `keras-gan info`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from keras_gan import zoo

ROOT = Path(__file__).parents[2]


def test_list_and_info(run, entries):
    code, out, _ = run("list")
    assert code == 0 and [line.split()[0] for line in out.splitlines()] == zoo.list()
    code, out, _ = run("list", "*dcgan")
    assert (code, out) == (0, "tiny_dcgan  The tiny_dcgan\n")
    code, _, err = run("list", "dcgan")
    assert code == 2 and err.endswith(
        "No entry is called 'dcgan'. Try: keras-gan list '*dcgan*'.\n"
    )
    code, out, _ = run("info", "tiny_dcgan")
    assert code == 0 and out == f"{zoo.card('tiny_dcgan')}\n"


def test_list_of_an_empty_zoo(run, tmp_path, monkeypatch):
    monkeypatch.setattr(zoo.registry, "folder", lambda: tmp_path)
    assert run("list") == (0, "", "")


def test_a_damaged_entry_is_a_warning_of_one_line(run, entries):
    (entries / "tiny_dcgan" / "entry.json").write_text("{")
    code, out, err = run("list")
    assert code == 0 and "tiny_cgan" in out and "tiny_dcgan" not in out
    assert err.startswith("keras-gan: warning: Left out an entry: ") and err.count("\n") == 1


@pytest.fixture
def terminal():
    """Runs the command on a terminal 60 columns wide, and returns the lines that it shows."""

    def show(*args):
        shown, stdout = os.openpty()
        done = subprocess.Popen(
            [sys.executable, "-m", "keras_gan", *args],
            cwd=ROOT,
            stdout=stdout,
            env={**os.environ, "COLUMNS": "60", "TERM": "xterm"},
        )
        os.close(stdout)
        content = b""
        try:
            while part := os.read(shown, 10_000):
                content += part
        except OSError:  # Linux's answer at the end
            pass
        os.close(shown)
        assert done.wait() == 0
        return re.sub(r"\x1b\[\d*m", "", content.decode()).splitlines()  # without bold type

    return show


def test_a_terminal_shows_tables_that_fit(terminal):
    lines = terminal("list")
    assert "Entry" in lines[0] and "Model and data" in lines[0]
    assert {line.split()[0] for line in lines[2:] if line[:1].strip()} == set(zoo.list())
    lines = terminal("info", "dcgan_mnist")
    card = zoo.card("dcgan_mnist")
    text = " ".join(" ".join(lines).split())
    assert all(name in text for name in (*card.metrics, "DCGAN, MNIST", *card.facts))
    assert max(map(len, lines)) <= 60
