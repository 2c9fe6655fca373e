"""Set-up of all tests: the backend, few threads, fixed seeds, the folder of datasets."""

import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Small networks gain nothing from many threads, and results depend less on the machine.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")
# Tests compile more than they compute: under JAX this takes half the time, and a third off what is left.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
if os.environ["KERAS_BACKEND"] == "jax":
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false")
# What is compiled is kept for other tests, workers and runs: tests make the same networks often.
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR", str(Path(__file__).parent / ".pytest_cache" / "jax")
)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")

import fcntl
import functools
import json
import shutil

import numpy as np
import pytest

import keras_gan  # It sets what TensorFlow reads when it is imported.

BACKEND = os.environ["KERAS_BACKEND"]
TESTS = Path(__file__).parent / "tests"
# Folders and files whose tests run under both backends: what a step is made of, and what all variants share.
# All others run once, under TensorFlow; that every variant trains alike on both is a test of tests/backend.
BOTH = {"augmentations", "backend", "game", "layers", "objectives"}
BOTH |= {"test_penalties.py", "test_tricks.py", "test_variants.py"}


def pytest_report_header():
    return f"keras backend: {BACKEND}"


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by -m
def pytest_collection_modifyitems(config, items):
    for item in items:
        if room(item) in BOTH:
            item.add_marker("both")
    if BACKEND != "tensorflow":
        for item in items:
            if item.get_closest_marker("slow_under_jax"):
                item.add_marker("slow")
        left_out = [item for item in items if not runs_under_jax(item)]
        items[:] = [item for item in items if runs_under_jax(item)]
        config.hook.pytest_deselected(items=left_out)
    items[:] = in_shares(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)))


def in_shares(items, workers):
    """The tests in an order that keeps all workers busy, which begin with equal parts of it.

    Each part has its long tests first: the last ones are short, and workers share them out again.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    fast = [item for item in items if not item.get_closest_marker("slow")]
    for share in range(workers):
        for tests in (slow, fast):
            yield from tests[len(tests) * share // workers : len(tests) * (share + 1) // workers]


def room(item):
    """The folder or file of `tests` that holds a test; None elsewhere."""
    return item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else None


def runs_under_jax(item):
    return item.get_closest_marker("both") and not item.get_closest_marker("tensorflow")


@pytest.hookimpl(tryfirst=True)  # before fixtures compile models
def pytest_runtest_setup(item):
    """Training steps run eagerly by default, which spares the tracing; in graphs where a test is about them.

    So are those of tools, whose tests train. Under JAX steps are always compiled: there each operation that
    runs eagerly is compiled by itself.
    """
    eager = BACKEND == "tensorflow" and not item.get_closest_marker("graph")
    eager = eager and item.path.is_relative_to(TESTS)
    keras_gan.Game.compile = functools.partialmethod(own_compile(), run_eagerly=eager)


@functools.cache
def own_compile():
    return keras_gan.Game.compile


@pytest.fixture(autouse=True)
def seed():
    """Every test starts from the same random state."""
    import keras

    keras.utils.set_random_seed(0)


@pytest.fixture
def rng():
    """NumPy's random numbers, the same in every test."""
    return np.random.default_rng(0)


@pytest.fixture
def full_disk():
    """Files end at 20,000 bytes: what writes more is told so by the system, as where a disk is full."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="session")
def data_dir():
    """The folder of whole datasets that KERAS_GAN_DATA names."""
    folder = os.environ.get("KERAS_GAN_DATA")
    if not folder:
        pytest.skip("needs KERAS_GAN_DATA, a folder of datasets")
    return Path(folder)


@pytest.fixture(scope="session")
def arrays(data_dir):
    """`data.arrays` of a whole dataset in that folder; the test is skipped where it is not there."""
    from keras_gan import data

    def load(name, split):
        try:
            return data.arrays(name, split, data_dir=data_dir)
        except FileNotFoundError as error:
            pytest.skip(str(error))

    return load


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """`once(name, build)`: the folder of a name, which `build(folder)` fills once for all workers."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def folder(name, build):
        complete, partial = root / name, root / f"{name}.partial"
        with open(root / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not complete.exists():
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir()
                build(partial)
                partial.rename(complete)
        return complete

    return folder


@pytest.fixture(scope="session")
def packed_entries(once):
    """The folder of four small entries, and name to the model that each was packed from."""
    folder = once("packed_entries", pack_entries)
    paths = sorted((folder / "models").glob("*.keras"))
    return folder / "zoo", {path.stem: keras_gan.load_model(path) for path in paths}


def pack_entries(folder):
    """Packs models that have hardly been trained: two GANs, a classifier, a translator."""
    import keras

    from keras_gan import networks
    from keras_gan.zoo import pack

    keras.utils.set_random_seed(0)
    square = (28, 28, 1)
    dcgan = networks.dcgan.generator(square, width=8), networks.dcgan.discriminator(square, width=8)
    cgan = networks.cgan.generator((8, 8, 1), 3), networks.cgan.discriminator((8, 8, 1), 3)
    translators = [networks.resnet.generator(width=2, blocks=1) for _ in "AB"]
    critics = [networks.patchgan.discriminator(width=2) for _ in "AB"]
    models = {
        "tiny_cyclegan": keras_gan.CycleGAN(
            *translators, *critics, image_shape=(32, 32, 3), seed=0, name="tiny_cyclegan"
        ),
        "tiny_dcgan": keras_gan.DCGAN(*dcgan, ema=0.9, seed=0, name="tiny_dcgan"),
        "tiny_cgan": keras_gan.CGAN(*cgan, num_classes=3, seed=0, name="tiny_cgan"),
        "tiny_classifier": keras_gan.Classifier(
            networks.classifier.classifier(square, width=4, features=8),
            seed=0,
            name="tiny_classifier",
        ),
    }
    for name, model in models.items():
        model.compile()
        if name == "tiny_dcgan":
            images = np.random.default_rng(0).integers(0, 256, (32, *square), np.uint8)
            model.fit(images, batch_size=16, verbose=0)
        entry = {
            "name": name,
            "title": f"The {name}",
            "summary": "Small, and hardly trained.",
            "paper": {
                "title": "On tests",
                "authors": "One, Two, Three",
                "year": 2026,
                "url": "https://x.y",
            },
            "notes": ["Smaller than the paper's."],
            "recipe": {
                "model": type(model).__name__,
                "arguments": {"num_classes": 3} if name == "tiny_cgan" else {},
                "dataset": "digits",
                "split": "train",
                "batch_size": 16,
                "epochs": 1,
                "seed": 0,
            },
        }
        (folder / "zoo" / name).mkdir(parents=True)
        (folder / "zoo" / name / "entry.json").write_text(json.dumps(entry))
        epoch = {"epoch": 1, "steps": 2, "seconds": 1.5, "batch_size": 16, "device": "CPU"}
        epoch |= {
            "backend": BACKEND,
            "versions": {"keras": keras.__version__},
            "date": "2026-11-23",
        }
        shown = {column: np.zeros((1, 32, 32, 3), np.uint8) for column in ("images_a", "images_b")}
        pack.pack(folder / "zoo" / name, model, [epoch], columns=shown)
        model.save(folder / "models" / f"{name}.keras")


@pytest.fixture
def entries(packed_entries, tmp_path, monkeypatch):
    """The zoo, for the length of a test: a folder of its own with copies of the small entries."""
    from keras_gan.zoo import registry

    folder = tmp_path / "entries"
    shutil.copytree(packed_entries[0], folder)
    monkeypatch.setattr(registry, "folder", lambda: folder)
    monkeypatch.setenv("KERAS_GAN_HOME", str(tmp_path / "home"))
    return folder


@pytest.fixture
def training(packed_entries, tmp_path):
    """The folder of a training of tiny_dcgan on the digits, which has finished one epoch."""
    folder = tmp_path / "My cats-training"
    folder.mkdir()
    shutil.copy(packed_entries[0].parent / "models/tiny_dcgan.keras", folder / "checkpoint.keras")
    recipe = {"model": "DCGAN", "dataset": "digits", "split": "train", "image_size": 28, "seed": 0}
    recipe |= {"batch_size": 16, "epochs": 1}
    (folder / "training.json").write_text(json.dumps({"recipe": recipe, "data": {}}))
    line = {"epoch": 1, "steps_done": 2, "generator_loss": 0.71, "steps": 2, "seconds": 150.0}
    line |= {"device": "", "backend": "", "versions": {}, "date": "2026-11-29"}
    (folder / "log.jsonl").write_text(json.dumps(line) + "\n")
    return folder
