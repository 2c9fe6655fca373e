"""Small data sets that the tests write themselves, and nothing else to be found on the machine."""

import dataclasses
import gzip

import numpy as np
import pytest
from PIL import Image

from keras_gan import data


@pytest.fixture(autouse=True)
def empty_machine(monkeypatch, tmp_path_factory):
    """No data sets in KERAS_GAN_DATA, the user's home or the system's folders."""
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("KERAS_GAN_DATA", raising=False)
    for name in ("fashion_mnist", "sneaker2boot"):
        monkeypatch.setitem(
            data.DATASETS, name, dataclasses.replace(data.DATASETS[name], elsewhere=())
        )


@pytest.fixture
def write_picture(rng):
    """Writes a random PNG, or a given array, and returns its pixels."""

    def write(path, pixels=None, size=(6, 6)):
        pixels = rng.integers(0, 256, (*size, 3), np.uint8) if pixels is None else pixels
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
        return pixels

    return write


@pytest.fixture
def mnist(tmp_path, rng):
    """A folder with a mnist.npz of 20 and 7 images, and its arrays."""
    arrays = {}
    for split, count in (("train", 20), ("test", 7)):
        arrays[f"x_{split}"] = rng.integers(0, 256, (count, 28, 28), np.uint8)
        arrays[f"y_{split}"] = rng.integers(0, 10, count, np.uint8)
    np.savez(tmp_path / "mnist.npz", **arrays)
    return tmp_path, arrays


@pytest.fixture
def write_idx():
    """Writes an idx file of bytes: 0, 0, type 8, rank, big-endian sizes, data."""

    def write(path, array):
        sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()))

    return write


@pytest.fixture
def photos(tmp_path, write_picture):
    """A folder of 7 pictures in two nested classes, of which the first pixel tells the number."""
    names = ("cats/1.png", "cats/2.png", "cats/old/3.png", "dogs/1.png", "dogs/2.png", "dogs/3.png")
    for number, name in enumerate((*names, "dogs/old/older/4.png")):
        write_picture(tmp_path / "photos" / name, np.full((6, 6, 3), number, np.uint8))
    return tmp_path / "photos"
