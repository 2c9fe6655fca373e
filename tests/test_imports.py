"""Imports: one way between the rooms of the package, and no more than is needed."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import keras_gan

ABOVE = ("callbacks", "cli", "data", "evaluation", "metrics", "serving", "zoo")
"""Rooms that no model needs."""


def test_a_model_imports_little_of_the_package():
    code = "import sys, keras_gan.models.images.wgan; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.split(".")[0] == "keras_gan"}
    assert "keras_gan.models.images.wgan" in ours
    assert len(ours) <= 70
    assert not [name for name in ours if name.split(".")[1:2] and name.split(".")[1] in ABOVE]


@pytest.mark.slow
def test_keras_finds_every_registered_class():
    """Also those of a model that nobody has imported, in either order of the imports."""
    look = "print(*sorted(keras.saving.get_custom_objects()))"
    found = [
        subprocess.run([sys.executable, "-c", f"{code}; {look}"], capture_output=True, text=True)
        for code in (
            "import keras, keras_gan",
            "import keras_gan, keras; keras_gan.load_model",
            "import keras_gan, keras; keras_gan.WGAN",
        )
    ]
    names = [set(done.stdout.split()) for done in found]
    assert names[0] == names[1] == names[2]
    assert {"keras_gan>StyleGAN2", "keras_gan>SpectralNormalization", "keras_gan>Hinge"} <= names[0]
    assert "keras_gan>ConstantThenLinear" in names[0]


@pytest.mark.slow
def test_importing_is_quiet():
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    code = "import keras_gan; keras_gan.GAN(image_shape=(4, 4, 1)).generate(1)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_unknown_names_are_told_the_closest():
    for module in (keras_gan, keras_gan.models):
        with pytest.raises(AttributeError, match=r"'StyleGan2'\. Did you mean StyleGAN2"):
            _ = module.StyleGan2


ORDER = (
    {"arguments", "batching", "files", "latent.sampling", "lookup", "metric", "precision", "quiet"}
    | {"schedules"},
    {"lazy"},
    {"", "backend", "modalities"},
    {"conditions", "latent.paths"},
    {"random", "metrics", "minimization"},
    {"layers"},
    {"networks", "objectives", "penalties", "tricks"},
    {"augmentations", "game"},
    {"tasks"},
    {"models", "data", "latent"},
    {"zoo"},
    {"evaluation"},
    {"serving", "callbacks", "style"},
    {"cli"},
    {"__main__"},
)
"""Rooms from the bottom to the top: each imports of those before its own set. "" is the package itself."""
PACKAGE = Path(keras_gan.__file__).parent


def modules():
    """Name of each module of the package, without "keras_gan.", to its file."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imported(path, known):
    """Modules of the package that a file imports, at its top or in a function."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [
                name if name.removeprefix("keras_gan.") in known else node.module for name in inner
            ]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "keras_gan":
                yield name.partition(".")[2]


def room(module):
    """A module's room, the longest that `ORDER` has."""
    parts = module.split(".")
    rooms = set().union(*ORDER)
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next(name for name in names if name in rooms)


def test_rooms_import_one_way():
    known = modules()
    place = {name: level for level, rooms in enumerate(ORDER) for name in rooms}
    upward = [
        f"{module or 'keras_gan'} imports {other or 'keras_gan'}"
        for module, path in known.items()
        for other in imported(path, known)
        if room(module) != room(other) and place[room(module)] <= place[room(other)]
    ]
    assert not upward


def test_no_module_imports_itself_by_way_of_others():
    known = modules()
    graph = {module: set(imported(path, known)) - {module} for module, path in known.items()}
    finished, path = set(), []

    def visit(module):
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module not in finished:
            path.append(module)
            for other in sorted(graph[module]):
                visit(other)
            finished.add(path.pop())

    for module in sorted(graph):
        visit(module)
