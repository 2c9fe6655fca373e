"""Images: conversions, grids, atomic PNGs."""

import numpy as np
import pytest
from PIL import Image

from keras_gan.modalities.images import (
    check,
    files_in,
    grid,
    read,
    sheet,
    to_network,
    to_people,
    write,
)


def test_uint8_and_float_are_inverse():
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    floats = np.asarray(to_network(levels))
    assert floats.min() == -1.0
    assert floats.max() == 1.0
    np.testing.assert_array_equal(to_people(floats), levels)


def test_floats_pass_and_are_clipped():
    floats = np.array([[-1.5, 0.0, 1.5]], "float32")
    assert to_network(floats) is floats
    np.testing.assert_array_equal(to_people(floats), [[0, 128, 255]])


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
    path = write(tmp_path / "new" / "picture.png", image)
    np.testing.assert_array_equal(np.asarray(Image.open(path)).reshape(image.shape), image)
    assert [file.name for file in path.parent.iterdir()] == ["picture.png"]


def test_failed_write_leaves_nothing(tmp_path, monkeypatch):
    target = tmp_path / "picture.png"
    target.write_bytes(b"what was there")

    def full_disk(self, file, **options):
        file.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write(target, np.zeros((2, 2, 1), np.uint8))
    assert [file.name for file in tmp_path.iterdir()] == ["picture.png"]
    assert target.read_bytes() == b"what was there"


def test_write_grid_scales_pixels(tmp_path):
    path = sheet(tmp_path / "grid.png", np.zeros((4, 2, 2, 3), np.uint8), scale=3)
    assert Image.open(path).size == (30, 30)


def test_read_gives_what_write_wrote(tmp_path, rng):
    image = rng.integers(0, 256, (6, 4, 3), np.uint8)
    path = write(tmp_path / "photo.png", image)
    np.testing.assert_array_equal(read(path), image)
    np.testing.assert_array_equal(read(path.read_bytes()), image)
    np.testing.assert_array_equal(read(path, half=1), image[:, 2:])
    assert read(path, channels=1, size=(3, 2)).shape == (3, 2, 1)
    assert list(files_in(tmp_path)) == ["photo.png"]


@pytest.mark.parametrize(("name", "message"), [(None, "picture .*broken.png"), ("7", "picture 7")])
def test_what_cannot_be_read_is_named(tmp_path, name, message):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=f"Cannot read the {message}: "):
        read(tmp_path / "broken.png", name=name)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 4, 4)), r"photos must be images \(n, height, width, channels\)"),
        (np.zeros((0, 4, 4, 1)), r"photos must be images \(n, height, width, channels\)"),
        (np.zeros((2, 4, 4, 1), int), "photos must be uint8, or floats"),
        (
            np.full((2, 4, 4, 1), 1.5),
            r"photos must be uint8, or floats in \[-1, 1\], got float64 in \[1.5, 1.5\]",
        ),
        (np.full((2, 4, 4, 1), np.nan), r"photos must be uint8, or floats in \[-1, 1\], got"),
    ],
)
def test_what_is_no_image_is_refused(images, message):
    with pytest.raises(ValueError, match=message):
        check(images, "photos")
