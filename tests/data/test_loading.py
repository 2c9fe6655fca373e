"""Data sets by name and folders as arrays: parts, folders, bad arguments."""

import subprocess
import sys

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data import folders
from keras_gan.data.pictures import Pictures, Split


def test_fit_and_validation_share_out_the_training_split():
    images, labels = data.arrays("digits", "train")
    parts = [data.arrays("digits", part) for part in ("fit", "validation")]
    assert [len(part[0]) for part in parts] == [1294, 143]
    together = np.concatenate([part[0] for part in parts])
    assert sorted(map(bytes, together)) == sorted(map(bytes, images))
    assert all(part[0].shape[1:] == images.shape[1:] for part in parts)
    at = {bytes(image): label for image, label in zip(images, labels, strict=True)}
    assert all(at[bytes(i)] == label for part in parts for i, label in zip(*part, strict=True))
    np.testing.assert_array_equal(data.arrays("digits", "fit")[0], parts[0][0])
    loaded = data.load("digits", "validation", shuffle=False, labels=False)
    assert len(loaded) == 143
    assert data.source("digits", "fit").counts() == {"": 1294}


def test_pairs_stay_pairs_in_parts_and_unaligned_domains_have_their_own():
    a, b = (Pictures(np.arange(n, dtype=np.uint8).reshape(n, 1, 1, 1), 1) for n in (20, 30))
    first, second = Split((a, a)).part("validation").arrays(None)
    np.testing.assert_array_equal(first, second)
    lengths = [len(x) for x in Split((a, b), aligned=False).part("fit").arrays(None)]
    assert lengths == [18, 27]
    named = Pictures([b"x", b"y"], 1, [0, 1], ["left", "right"]).chosen([1])
    assert (named.sources, named.halves, named.names) == ([b"y"], [1], ["right"])


def test_folders_as_arrays(photos):
    images, labels = data.arrays_from_folder(photos, 6)
    assert (
        images.dtype == np.uint8
        and images[:, 0, 0, 0].tolist() == list(range(7))
        and labels is None
    )
    images, labels = data.arrays_from_folder(photos, 3, labels=True)
    assert images.shape == (7, 3, 3, 3) and labels.tolist() == [0, 0, 0, 1, 1, 1, 1]


def test_unreadable_pictures_are_named_or_left_out(photos):
    (photos / "cats" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(ValueError, match=r"Cannot read the picture .*broken\.jpg"):
        data.arrays_from_folder(photos, 6)
    with pytest.warns(UserWarning, match=r"Left out 1 unreadable pictures: cats/broken\.jpg"):
        images, labels = data.arrays_from_folder(photos, 6, labels=True, skip_unreadable=True)
    assert images[:, 0, 0, 0].tolist() == list(range(7)) and len(labels) == 7


def test_a_picture_that_disappears_is_named(photos, monkeypatch):
    list_pictures = folders.files_in

    def listed(folder):
        found = list_pictures(folder)
        (photos / "dogs" / "2.png").unlink()
        return found

    monkeypatch.setattr(folders, "files_in", listed)
    with pytest.raises(ValueError, match=r"Cannot read the picture .*dogs/2\.png: .*No such file"):
        data.arrays_from_folder(photos, 6)


def test_bad_folders_are_refused(tmp_path, photos):
    with pytest.raises(ValueError, match=r"path must be a folder of pictures, got .*nowhere"):
        data.arrays_from_folder(tmp_path / "nowhere", 8)
    (tmp_path / "empty" / "deep").mkdir(parents=True)
    (tmp_path / "empty" / "notes.txt").write_text("no picture")
    with pytest.raises(ValueError, match=r"empty holds no readable pictures \(\.bmp, "):
        data.arrays_from_folder(tmp_path / "empty", 8)
    (photos / "cats" / "1.png").rename(photos / "1.png")
    with pytest.raises(ValueError, match=r"1\.png is in no class folder"):
        data.arrays_from_folder(photos, 8, labels=True)


@pytest.mark.parametrize("size", [0, -3, (8,), (8, 0), (8, 8, 3), 2.5, "8"])
def test_bad_image_sizes_are_refused(size):
    with pytest.raises(ValueError, match=r"image_size must be a side or \(height, width\)"):
        data.arrays("digits", image_size=size)


def test_without_tensorflow_there_are_arrays(monkeypatch, photos):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    for make in (lambda: data.load("digits"), lambda: data.from_folder(photos, 6)):
        with pytest.raises(ValueError, match=r"needs tensorflow.*keras_gan\.data\.arrays"):
            make()
    assert data.arrays("digits")[0].shape == (1437, 8, 8, 1)


def test_arrays_import_neither_keras_nor_a_backend():
    code = """
import sys
from keras_gan import data
data.arrays("digits", image_size=28)
print({"keras", "tensorflow", "tensorflow_datasets", "jax"} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
