"""Two domains from a folder with trainA and trainB."""

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import domains_from_folder


@pytest.fixture
def folder(tmp_path):
    """Pictures of one gray value each: trainA/1.png to 3.png, trainB/1.jpg to 3.jpg, values 10 apart."""
    for value, (domain, ending) in enumerate((("A", "png"), ("B", "jpg"))):
        path = tmp_path / f"train{domain}"
        path.mkdir()
        for index in (1, 2, 3):
            gray = np.full((8, 8), 100 * value + 10 * index, np.uint8)
            Image.fromarray(gray).save(path / f"{index}.{ending}")
    return tmp_path


def grays(images):
    return np.round(images.mean(axis=(1, 2, 3)), -1).tolist()


@pytest.mark.parametrize("paired", [False, True])
def test_domains_in_order(folder, paired):
    a, b = domains_from_folder(folder, 8, paired=paired)
    assert a.shape == b.shape == (3, 8, 8, 3) and a.dtype == np.uint8
    assert (grays(a), grays(b)) == ([10, 20, 30], [110, 120, 130])


def test_unreadable_pictures_are_named_or_left_out_with_their_partners(folder):
    (folder / "trainB" / "2.jpg").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"Cannot read the picture .*trainB/2\.jpg"):
        domains_from_folder(folder, 8)
    with pytest.warns(UserWarning, match=r"Left out 1 unreadable pictures: trainB/2\.jpg"):
        a, b = domains_from_folder(folder, 8, skip_unreadable=True)
    assert (len(a), len(b)) == (3, 2)
    with pytest.warns(UserWarning, match=r"trainB/2\.jpg"):
        a, b = domains_from_folder(folder, 8, paired=True, skip_unreadable=True)
    assert (grays(a), grays(b)) == ([10, 30], [110, 130])


def test_what_does_not_fit_is_refused(folder, tmp_path):
    with pytest.raises(ValueError, match="no pictures in testA"):
        domains_from_folder(folder, 8, "test")
    with pytest.raises(ValueError, match="must be a folder"):
        domains_from_folder(tmp_path / "nowhere", 8)
    (folder / "trainB" / "3.jpg").unlink()
    assert len(domains_from_folder(folder, 8)[1]) == 2
    with pytest.raises(ValueError, match=r"3 has no partner of the same name.*trainA and trainB"):
        domains_from_folder(folder, 8, paired=True)
    for path in (folder / "trainB").iterdir():
        path.unlink()
    with pytest.raises(ValueError, match="no pictures in trainB"):
        domains_from_folder(folder, 8)
