"""Film strips of people: frames side by side, and a person who is for testing alone."""

import numpy as np
import pytest
from PIL import Image

from keras_gan import data
from keras_gan.data.catalogue import people


def strip(path, frames, side=people.SIDE):
    """A strip whose frames have the gray levels 0, 10, 20, ..."""
    levels = np.repeat(10 * np.arange(frames, dtype=np.uint8), side)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.tile(levels, (side, 1))).convert("RGB").save(path, quality=95)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "people-actions-64"
    strip(place / "0" / "00000003.jpg", 14)
    strip(place / "1" / "00000064.jpg", 8)
    return tmp_path


def test_strips_are_cut_into_clips(folder):
    train, test = (data.arrays("people_actions", s, data_dir=folder)[0] for s in ("train", "test"))
    assert train.shape == (3, 8, 64, 64, 3) and test.shape == (1, 8, 64, 64, 3)
    levels = train.mean(axis=(2, 3, 4)) / 10.0
    np.testing.assert_allclose(levels, np.arange(8) + np.array([[0], [4], [6]]), atol=0.3)


@pytest.mark.parametrize(
    ("frames", "side", "said"), [(7, 64, "448x64"), (8, 32, "must be a strip of 8 or more frames")]
)
def test_other_strips_are_refused(folder, frames, side, said):
    strip(folder / "people-actions-64" / "0" / "00000001.jpg", frames, side)
    with pytest.raises(ValueError, match=said):
        data.arrays("people_actions", data_dir=folder)


def test_the_real_strips_are_complete(arrays):
    for split, count in data.info("people_actions").splits.items():
        assert arrays("people_actions", split)[0].shape == (count, 8, 64, 64, 3)
