"""`translate` of a trained model, and what it refuses."""

import numpy as np
import pytest
from models.translation.linear import SHAPE, linear, make
from PIL import Image

from keras_gan import CycleGAN, Pix2Pix
from keras_gan.networks import resnet, unet


@pytest.fixture(scope="module")
def halver():
    """A to B halves what lies between white and black, B to A quarters it and adds a tenth."""
    return make(CycleGAN)


def test_translates_arrays_of_any_size(halver, rng):
    images = rng.integers(0, 256, (3, 9, 31, 1), dtype=np.uint8)
    expected = np.rint((images / 127.5 - 1) / 2 * 127.5 + 127.5)
    made = halver.translate(images, size="full")
    assert made.dtype == np.uint8 and made.shape == images.shape
    assert np.abs(made - expected).max() <= 1
    back = halver.translate(images, "BtoA", size="full")
    assert np.abs(back - np.rint(((images / 127.5 - 1) / 4 + 1.1) * 127.5)).max() <= 1


def test_colors_are_converted(halver):
    """RGB to gray by 0.299, 0.587, 0.114; what is transparent becomes white; gray to RGB."""
    red = np.zeros((1, 8, 8, 3), np.uint8)
    red[..., 0] = 200
    gray = np.full((1, 8, 8, 1), 60, np.uint8)
    np.testing.assert_array_equal(halver.translate(red), halver.translate(gray))
    clear = np.zeros((1, 8, 8, 4), np.uint8)
    white = np.full((1, 8, 8, 1), 255, np.uint8)
    np.testing.assert_array_equal(halver.translate(clear), halver.translate(white))
    colors = CycleGAN(*(resnet.generator(width=2, blocks=0) for _ in "AB"), seed=0)
    threefold = np.repeat(gray, 3, axis=-1)
    np.testing.assert_array_equal(colors.translate(gray), colors.translate(threefold))


def test_translates_files_and_folders(halver, tmp_path, rng):
    pixels = rng.integers(0, 256, (12, 20), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    Image.fromarray(pixels).save(tmp_path / "turned.png", exif=exif)
    (tmp_path / "deep").mkdir()
    Image.fromarray(pixels).convert("RGBA").save(tmp_path / "deep" / "plain.PNG")
    made = halver.translate(tmp_path / "turned.png", size="full")
    upright = np.rot90(pixels, -1)[None, ..., None]
    np.testing.assert_array_equal(made, halver.translate(upright, size="full")[0])
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.warns(UserWarning, match=r"Left out broken.jpg: Cannot read the picture"):
        every = halver.translate(str(tmp_path), "BtoA", size="full")
    assert sorted(every) == ["deep/plain.PNG", "turned.png"]
    assert every["deep/plain.PNG"].shape == (12, 20, 1)


def test_noise_is_reproducible_and_off_by_default(rng):
    network = unet.generator((16, 16, 1), width=2)
    for weight in network.weights:
        weight.assign(rng.normal(0, 0.5, weight.shape))
    critic = linear([1.0, 1.0], 0.0)
    model = Pix2Pix(network, critic, image_shape=(16, 16, 1), seed=0)
    images = rng.integers(0, 256, (1, 16, 16, 1), dtype=np.uint8)
    plain, again = model.translate(images), model.translate(images)
    one, same, other = (model.translate(images, noise=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(plain, again)
    np.testing.assert_array_equal(one, same)
    assert (one != other).any() and (one != plain).any()


def test_plot_has_a_row_of_each(halver, tmp_path, rng):
    a, b = rng.integers(0, 256, (2, 5, *SHAPE), dtype=np.uint8)
    path = halver.plot(tmp_path / "grid.png", a, b, columns=3, scale=1)
    grid = np.asarray(Image.open(path))
    assert grid.shape == (2 + 4 * 10, 2 + 3 * 10)
    np.testing.assert_array_equal(grid[2:10, 2:10], a[0, ..., 0])
    np.testing.assert_array_equal(grid[32:40, 2:10], halver.translate(b[:1], "BtoA")[0, ..., 0])


@pytest.mark.parametrize(
    ("images", "direction", "message"),
    [
        (
            np.zeros((1, 8, 8, 1), np.uint8),
            "AtoC",
            "must be AtoB or BtoA for this CycleGAN, got 'AtoC'",
        ),
        (np.zeros((1, 7, 8, 1), np.uint8), None, r"at least 8 pixels a side, got \(1, 7, 8, 1\)"),
        (np.zeros((8, 8), np.uint8), None, r"must be images .*, got \(8, 8\)"),
        (np.zeros((1, 8, 8, 1), int), None, "got int64"),
        (np.full((1, 8, 8, 1), 2.0), None, "got float64"),
        (np.zeros((0, 8, 8, 1), np.uint8), None, "must be images"),
        (np.zeros((1, 8, 8, 2), np.uint8), None, "1, 3 or 4 channels"),
        ("nowhere.jpg", None, "Cannot read the picture nowhere.jpg"),
    ],
)
def test_translate_refuses(halver, images, direction, message):
    with pytest.raises(ValueError, match=message):
        halver.translate(images, direction)


def test_a_model_of_one_direction_has_no_other():
    with pytest.raises(ValueError, match="must be BtoA for this Pix2Pix, got 'AtoB'"):
        make(Pix2Pix, direction="BtoA").translate(np.zeros((1, 8, 8, 1), np.uint8), "AtoB")
