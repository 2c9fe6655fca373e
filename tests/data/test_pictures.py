"""Decoding and resizing, against pixels put there by hand and bicubic weights computed here."""

import io

import numpy as np
import pytest
from PIL import Image

from keras_gan.data.pictures import Pictures, check_size
from keras_gan.modalities.images import resize


def encoded(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **{"format": "PNG", **options})
    return buffer.getvalue()


def bicubic(x):
    """Keys 1981 with a = -0.5."""
    x = abs(x)
    if x < 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


def weights(old, new):
    """Rows: what each old pixel gives to a new one; the kernel is widened when shrinking."""
    scale = old / new
    widened = max(scale, 1.0)
    matrix = np.array(
        [[bicubic((j + 0.5 - (i + 0.5) * scale) / widened) for j in range(old)] for i in range(new)]
    )
    return matrix / matrix.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("old", "new"), [(8, 28), (28, 32), (32, 12), (64, 16)])
def test_resizing_is_antialiased_bicubic(old, new, rng):
    image = rng.integers(60, 196, (old, old, 3), np.uint8)
    matrix = weights(old, new)
    expected = np.einsum("ij,jkc,lk->ilc", matrix, image.astype(float), matrix)
    difference = np.abs(resize(image, (new, new)) - np.clip(expected, 0, 255))
    assert difference.max() <= 1.2  # Pillow rounds after each axis


def test_a_fine_pattern_becomes_its_mean_when_shrunk():
    stripes = np.zeros((32, 32, 1), np.uint8)
    stripes[:, ::2] = 255
    inner = resize(stripes, (8, 8))[:, 1:-1]
    assert np.abs(inner.astype(int) - 127.5).max() <= 2


def test_the_crop_is_central():
    wide = np.arange(6, dtype=np.uint8)[None, :, None].repeat(2, axis=0)
    assert resize(wide, (2, 2))[0, :, 0].tolist() == [2, 3]
    assert resize(wide.transpose(1, 0, 2), (2, 2))[:, 0, 0].tolist() == [2, 3]
    assert resize(wide, (2, 4))[0, :, 0].tolist() == [1, 2, 3, 4]


def test_height_comes_first(rng):
    image = rng.integers(0, 256, (40, 30, 3), np.uint8)
    assert resize(image, (20, 10)).shape == (20, 10, 3)


@pytest.mark.parametrize(
    ("old", "new"), [((7, 11), (5, 3)), ((333, 500), (64, 96)), ((3, 1), (9, 9))]
)
def test_odd_proportions_stay_within_the_picture(old, new):
    image = np.full((*old, 3), 200, np.uint8)
    assert np.array_equal(resize(image, new), np.full((*new, 3), 200))


def test_gray_becomes_rgb_and_rgb_gray():
    gray = Image.fromarray(np.array([[0, 100, 200]], np.uint8))
    assert Pictures([encoded(gray)]).read(0)[0].tolist() == [[0] * 3, [100] * 3, [200] * 3]
    assert Pictures([encoded(gray.convert("RGB"))], channels=1).read(0)[0].tolist() == [
        [0],
        [100],
        [200],
    ]


def test_transparent_becomes_white():
    pixels = np.array([[[10, 20, 30, 255], [10, 20, 30, 0], [0, 0, 0, 51]]], np.uint8)
    picture = Pictures([encoded(Image.fromarray(pixels))]).read(0)[0]
    assert picture.tolist() == [[10, 20, 30], [255, 255, 255], [204, 204, 204]]


def test_transparent_palette_becomes_white():
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putpixel((1, 0), 1)
    assert Pictures([encoded(palette, transparency=1)]).read(0)[0].tolist() == [
        [255, 0, 0],
        [255] * 3,
    ]


def test_exif_orientation_is_honoured():
    stored = np.arange(6, dtype=np.uint8).reshape(2, 3)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise
    picture = Pictures([encoded(Image.fromarray(stored), exif=exif)], channels=1).read(0)
    assert np.array_equal(picture[..., 0], np.rot90(stored, -1))


def test_a_large_jpeg_read_small_is_as_good_as_its_full_decoding():
    y, x = np.mgrid[:1200, :1600]
    waves = 127.5 + 100 * np.sin(x / 60) * np.cos(y / 90)
    data = encoded(
        Image.fromarray(waves.astype(np.uint8)).convert("RGB"), format="JPEG", quality=95
    )
    full = np.asarray(Image.open(io.BytesIO(data)))
    difference = Pictures([data]).read(0, (64, 64)).astype(int) - resize(full, (64, 64))
    assert np.abs(difference).max() <= 3


def test_halves():
    pixels = np.arange(8, dtype=np.uint8).reshape(2, 4)
    for half, columns in ((0, slice(0, 2)), (1, slice(2, 4))):
        picture = Pictures([encoded(Image.fromarray(pixels))], channels=1, halves=[half]).read(0)
        assert np.array_equal(picture[..., 0], pixels[:, columns])


def test_array_and_take_hold_what_read_gives(rng):
    images = rng.integers(0, 256, (130, 5, 4, 3), np.uint8)
    pictures = Pictures([encoded(Image.fromarray(image)) for image in images])
    assert np.array_equal(pictures.array(), images)
    assert np.array_equal(pictures.take(np.array([7, 2])), images[[7, 2]])
    assert np.array_equal(pictures.take(np.array(7)), images[7])
    small = pictures.array((3, 3))
    assert np.array_equal(small[129], resize(images[129], (3, 3)))
    assert Pictures(images).array() is images


def test_what_cannot_be_read_is_named(tmp_path, rng):
    good = encoded(Image.fromarray(rng.integers(0, 256, (64, 64, 3), np.uint8)))
    paths = [tmp_path / name for name in ("good.png", "text.png", "short.png", "empty.png")]
    for path, content in zip(
        paths, (good, b"no picture", good[: len(good) // 2], b""), strict=True
    ):
        path.write_bytes(content)
    pictures = Pictures(paths)
    assert pictures.readable() == [True, False, False, False]
    for index, name in ((1, "text.png"), (2, "short.png"), (3, "empty.png")):
        with pytest.raises(ValueError, match=f"Cannot read the picture .*{name}"):
            pictures.read(index)


def test_pictures_of_two_sizes_need_a_size():
    pictures = Pictures(
        [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8)], names=["a", "b"]
    )
    with pytest.raises(ValueError, match="picture b is 4x5, the first is 4x4: give image_size"):
        pictures.array()
    assert pictures.array((2, 2)).shape == (2, 2, 2, 3)


def test_sizes_may_be_numbers_of_numpy():
    assert check_size(np.int64(8)) == (8, 8)
    assert check_size([np.int64(8), 4]) == (8, 4)
    with pytest.raises(ValueError, match=r"image_size must be a side .* got 8\.0"):
        check_size(8.0)
