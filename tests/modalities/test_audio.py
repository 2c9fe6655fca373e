"""Audio: WAV files that are written and read again, other rates and widths, and bad input."""

import struct
import wave

import numpy as np
import pytest

from keras_gan.modalities import audio


def save(path, samples, rate=8000, width=2, kind=None):
    """A WAV file (frames,) or (frames, channels) of integers; of the format `kind`, if not PCM."""
    samples = np.asarray(samples)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    if kind is not None:
        content = bytearray(path.read_bytes())
        content[20:22] = struct.pack("<H", kind)
        path.write_bytes(content)
    return path


def test_a_file_holds_the_sound(tmp_path, rng):
    sound = rng.uniform(-1.0, 1.0, 500)
    path = audio.write(tmp_path / "new" / "a.wav", sound, 8000)
    read = audio.read(path)
    assert read.dtype == np.float32 and read.shape == (500,)
    np.testing.assert_allclose(read, sound, atol=1.01 / 32768)
    np.testing.assert_array_equal(audio.read(path.read_bytes()), read)
    levels = audio.to_people(sound)
    np.testing.assert_array_equal(audio.read(audio.write(path, levels, 8000)), read)
    np.testing.assert_allclose(audio.to_floats(levels), read)
    np.testing.assert_allclose(audio.to_network(levels), read)


@pytest.mark.parametrize(
    ("width", "kind", "silence"), [(1, np.uint8, 128), (2, np.int16, 0), (4, np.int32, 0)]
)
def test_samples_of_every_width_are_read(width, kind, silence, tmp_path):
    full = 2 ** (8 * width - 1)
    path = save(tmp_path / "a.wav", np.array([silence, silence + full // 2, 0], kind), width=width)
    np.testing.assert_allclose(audio.read(path), [0.0, 0.5, -1.0 if width == 1 else 0.0])


def test_channels_are_averaged_as_floats(tmp_path):
    """In int16, 30000 + 20000 would be -15536."""
    path = save(tmp_path / "a.wav", np.array([[30000, 20000], [-30000, 0]], np.int16))
    np.testing.assert_allclose(audio.read(path), np.array([25000, -15000]) / 32768)


@pytest.mark.parametrize("rate", [4000, 11025, 44100])
def test_another_rate_is_resampled_without_aliases(rate, tmp_path):
    """A tone stays where it is, and one above half of the new rate is silent."""
    time = np.arange(rate) / rate
    for hertz, power in ((440.0, 0.125), (9000.0, 0.0)):
        if hertz < rate / 2:
            tone = 0.5 * np.sin(2 * np.pi * hertz * time)
            found = audio.read(audio.write(tmp_path / "a.wav", tone, rate), 8000)
            assert found.shape == (8000,)
            middle = found[1000:-1000]
            assert np.mean(middle**2) == pytest.approx(power, rel=0.01, abs=1e-5)
            if power:
                assert np.abs(np.fft.rfft(found)).argmax() == hertz


def test_the_loudest_part_of_a_sound():
    sound = np.array([0.1, 0.0, 0.5, -0.5, 0.2, 0.0])
    assert audio.of_length(sound, 3).tolist() == [0.5, -0.5, 0.2]
    assert audio.of_length(sound, 8).tolist() == [*sound, 0.0, 0.0]
    assert audio.of_length(sound, 6).tolist() == [*sound]


def test_a_sheet_has_one_sound_after_the_other(tmp_path):
    sounds = np.array([[0.5, 0.25], [-0.5, 0.125]])
    read = audio.read(audio.sheet(tmp_path / "all.wav", sounds, 1000, pause=0.003))
    assert read.tolist() == [0.5, 0.25, 0, 0, 0, -0.5, 0.125, 0, 0, 0]


def test_bad_input_is_refused(tmp_path):
    zeros, path = np.zeros(4, np.int16), tmp_path / "a.wav"
    files = {
        "text.wav": b"no sound",
        "empty.wav": b"",
        "other.wav": b"RIFF\x04\0\0\0AVI ",
        "cut.wav": save(path, zeros).read_bytes()[:30],
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for call, message in (
        (lambda: audio.check(zeros), r"must be \(n, samples\)"),
        (lambda: audio.check(zeros[None].astype(int)), "must be int16, or floats"),
        (lambda: audio.check(np.full((1, 3), 1.5)), r"got float64 in \[1.5, 1.5\]"),
        (lambda: audio.check(np.full((1, 3), np.nan)), "got float64 in"),
        (lambda: audio.write("a.mp3", zeros, 8000), r"a \.wav file, got a\.mp3"),
        (lambda: audio.read(tmp_path / "text.wav"), r"the sound .*text.wav: it is no WAV file"),
        (lambda: audio.read(tmp_path / "other.wav"), "it is no WAV file"),
        (lambda: audio.read(tmp_path / "empty.wav"), "it ends too early"),
        (lambda: audio.read(tmp_path / "cut.wav"), "Cannot read the sound .*cut.wav"),
        (lambda: audio.read(tmp_path / "nowhere.wav"), "nowhere.wav: .*No such file"),
        (lambda: audio.read(tmp_path), "Cannot read the sound"),
        (lambda: audio.read(b"no sound"), "the sound of bytes: it is no WAV file"),
        (lambda: audio.read(b"no sound", name="0_a_1.wav"), "the sound 0_a_1.wav: it is no WAV"),
        (lambda: audio.read(save(path, np.zeros(6, np.uint8), width=3)), "samples have 24 bits"),
        (lambda: audio.read(save(path, zeros, kind=3)), "stored as floats; save it as PCM"),
        (lambda: audio.read(save(path, zeros, kind=7)), r"compressed \(mu-law\)"),
        (lambda: audio.read(save(path, zeros, kind=99)), "of the format 99"),
        (lambda: audio.read(save(path, zeros[:0])), "it has no samples"),
        (lambda: audio.read(save(path, zeros, rate=10)), "10 samples per second"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
