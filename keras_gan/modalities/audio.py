"""Audio: sounds as int16, or as floats in [-1, 1], of so many samples per second."""

import io
import math
import os
import re
import wave
from pathlib import Path
from typing import Any

import numpy as np

from keras_gan.arguments import check_finite, check_levels
from keras_gan.files import replacing

SUFFIXES = frozenset((".wav",))
"""Endings of the files that are read."""
SHEET = ".wav"
"""Ending of a sheet."""
LARGEST = 2**28
"""Bytes of a file that is read, 8 hours at 8,000 samples of 8 bits per second."""
RATES = (1_000, 768_000)
"""Samples per second, least and most."""
FORMATS = {
    2: "compressed (ADPCM)",
    3: "stored as floats",
    6: "compressed (A-law)",
    7: "compressed (mu-law)",
    17: "compressed (IMA ADPCM)",
    85: "compressed (MP3)",
    65534: "in the extensible format",
}
"""Contents of a WAV file other than PCM, by the number of the format."""
STORED = {1: ("u1", 128), 2: ("<i2", 0), 4: ("<i4", 0)}
"""Type, and value of silence, of samples of so many bytes."""


def check(sounds: Any, name: str = "sounds") -> np.ndarray:
    """Sounds (n, samples) as an array, int16 or floats in [-1, 1].

    Args:
        sounds: the sounds.
        name: what they are called in the error.

    Raises:
        ValueError: on another shape or type, values out of range, or no samples.
    """
    sounds = np.asarray(sounds)
    if sounds.ndim != 2 or 0 in sounds.shape:
        raise ValueError(f"{name} must be (n, samples), got {sounds.shape}.")
    check_levels(sounds, name, "int16")
    return sounds


def to_floats(sounds: np.ndarray) -> np.ndarray:
    """Sounds, as `check` takes them, as float32 in [-1, 1]."""
    if sounds.dtype == np.int16:
        return sounds.astype(np.float32) / 32768.0
    return sounds.astype(np.float32, copy=False)


def to_network(sounds: Any) -> Any:
    """int16 tensor to floats in [-1, 1]; floats pass unchanged. Runs inside the training step."""
    from keras import backend, ops  # here, so that data are read without Keras

    if backend.standardize_dtype(sounds.dtype) == "int16":
        return ops.cast(sounds, backend.floatx()) / 32768.0
    return sounds


def to_people(sounds: np.ndarray) -> np.ndarray:
    """Floats in [-1, 1] to int16, rounded to the nearest level; values outside are clipped.

    Raises:
        ValueError: on NaN or infinity, which are no level.
    """
    check_finite(sounds)
    return np.clip(np.rint(sounds * 32768.0), -32768, 32767).astype(np.int16)


def read(
    source: str | os.PathLike | bytes, rate: int | None = None, name: str | None = None
) -> np.ndarray:
    """The sound of a WAV file of PCM, 8, 16 or 32 bits a sample; the mean of its channels.

    Args:
        source: path of the file, or its content.
        rate: samples per second that it is brought to, by a polyphase filter; as stored if None.
        name: what the file is called in an error; its path if None.

    Returns:
        float32 (samples,) in [-1, 1].

    Raises:
        ValueError: if it cannot be read, is compressed or of 24 bits, has no samples, or has more than
            `LARGEST` bytes; it names the file.
    """
    try:
        sound, stored = _read(source)
    except (EOFError, OSError, ValueError, wave.Error) as error:
        said = _in_words(str(error) or "it ends too early")
        name = name or ("of bytes" if isinstance(source, bytes) else os.fspath(source))
        raise ValueError(f"Cannot read the sound {name}: {said}") from error
    if rate is not None and rate != stored:
        from scipy.signal import resample_poly  # which takes long to import

        common = math.gcd(rate, stored)
        sound = resample_poly(sound, rate // common, stored // common)
        sound = np.clip(sound, -1.0, 1.0)  # it may overshoot
    return sound.astype(np.float32)


def _read(source):
    """Samples in [-1, 1], and their number per second."""
    content = isinstance(source, bytes)
    if (size := len(source) if content else os.path.getsize(source)) > LARGEST:
        raise ValueError(f"it has {size:,} bytes, more than {LARGEST:,}")
    with wave.open(io.BytesIO(source) if content else os.fspath(source), "rb") as file:
        width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
        stored = file.readframes(file.getnframes())
    if width not in STORED:
        raise ValueError(f"its samples have {8 * width} bits; save it with 16")
    if not RATES[0] <= rate <= RATES[1]:
        raise ValueError(f"it has {rate:,} samples per second, not {RATES[0]:,} to {RATES[1]:,}")
    frames = len(stored) // (width * channels)
    if frames == 0:
        raise ValueError("it has no samples")
    kind, silence = STORED[width]
    samples = np.frombuffer(stored, kind, frames * channels).reshape(frames, channels)
    # In floats: the sum of two channels may be too large for the type that they are stored in.
    return (samples.mean(axis=1, dtype=np.float64) - silence) / 2.0 ** (8 * width - 1), rate


def _in_words(said):
    """What is wrong with a file, where `wave` gives the number of a format."""
    if "RIFF" in said or "not a WAVE" in said:
        return "it is no WAV file (RIFF)"
    if found := re.search(r"unknown format: (\d+)", said):
        number = int(found[1])
        return f"it is {FORMATS.get(number, f'of the format {number}')}; save it as PCM of 16 bits"
    return said


def of_length(sound: np.ndarray, length: int) -> np.ndarray:
    """The loudest `length` samples of a sound (samples,), or all of them and silence after them."""
    if len(sound) <= length:
        return np.pad(sound, (0, length - len(sound)))
    energy = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=np.float64))])
    start = np.argmax(energy[length:] - energy[:-length])
    return sound[start : start + length]


def write(path: str | os.PathLike, sound: np.ndarray, rate: int) -> Path:
    """Writes a sound as a WAV file of 16 bits a sample, whole or not at all.

    Args:
        path: the file to write, ending in .wav; its folder is made if need be.
        sound: (samples,), int16 or floats in [-1, 1].
        rate: samples per second.

    Returns:
        The path.

    Raises:
        ValueError: on another ending, or samples that `check` refuses.
        OSError: if the path cannot be written.
    """
    if Path(path).suffix.lower() not in SUFFIXES:
        raise ValueError(f"path must be that of a .wav file, got {path}.")
    (sound,) = check(np.asarray(sound)[None], "sound")
    levels = sound if sound.dtype == np.int16 else to_people(sound)
    with replacing(path) as temporary, wave.open(os.fspath(temporary), "wb") as file:
        file.setparams((1, 2, rate, len(levels), "NONE", "not compressed"))
        file.writeframes(levels.astype("<i2").tobytes())
    return Path(path)


def sheet(path: str | os.PathLike, sounds: np.ndarray, rate: int, pause: float = 0.5) -> Path:
    """Writes sounds one after the other, as a WAV file.

    Args:
        path: where to write.
        sounds: (n, samples), int16 or floats in [-1, 1].
        rate: samples per second.
        pause: seconds of silence after each.

    Returns:
        The path.
    """
    sounds = check(sounds)
    return write(path, np.pad(sounds, ((0, 0), (0, round(pause * rate)))).ravel(), rate)
