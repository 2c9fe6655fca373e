"""Video: animations that are written and read again, film strips, and bad input."""

import numpy as np
import pytest
from PIL import Image

from keras_gan.modalities import images, video


@pytest.mark.parametrize("channels", [1, 3])
def test_animations_hold_the_frames_and_go_on_for_ever(channels, rng, tmp_path):
    levels = rng.integers(0, 256, (5, 1, 1, channels))
    frames = np.broadcast_to(levels, (5, 4, 6, channels)).astype(np.uint8)
    path = video.write(tmp_path / "new" / "walk.gif", frames, seconds=0.1, scale=3)
    with Image.open(path) as picture:
        assert (picture.size, picture.n_frames, picture.info["loop"]) == ((18, 12), 5, 0)
        assert picture.info["duration"] == 100
        for index, frame in enumerate(frames):
            picture.seek(index)
            shown = np.asarray(picture.convert("RGB")).astype(int)
            assert np.abs(shown - frame[0, 0]).max() <= 4
    read = video.read(path, channels, size=(4, 6)).astype(int)
    assert np.abs(read - frames).max() <= 4


def test_a_folder_of_pictures_is_a_clip(tmp_path, rng):
    frames = rng.integers(0, 256, (3, 4, 6, 3), dtype=np.uint8)
    for name, frame in zip("bac", frames, strict=True):
        images.write(tmp_path / f"{name}.png", frame)
    np.testing.assert_array_equal(video.read(tmp_path), frames[[1, 0, 2]])
    np.testing.assert_array_equal(video.read(Image.open(tmp_path / "a.png"))[0], frames[1])


def test_film_strips(tmp_path, rng):
    clips = rng.integers(0, 256, (2, 3, 4, 6, 1), dtype=np.uint8)
    path = video.sheet(tmp_path / "strips.png", clips, scale=1)
    assert Image.open(path).size == (3 * 8 + 2, 2 * 6 + 2)
    assert np.asarray(Image.open(path))[8:12, 10:16].tolist() == clips[1, 1, ..., 0].tolist()


def test_bad_input_is_refused(tmp_path):
    zeros = np.zeros((2, 3, 4, 4, 1))
    assert video.check(zeros).shape == zeros.shape
    images.write(tmp_path / "two" / "a.png", np.zeros((4, 4, 1), np.uint8))
    images.write(tmp_path / "two" / "b.png", np.zeros((4, 5, 1), np.uint8))
    (tmp_path / "none").mkdir()
    (tmp_path / "bad.gif").write_text("none")
    for call, message in (
        (lambda: video.check(zeros[0]), r"must be \(n, frames, height, width, channels\)"),
        (lambda: video.check(zeros + 2.0), "got float64 in"),
        (lambda: video.write("x.png", zeros[0].astype(np.uint8)), r"a \.gif file, got x\.png"),
        (lambda: video.write("x.gif", zeros[0]), "frames must be uint8"),
        (lambda: video.write("x.gif", zeros[0].astype(np.uint8), seconds=0.0), "at least 0.02"),
        (lambda: video.write("x.gif", zeros[0].astype(np.uint8), scale=6000), "take fewer frames"),
        (lambda: video.read(tmp_path / "two"), "differ in size"),
        (lambda: video.read(tmp_path / "none"), "holds no pictures"),
        (lambda: video.read(tmp_path / "bad.gif"), "Cannot read the animation .*bad.gif"),
        (lambda: video.read(tmp_path / "nowhere.gif"), "Cannot read the animation .*nowhere"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
