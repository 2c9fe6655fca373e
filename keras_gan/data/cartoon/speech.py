"""Landmarks of a head that speaks: a rule, from the loudness of a sound. Nothing here is learned."""

import os
from typing import Any

import numpy as np

from keras_gan.arguments import check_count
from keras_gan.modalities import audio, landmarks

RATE = 8000  # samples per second that a sound is brought to
SECONDS_OF_BLINK, SECONDS_BETWEEN = 0.2, (2.0, 5.0)
_GAPE, _LIP = 0.2, 0.02  # of the height from the bridge of the nose to the chin


def speak(
    sound: str | os.PathLike | np.ndarray, face: np.ndarray, fps: float = 25.0, seed: int = 0
) -> np.ndarray:
    """Landmarks of a face that speaks: the mouth is open as far as the sound is loud, and the eyes blink.

    It is a rule, and knows no words: an "m" and an "a" of the same loudness look alike.

    Args:
        sound: path of a WAV file, or the opening of the mouth in each frame, (frames,) in [0, 1].
        face: landmarks (30, 2) of the face, which keeps its pose.
        fps: frames in a second.
        seed: of the times of blinks.

    Returns:
        float32 (frames, 30, 2).

    Raises:
        ValueError: if the sound cannot be read or is shorter than a frame, openings lie outside [0, 1], or
            `face` holds no landmarks.

    Example:

    ```python
    images, landmarks = keras_gan.data.arrays("heads", "test")
    drive = keras_gan.data.speak("seven.wav", landmarks[0, 0], fps=25)
    frames = model.animate(images[0, :4], landmarks[0, :4], drive)
    ```
    """
    if not 1.0 <= fps <= 100.0:
        raise ValueError(f"fps must lie in [1, 100], got {fps}.")
    face = landmarks.check(face, "face")
    if face.ndim != 2:
        raise ValueError(f"face must be the landmarks (30, 2) of one face, got {face.shape}.")
    openings = _openings(sound, fps)
    lids = _blinks(len(openings), fps, check_count("seed", seed, least=0))
    drive = np.repeat(face[None].astype(np.float64), len(openings), axis=0)
    down = face[3] - face[13]  # from the bridge of the nose to the chin
    left, right = face[24], face[27]
    for row, along, sinks, thick in (
        (25, 1 / 3, 0, -1),
        (26, 2 / 3, 0, -1),
        (28, 2 / 3, 1, 1),
        (29, 1 / 3, 1, 1),
    ):
        depth = sinks * _GAPE * openings + thick * _LIP
        drive[:, row] = left + along * (right - left) + depth[:, None] * down
    drive[:, 2:5] += (
        (0.5 * _GAPE * openings)[:, None, None] * down * np.array([[0.4], [1.0], [0.4]])
    )
    for upper, lower in ((17, 19), (21, 23)):
        drive[:, upper] += lids[:, None] * (face[lower] - face[upper])
    return np.clip(drive, landmarks.LOW, landmarks.HIGH).astype(np.float32)


def loudness(path: str | os.PathLike, fps: float = 25.0) -> np.ndarray:
    """Loudness of a WAV file in each frame of a video: (frames,) in [0, 1].

    It is the root of the mean square of the frame's samples, as a fraction of that which one frame in twenty
    exceeds, and a mean over three frames.

    Args:
        path: the file, as `keras_gan.modalities.audio.read` takes it.
        fps: frames in a second.

    Raises:
        ValueError: if it cannot be read, or is shorter than a frame.
    """
    samples = audio.read(path, RATE).astype(np.float64)
    frames = int(len(samples) / RATE * fps)
    if frames < 1:
        raise ValueError(f"{path} is shorter than a frame of 1/{fps:g} s.")
    edges = np.linspace(0, len(samples), frames + 1).astype(int)
    powers = np.add.reduceat(samples**2, edges[:-1]) / np.diff(edges)
    levels = np.sqrt(powers)
    loud = np.quantile(levels, 0.95)
    levels = np.clip(levels / loud, 0.0, 1.0) if loud > 0.0 else np.zeros(frames)
    return np.convolve(np.pad(levels, 1, mode="edge"), np.full(3, 1 / 3), mode="valid")


def _openings(sound: Any, fps):
    if isinstance(sound, (str, os.PathLike)):
        return loudness(sound, fps)
    openings = np.asarray(sound, np.float64)
    if openings.ndim != 1 or len(openings) == 0:
        raise ValueError(
            f"sound must be a path, or openings (frames,) of the mouth, got {openings.shape}."
        )
    if not (openings.min() >= 0.0 and openings.max() <= 1.0):  # NaN is neither
        raise ValueError(
            f"Openings of the mouth must lie in [0, 1], got {openings.min():.4g} to {openings.max():.4g}."
        )
    return openings


def _blinks(frames, fps, seed):
    """How far the eyes are shut in each frame, in [0, 1]."""
    rng, times, time = np.random.default_rng(seed), np.arange(frames) / fps, 0.0
    shut = np.zeros(frames)
    while (time := time + rng.uniform(*SECONDS_BETWEEN)) < frames / fps:
        # At least one frame has the eyes wholly shut.
        time = np.round(time * fps) / fps
        shut = np.maximum(shut, 1.0 - np.abs(times - time) / max(SECONDS_OF_BLINK / 2, 0.5 / fps))
    return shut
