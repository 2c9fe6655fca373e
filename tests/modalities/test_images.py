"""Images: conversions, grids, atomic PNGs."""

import numpy as np
import pytest
from PIL import Image

from keras_gan.modalities.images import grid, to_float, to_uint8, write_grid, write_png


def test_uint8_and_float_are_inverse():
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    floats = np.asarray(to_float(levels))
    assert floats.min() == -1.0
    assert floats.max() == 1.0
    np.testing.assert_array_equal(to_uint8(floats), levels)


def test_floats_pass_and_are_clipped():
    floats = np.array([[-1.5, 0.0, 1.5]], "float32")
    assert to_float(floats) is floats
    np.testing.assert_array_equal(to_uint8(floats), [[0, 128, 255]])


def test_grid_places_images_row_by_row():
    images = np.arange(3, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 4, 1), np.uint8)
    tiled = grid(images, columns=2, padding=1)
    assert tiled.shape == (2 * 3 + 1, 2 * 5 + 1, 1)
    assert (tiled[1:3, 1:5] == 0).all()
    assert (tiled[1:3, 6:10] == 1).all()
    assert (tiled[4:6, 1:5] == 2).all()
    assert (tiled[4:6, 6:10] == 255).all()


@pytest.mark.parametrize("images", [np.zeros((0, 2, 2, 1), np.uint8), np.zeros((2, 2, 2, 1))])
def test_grid_refuses_what_is_no_image(images):
    with pytest.raises(ValueError, match="non-empty uint8"):
        grid(images)


@pytest.mark.parametrize("channels", [1, 3])
def test_png_round_trip(tmp_path, rng, channels):
    image = rng.integers(0, 256, (5, 7, channels), dtype=np.uint8)
    path = write_png(tmp_path / "new" / "picture.png", image)
    np.testing.assert_array_equal(np.asarray(Image.open(path)).reshape(image.shape), image)
    assert [file.name for file in path.parent.iterdir()] == ["picture.png"]


def test_failed_write_leaves_nothing(tmp_path, monkeypatch):
    target = tmp_path / "picture.png"
    target.write_bytes(b"what was there")

    def full_disk(self, file, format):
        file.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_png(target, np.zeros((2, 2, 1), np.uint8))
    assert [file.name for file in tmp_path.iterdir()] == ["picture.png"]
    assert target.read_bytes() == b"what was there"


def test_write_grid_scales_pixels(tmp_path):
    path = write_grid(tmp_path / "grid.png", np.zeros((4, 2, 2, 3), np.uint8), scale=3)
    assert Image.open(path).size == (30, 30)
