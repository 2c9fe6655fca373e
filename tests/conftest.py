"""What all tests share: the backend, few threads, fixed seeds, the folder of datasets."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Small networks gain nothing from many threads, and results depend less on the machine.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")

from pathlib import Path

import numpy as np
import pytest

import keras_gan  # noqa: F401  (sets what TensorFlow reads when it is imported)

BACKEND = os.environ["KERAS_BACKEND"]


def pytest_report_header():
    return f"keras backend: {BACKEND}"


def pytest_collection_modifyitems(items):
    if BACKEND == "tensorflow":
        return
    for item in items:
        if item.get_closest_marker("tensorflow"):
            item.add_marker(pytest.mark.skip(reason=f"TensorFlow's own; the backend is {BACKEND}"))


@pytest.fixture(autouse=True)
def seed():
    """Every test starts from the same random state."""
    import keras

    keras.utils.set_random_seed(0)


@pytest.fixture
def rng():
    """NumPy's random numbers, the same in every test."""
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def data_dir():
    """The folder of whole datasets that KERAS_GAN_DATA names."""
    folder = os.environ.get("KERAS_GAN_DATA")
    if not folder:
        pytest.skip("needs KERAS_GAN_DATA, a folder of datasets")
    return Path(folder)
