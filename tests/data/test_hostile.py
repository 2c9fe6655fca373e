"""Files of data sets from strangers: what is no data, or would fill the memory, is refused in one line."""

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_gan import data
from keras_gan.data.catalogue import digits

IDX = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


def test_hostile_arrays_are_refused(mnist, tmp_path):
    """Objects that only a pickle can hold, and an array that claims to be larger than any memory."""
    folder, arrays = mnist
    path = folder / "mnist.npz"
    np.savez(path, **{**arrays, "x_train": np.array([{}], object)})
    with pytest.raises(ValueError, match=r"mnist in .*allow_pickle=False"):
        data.arrays("mnist", data_dir=folder)
    header = io.BytesIO()
    shape = {"descr": "|u1", "fortran_order": False, "shape": (2**50, 28, 28)}
    np.lib.format.write_array_header_1_0(header, shape)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", header.getvalue())
    with pytest.raises(ValueError, match=r"mnist in .*the arrays are not as Keras has them"):
        data.arrays("mnist", data_dir=folder)


def test_archives_of_zeros_are_refused_before_they_fill_the_memory(mnist, tmp_path):
    with tarfile.open(tmp_path / "anime-faces-64.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("1.png")
        member.size = 2**26 + 1
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    with pytest.raises(ValueError, match=r"Cannot read the archive .*it is far too large"):
        data.arrays("anime_faces", data_dir=tmp_path)


def test_arrays_of_zeros_are_refused_before_they_fill_the_memory(mnist, monkeypatch, write_idx):
    folder, arrays = mnist
    monkeypatch.setattr(digits, "_LARGEST", 2000)
    np.savez_compressed(folder / "mnist.npz", **arrays)
    with pytest.raises(ValueError, match="unpacked, they are far too large"):
        data.arrays("mnist", data_dir=folder)
    for name, shape in zip(IDX, ((4, 28, 28), (4,)), strict=True):
        write_idx(folder / "fashion-mnist" / name, np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match=r"images-idx3.* was cut short"):
        data.arrays("fashion_mnist", data_dir=folder)


@pytest.mark.parametrize("label", [10, -5])
def test_labels_of_no_class_are_refused(mnist, label):
    folder, arrays = mnist
    labels = np.full(len(arrays["y_train"]), label)
    np.savez(folder / "mnist.npz", **{**arrays, "y_train": labels})
    with pytest.raises(ValueError, match=rf"mnist in .*labels must be 0 to 9, got {label}"):
        data.arrays("mnist", data_dir=folder)


def test_archives_are_read_and_not_unpacked(tmp_path, rng):
    """No member leaves the archive, whatever its name; links are left out."""
    picture = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (6, 6, 3), np.uint8)).save(picture, "PNG")
    with tarfile.open(tmp_path / "anime-faces-64.tar", "w") as archive:
        for name in ("1.png", "../2.png", "/tmp/evil/3.png"):
            member = tarfile.TarInfo(name)
            member.size = len(picture.getvalue())
            archive.addfile(member, io.BytesIO(picture.getvalue()))
        for name, kind in (("4.png", tarfile.SYMTYPE), ("5.png", tarfile.LNKTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    before = sorted(tmp_path.parent.rglob("*"))
    images, _ = data.arrays("anime_faces", data_dir=tmp_path)
    assert len(images) == 2  # ".." counts as hidden
    assert sorted(tmp_path.parent.rglob("*")) == before and not Path("/tmp/evil").exists()
