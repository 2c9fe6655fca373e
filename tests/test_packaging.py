"""The package as people install it: from a wheel, away from the checkout, with only what it asks for."""

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import keras_gan

# Each process below chooses its own backend: once is enough.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
ENTRY = "dcgan_fashion_mnist"


def run(python, code, cwd, **environ):
    """Runs code in a process of its own that sees nothing of ours but PATH; returns what it printed."""
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "TF_CPP_MIN_LOG_LEVEL": "2", **environ}
    done = subprocess.run(
        [python, "-c", code], cwd=cwd, env=environ, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of a clean copy of the tree: a build folder that lies about would get into it."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in ("setup.py", "setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in ("keras_gan", "zoo"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, tree]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = out.glob("*.whl")
    return path


def test_wheel_is_small_and_holds_what_the_readme_shows(wheel):
    assert wheel.stat().st_size < 60e6
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    held = {name.split("/")[-2] for name in names if name.endswith("/model.weights.h5")}
    readme = (ROOT / "README.md").read_text("utf-8").partition("<!-- zoo -->")[0]
    code = re.findall(r"```python\n(.*?)```|^    (keras-gan .*)$", readme, re.S | re.M)
    shown = {name for name in keras_gan.zoo.list() if re.search(rf"\b{name}\b", str(code))}
    assert len(shown) > 3 and shown <= held


def test_weights_that_the_wheel_lacks_come_from_the_folder_that_is_named(wheel, tmp_path):
    (info,) = (path for path in zipfile.Path(wheel).iterdir() if path.name.endswith(".dist-info"))
    python = make_environment(tmp_path / "venv", required(PathDistribution(info)), wheel)
    code = "import keras_gan; print(keras_gan.zoo.load('gan_mnist').generate(2, seed=1).shape)"
    told = """
import keras_gan
try:
    keras_gan.zoo.load("gan_mnist")
except ValueError as error:
    print(error)
"""
    assert "holds gan_mnist/model.weights.h5" in run(python, told, tmp_path)
    assert run(python, code, tmp_path, KERAS_GAN_ZOO=str(ROOT / "zoo")) == "(2, 28, 28, 1)\n"


def required(dist):
    """The names of what a distribution requires in this Python, without extras."""
    asked = map(Requirement, dist.requires or [])
    return [r.name for r in asked if not r.marker or r.marker.evaluate({"extra": ""})]


def with_requirements(names):
    """The distributions of these names and of all that they require."""
    found, left = {}, list(names)
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop()).lower()
        if name not in found:
            found[name] = distribution(name)
            left += required(found[name])
    return found.values()


def make_environment(folder, names, wheel):
    """A new venv with the wheel, and with `names` and what they require linked from this environment.

    It holds what `pip install` would have put there, without a download; nothing else can be imported.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for dist in with_requirements(names):
        for top in {file.parts[0] for file in dist.files} - {"..", "__pycache__"}:
            if not (packages / top).exists():
                (packages / top).symlink_to(dist.locate_file(top).absolute())
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", wheel], check=True)
    return python


def test_wheel_lists_loads_and_generates_in_an_empty_environment(wheel, tmp_path):
    (info,) = (path for path in zipfile.Path(wheel).iterdir() if path.name.endswith(".dist-info"))
    python = make_environment(tmp_path / "venv", required(PathDistribution(info)), wheel)
    code = f"""
import keras_gan
assert {str(tmp_path)!r} in keras_gan.__file__, keras_gan.__file__
print(*keras_gan.zoo.list())
for name in keras_gan.zoo.list():
    keras_gan.zoo.card(name)
images = keras_gan.zoo.load({ENTRY!r}).generate(3, seed=1)
print(images.dtype, images.shape, images.std() > 10)
"""
    entries, images = run(python, code, tmp_path).splitlines()
    assert entries.split() == keras_gan.zoo.list()
    assert images == "uint8 (3, 28, 28, 1) True"
    command = [python.parent / "keras-gan", "list"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ENTRY in printed.stdout


def test_jax_environment_without_tensorflow(wheel, tmp_path):
    python = make_environment(
        tmp_path / "venv", ["keras", "jax", "numpy", "pillow", "click", "msgspec", "pooch"], wheel
    )
    code = f"""
from importlib.util import find_spec
assert find_spec("tensorflow") is None and find_spec("tensorflow_datasets") is None
import keras
import numpy as np
import keras_gan

assert keras.backend.backend() == "jax"
model = keras_gan.zoo.load({ENTRY!r})
images = model.generate(3, seed=1)
print(images.dtype, images.shape, images.std() > 10)
model.plot("grid.png", num=4)

digits, labels = keras_gan.data.arrays("digits", image_size=28)
before = [np.array(weight) for weight in model.trainable_weights]
model.fit(digits[:16], batch_size=8, epochs=1, verbose=0)
after = model.trainable_weights
assert all(np.any(a != b) for a, b in zip(map(np.array, after), before)), "fit changed nothing"

model.save("model.keras")
again = keras.saving.load_model("model.keras")
assert np.array_equal(again.generate(3, seed=1), model.generate(3, seed=1))
"""
    printed = run(python, code, tmp_path, KERAS_BACKEND="jax")
    assert printed.splitlines()[-1] == "uint8 (3, 28, 28, 1) True"
    assert (tmp_path / "grid.png").stat().st_size > 0


def test_importing_the_package_imports_no_backend(tmp_path):
    code = "import sys, keras_gan; print({'keras', 'tensorflow', 'jax'} & set(sys.modules))"
    assert run(sys.executable, code, tmp_path, PYTHONPATH=str(ROOT)) == "set()\n"


@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["info", ENTRY]])
def test_answers_that_need_no_network_import_no_backend(arguments, tmp_path):
    code = f"""
import sys
from keras_gan.cli import main

try:
    main({arguments!r})
except SystemExit as stop:
    assert not stop.code, stop.code
print({{"keras", "tensorflow", "jax"}} & set(sys.modules))
"""
    printed = run(sys.executable, code, tmp_path, PYTHONPATH=str(ROOT)).splitlines()
    assert len(printed) > 1
    assert printed[-1] == "set()"


def test_import_turns_on_onednn_unless_the_user_has_chosen(tmp_path):
    code = "import os, keras_gan; print(os.environ['TF_ENABLE_ONEDNN_OPTS'])"
    path = {"PYTHONPATH": str(ROOT)}
    assert run(sys.executable, code, tmp_path, **path) == "1\n"
    assert run(sys.executable, code, tmp_path, **path, TF_ENABLE_ONEDNN_OPTS="0") == "0\n"
