"""Spoken digits: which recordings a split has, and the written digits that go with them."""

import tarfile

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data.catalogue import spoken
from keras_gan.modalities import audio


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Recordings of two digits by two speakers, whose samples tell them, and 40 images of each digit."""
    monkeypatch.setattr(spoken, "WRITTEN", 3)
    for digit in (1, 0):
        for place, speaker in enumerate(("theo", "ann_b")):
            for index in (0, 4, 5, 12):
                level = digit / 2 + place / 4 + index / 100
                path = tmp_path / f"fsdd/recordings/{digit}_{speaker}_{index}.wav"
                audio.write(path, np.full(10, level), 8000)
    (tmp_path / "fsdd/README.md").write_text("Free Spoken Digits")
    images = np.arange(80)[:, None, None] * np.ones((1, 28, 28))
    arrays = {}
    for split in ("train", "test"):
        arrays |= {f"x_{split}": images.astype(np.uint8), f"y_{split}": np.arange(80) % 2}
    np.savez(tmp_path / "mnist.npz", **arrays)
    return tmp_path


def levels(sounds):
    return [round(float(level), 2) for level in sounds[:, 0]]


def test_the_first_recordings_are_for_testing(folder):
    sounds, digits = data.arrays("spoken_digits", "test", data_dir=folder)
    assert sounds.shape == (8, 8000) and sounds.dtype == np.float32
    assert digits.dtype == np.int32 and digits.tolist() == [0] * 4 + [1] * 4
    assert levels(sounds) == [0.25, 0.29, 0.0, 0.04, 0.75, 0.79, 0.5, 0.54]
    assert not sounds[:, 10:].any()
    sounds, digits = data.arrays("spoken_digits", data_dir=folder)
    assert levels(sounds) == [0.3, 0.37, 0.05, 0.12, 0.8, 0.87, 0.55, 0.62]


def test_each_spoken_digit_has_written_ones(folder):
    images, sounds, digits = data.arrays("spoken_mnist", data_dir=folder)
    assert images.shape == (8, 3, 28, 28, 1)
    assert levels(sounds) == [0.3, 0.37, 0.05, 0.12, 0.8, 0.87, 0.55, 0.62]
    numbers = images[:, :, 0, 0, 0]
    assert (numbers % 2 == digits[:, None]).all()
    assert len(np.unique(numbers)) == numbers.size
    source = data.source("spoken_mnist", image_size=28, data_dir=folder)
    for one, other in zip(source.images_and_sounds(), (images, sounds, digits), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_speaker_may_be_unheard(folder):
    _, sounds, _ = data.arrays("spoken_mnist_speakers", "test", data_dir=folder)
    assert levels(sounds) == [0.0, 0.04, 0.05, 0.12, 0.5, 0.54, 0.55, 0.62]
    _, sounds, _ = data.arrays("spoken_mnist_speakers", data_dir=folder)
    assert levels(sounds)[:4] == [0.25, 0.29, 0.3, 0.37]


def test_parts_and_archives(folder):
    whole, part = (
        data.arrays("spoken_mnist_speakers", split, data_dir=folder) for split in ("train", "fit")
    )
    chosen = np.array([level in levels(part[1]) for level in levels(whole[1])])
    for one, other in zip(part, whole, strict=True):
        np.testing.assert_array_equal(one, other[chosen])
    sounds, _ = data.arrays("spoken_digits", data_dir=folder)
    with tarfile.open(folder / "packed.tar", "w") as archive:
        archive.add(folder / "fsdd", "fsdd")
    (folder / "elsewhere").mkdir()
    (folder / "packed.tar").rename(folder / "elsewhere/fsdd.tar")
    packed, _ = data.arrays("spoken_digits", data_dir=folder / "elsewhere")
    np.testing.assert_array_equal(packed, sounds)


def test_what_does_not_fit_is_said(folder):
    source = data.source("spoken_mnist", data_dir=folder)
    recording = folder / "fsdd/recordings/0_theo_5.wav"
    for call, said in (
        (lambda: data.load("spoken_mnist", data_dir=folder), "holds sounds, which"),
        (source.images, "holds sounds: a model of sounds is AudioToScene"),
        (source.images_and_labels, "holds sounds"),
        (
            data.source("mnist", data_dir=folder).images_and_sounds,
            "mnist has no images with sounds",
        ),
        (data.source("spoken_digits").images_and_sounds, "no images with sounds"),
        (lambda: data.arrays("spoken_mnist", image_size=32, data_dir=folder), "image_size must be"),
    ):
        with pytest.raises(ValueError, match=said):
            call()
    recording.write_bytes(b"no sound")
    with pytest.raises(ValueError, match=r"0_theo_5.wav: it is no WAV file"):
        data.arrays("spoken_digits", data_dir=folder)
    for file in (folder / "fsdd/recordings").iterdir():
        file.unlink()
    with pytest.raises(ValueError, match="no recordings DIGIT_SPEAKER"):
        data.arrays("spoken_digits", data_dir=folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["spoken_digits", "spoken_mnist", "spoken_mnist_speakers"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_info_agrees_with_the_real_data(name, split, arrays):
    *images, sounds, digits = arrays(name, split)
    info = data.info(name)
    assert sounds.shape == (info.splits[split], info.rate)
    assert np.bincount(digits).tolist() == [info.splits[split] // 10] * 10
    assert [each.shape for each in images] == [(len(sounds), 16, *info.image_shape) for _ in images]
    assert len(images) == bool(info.image_shape)
    assert np.abs(sounds).max() <= 1.0 and sounds.any(axis=1).all()
