"""README.md: its listing is the file, its blocks and commands run, and its tables are complete."""

import configparser
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from PIL import Image

import keras_gan
from keras_gan import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
COMMANDS = re.findall(r"^    keras-gan (.*)$", README, re.MULTILINE)

# Replacements that make the blocks small and independent of downloads.
SMALL = {
    'keras_gan.data.arrays("mnist")': 'keras_gan.data.arrays("digits", image_size=28)',
    'keras_gan.data.arrays("horse2zebra", image_size=128)': "domains",
    "image_shape=(128, 128, 3)": "image_shape=(32, 32, 3)",
    "epochs=30": "epochs=1",
    "epochs=200": "epochs=1",
}
# Arguments that make the commands small.
MORE = {
    "stylize": "--size 32 --steps 2",
    "interpolate": "--steps 3",
    "walk": "--stops 2 --frames 4",
    "project": "--steps 2",
    "train": "--images 400 --out trained",
}
# They need a data set, the folder of a training, and serve until they are stopped.
NOT_RUN = ("evaluate", "pack", "demo")


@pytest.fixture
def pictures(tmp_path, monkeypatch, rng):
    """The working directory, with the pictures and the training that the README names."""
    monkeypatch.chdir(tmp_path)
    names = ["photo.jpg", "zebra.jpg", "face.png", "painting.jpg", "photos/one.png"]
    names += [f"my_pictures/{index}.png" for index in range(100)]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (64, 64, 3), np.uint8)).save(path)
    checkpoint = tmp_path / "dcgan_anime_faces-training" / "checkpoint.keras"
    checkpoint.parent.mkdir()
    keras_gan.GAN(image_shape=(8, 8, 1)).save(checkpoint)
    return tmp_path


def test_listing_is_the_file():
    (listing,) = re.findall(r"^````python\n(.*?)^````$", README, re.DOTALL | re.MULTILINE)
    assert listing == (ROOT / "keras_gan" / "models" / "images" / "wgan_gp.py").read_text("utf-8")


def test_every_package_is_in_the_table():
    table = README.split("## How it is built")[1].split("A variant")[0]
    named = set(re.findall(r"`([a-z]+)`", table))
    packages = {name for name in keras_gan.__all__ if name.islower()} - {"load_model"}
    assert packages <= named


def test_packages_without_tensorflow_are_those_that_the_package_needs():
    (line,) = re.findall(r"pip install (.*?) && pip install --no-deps \.", README)
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    needed = setup["options"]["install_requires"].strip().splitlines()
    names = {Requirement(each).name for each in needed if not each.startswith("#")}
    only_tensorflow = {"tensorflow", "tensorflow-datasets", "importlib_resources"}
    assert set(line.split()) == names - only_tensorflow | {"jax"}


def test_links_lead_to_files():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links and [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_blocks_run(block, pictures):
    for text, small in SMALL.items():
        block = block.replace(text, small)
    digits = keras_gan.data.arrays("digits", image_size=32)[0][:4].repeat(3, axis=-1)
    exec(compile(block, "README.md", "exec"), {"domains": (digits[:2], digits[2:])})


def test_every_replacement_is_for_the_readme():
    text = "".join(BLOCKS)
    assert [old for old in SMALL if old not in text] == []


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command, pictures):
    name, *args = shlex.split(command)
    if name in NOT_RUN:  # but their arguments are read
        cli.command.commands[name].make_context(name, args)
        return
    with pytest.raises(SystemExit) as exit:
        cli.main([name, *args, *shlex.split(MORE.get(name, ""))])
    assert not exit.value.code
