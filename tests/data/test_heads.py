"""Rendered heads: the same for the same seed, with landmarks where the parts of the face are."""

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data import cartoon
from keras_gan.data.cartoon import Head, Pose
from keras_gan.data.cartoon.head import BALD
from keras_gan.data.catalogue import heads
from keras_gan.modalities import audio, landmarks

FACE = {"skin": (240, 200, 165), "lips": (200, 60, 60), "glasses": None, "style": BALD}


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(heads, "_SPLITS", {"train": 3, "test": 2})


def someone(seed=0, **looks):
    identity = heads.draw_identity(np.random.default_rng(seed))
    return type(identity)(**{**vars(identity), **FACE, **looks})


def level(image, place):
    """The color at a place in [0, 1]."""
    x, y = (np.asarray(place) * len(image)).astype(int)
    return image[y, x].astype(int)


def test_a_split_is_the_same_each_time_and_shares_nobody_with_another(few):
    images, points = data.arrays("heads")
    assert images.shape == (3, 16, 64, 64, 3) and images.dtype == np.uint8
    assert points.shape == (3, 16, 30, 2) and points.dtype == np.float32
    again, _ = heads.person("train", 1)
    np.testing.assert_array_equal(images[1], again)
    other, _ = data.arrays("heads", "test")
    assert not {image.tobytes() for image in images[:, 0]} & {x.tobytes() for x in other[:, 0]}
    assert (np.abs(np.diff(points, axis=1)).max(axis=(2, 3)) > 0.01).all()  # poses differ


def test_sources_give_images_and_landmarks_of_sets_that_have_them(few):
    images, points = data.source("heads", "test").images_and_landmarks()
    assert len(images) == len(points) == 2
    np.testing.assert_array_equal(data.source("heads", "test").images(), images)
    with pytest.raises(ValueError, match="digits has no landmarks"):
        data.source("digits").images_and_landmarks()
    with pytest.raises(ValueError, match="heads is no data set of two domains"):
        data.source("heads").domains()
    with pytest.raises(ValueError, match="images are of"):
        data.arrays("heads", image_size=32)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("pose", [Pose(), Pose(0.4, 0.2, -0.2, (0.02, -0.03))])
def test_landmarks_lie_on_the_parts_of_the_face(seed, pose):
    identity = someone(seed, iris=(0, 0, 255), eye_shape=0.9)
    wide_open = Pose(**{**vars(pose), "opening": 1.0})
    head = Head(identity, wide_open)
    image, points = cartoon.draw(head, 256), head.landmarks()
    for eye in (points[16:20], points[20:24]):
        middle = eye[1] + 0.6 * (eye[3] - eye[1])  # iris or pupil
        red, green, blue = level(image, middle)
        assert red < 60 and green < 60, (red, green, blue)
    upper, lower = points[[25, 26]].mean(axis=0), points[[28, 29]].mean(axis=0)
    assert level(image, upper + 0.7 * (lower - upper))[1] < 110  # the tongue
    between = (points[13] + points[16:20].mean(axis=0)) / 2
    assert np.abs(level(image, between) - identity.skin).max() < 120
    chin = points[3] - points[13]
    np.testing.assert_array_equal(level(image, points[3] - 0.05 * chin), identity.skin)
    assert (level(image, points[3] + 0.08 * chin) != identity.skin).any()


def test_poses_move_what_they_name():
    face = someone()
    rest = Head(face, Pose()).landmarks()
    np.testing.assert_allclose(rest[:7, 0] + rest[6::-1, 0], 1.0, atol=1e-6)  # symmetric
    assert Head(face, Pose(yaw=0.4)).landmarks()[14, 0] > rest[14, 0] + 0.03
    assert Head(face, Pose(pitch=0.3)).landmarks()[14, 1] > rest[14, 1] + 0.02
    shut = Head(face, Pose(lids=1.0)).landmarks()
    np.testing.assert_allclose(shut[[17, 21]], shut[[19, 23]], atol=1e-6)
    assert (shut[[19, 23]] == rest[[19, 23]]).all()
    gape = Head(face, Pose(opening=1.0)).landmarks()
    assert (gape[[28, 29], 1] > rest[[28, 29], 1] + 0.03).all() and gape[3, 1] > rest[3, 1]
    raised = Head(face, Pose(brows=1.0)).landmarks()
    assert (raised[7:13, 1] < rest[7:13, 1]).all() and (raised[:7] == rest[:7]).all()
    tilted = Head(face, Pose(roll=0.3)).landmarks() - [0.5, 0.48]
    turn = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    np.testing.assert_allclose(tilted, (rest - [0.5, 0.48]) @ turn.T, atol=1e-6)


def test_a_pose_changes_less_than_a_person():
    images = np.stack([heads.person("test", index)[0] for index in range(6)]) / 255.0
    own = np.abs(images[:, 1:] - images[:, :-1]).mean()
    other = np.abs(images[1:] - images[:-1]).mean()
    assert 0.04 < own < 0.5 * other


def test_speech_opens_the_mouth_and_shuts_the_eyes_now_and_then():
    face = Head(someone(), Pose(yaw=0.2, roll=0.1)).landmarks()
    openings = np.linspace(0.0, 1.0, 250)
    drive = cartoon.speak(openings, face, fps=25)
    assert drive.shape == (250, 30, 2) and drive.dtype == np.float32
    gap = np.linalg.norm(drive[:, 29] - drive[:, 25], axis=1)
    assert (np.diff(gap) > 0).all() and gap[-1] > 4 * gap[0]
    still = np.r_[0:2, 5:17, 18:21, 22:25, 27]
    np.testing.assert_allclose(drive[:, still], np.broadcast_to(face[still], (250, len(still), 2)))
    lids = np.linalg.norm(drive[:, 17] - drive[:, 19], axis=1)
    shut = np.flatnonzero(lids < 1e-6)
    assert 2 <= len(shut) <= 5 and (lids > 0.9 * lids.max()).mean() > 0.8
    np.testing.assert_array_equal(drive, cartoon.speak(openings, face, seed=0))
    assert (drive != cartoon.speak(openings, face, seed=1)).any()


def test_the_loudness_of_a_sound(tmp_path):
    """Half a second of silence, half a second of a tone, and again: 40 frames of 20 in a second."""
    rate = 16_000
    tone = np.sin(np.arange(rate // 2) * 0.25) * 0.8
    sound = np.tile(np.concatenate([np.zeros(rate // 2), tone]), 2)
    audio.write(tmp_path / "tone.wav", sound, rate)
    found = cartoon.loudness(tmp_path / "tone.wav", fps=20)
    assert found.shape == (40,)
    assert found[1:9].max() < 0.03 and found[11:19].min() > 0.9 and found.max() <= 1.0
    drive = data.speak(tmp_path / "tone.wav", Head(someone(), Pose()).landmarks(), fps=20)
    assert len(drive) == 40


def test_bad_sounds_are_refused(tmp_path):
    face = Head(someone(), Pose()).landmarks()
    (tmp_path / "text.wav").write_bytes(b"RIFF and so on")
    audio.write(tmp_path / "short.wav", np.zeros(10), 8_000)
    audio.write(tmp_path / "silent.wav", np.zeros(8_000), 8_000)
    assert (cartoon.loudness(tmp_path / "silent.wav") == 0.0).all()
    for call, message in (
        (lambda: data.speak(tmp_path / "none.wav", face), "Cannot read the sound"),
        (lambda: data.speak(tmp_path / "text.wav", face), "Cannot read the sound"),
        (lambda: data.speak(tmp_path / "short.wav", face), "shorter than a frame"),
        (lambda: data.speak(np.array([0.0, 1.5]), face), r"must lie in \[0, 1\]"),
        (lambda: data.speak(np.array([np.nan]), face), r"must lie in \[0, 1\]"),
        (lambda: data.speak(np.zeros((2, 2)), face), r"got \(2, 2\)"),
        (lambda: data.speak(np.zeros(2), face[None]), "of one face"),
        (lambda: data.speak(np.zeros(2), face, fps=0), "fps must lie"),
        (lambda: data.speak(np.zeros(2), face[:5]), r"face must be \(\.\.\., 30, 2\)"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_landmarks_are_checked():
    points = np.full((2, 30, 2), 0.5)
    assert landmarks.check(points).dtype == np.float32
    for wrong, message in (
        (points[0, 0], r"landmarks must be \(\.\.\., 30, 2\), got \(2,\)"),
        (points[:, :29], r"got \(2, 29, 2\)"),
        (points[:0], r"got \(0, 30, 2\)"),
        (points + 1.1, r"in \[-0\.5, 1\.5\], got \[1\.6, 1\.6\]"),
        (points * np.nan, "got .nan, nan"),
        (points.astype(str), "landmarks must be numbers"),
        ([[[0.0, 0.0]], [[0.0]]], r"landmarks must be \(\.\.\., 30, 2\)"),
    ):
        with pytest.raises(ValueError, match=message):
            landmarks.check(wrong)
    rows = np.zeros(30, int)
    for lines in landmarks.PARTS.values():
        for line in lines:
            rows[list(line)] += 1
    assert (rows > 0).all()  # no point is left out of the sketch
