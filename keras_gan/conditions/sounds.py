"""Sounds as a condition."""

import os
import warnings
from dataclasses import dataclass

import numpy as np

from keras_gan.arguments import check_count
from keras_gan.conditions.base import Condition, spread
from keras_gan.modalities import audio


@dataclass(frozen=True)
class Sounds(Condition):
    """Short sounds of one length.

    Of a longer sound the loudest part is taken, a shorter one is followed by silence.

    Attributes:
        rate: samples per second.
        seconds: length of a sound.
    """

    rate: int = 8000
    seconds: float = 1.0
    keyword = "sound"
    column = "sounds"
    dtype = "float32"

    def __post_init__(self):
        check_count("rate", self.rate)
        if not self.seconds * self.rate >= 1:
            raise ValueError(f"seconds must be those of a sample at least, got {self.seconds}.")

    @property
    def shape(self):
        """(samples,)."""
        return (round(self.rate * self.seconds),)

    def check(self, value, num):
        """Samples float32 (num, samples) in [-1, 1] of one sound for all or of `num` sounds.

        Args:
            value: path of a WAV file, or samples at `rate`, floats in [-1, 1] or int16: one of these, a list
                of them, or samples (num, ...).
            num: number of examples.

        Raises:
            ValueError: if it is missing, of another number or kind, cannot be read, or is silent.
        """
        if value is None:
            raise ValueError("sound must be given: the path of a WAV file, or samples.")
        several = self.count(value) is not None
        given = list(value) if several else [value]
        if several and len(given) != num:
            raise ValueError(f"sound must be one or {num} sounds, got {len(given)}.")
        paths = dict.fromkeys(each for each in given if _is_path(each))
        files = {path: self._read(path) for path in paths}
        sounds = [files[each] if _is_path(each) else self.fitted(each) for each in given]
        return np.stack(sounds if several else sounds * num)

    def shown(self, columns):
        """Eight rows at equal distances, as data may be sorted."""
        sounds = columns.get(self.column)
        return None if sounds is None else sounds[spread(len(sounds), min(8, len(sounds)))]

    def requested(self, labels, num):
        """Rows of the data at equal distances."""
        if labels is None or labels.shape[1:] != self.shape:
            raise ValueError(
                "A model of sounds is measured on (images, sounds), arrays of as many of both."
            )
        return self.check(labels[spread(len(labels), num)], num)

    def examples(self, num):
        """Tones that begin and end in silence, each higher and louder than the one before it."""
        time, places = np.linspace(0.0, 1.0, *self.shape), np.arange(1, num + 1)[:, None] / num
        tones = np.sin(2.0 * np.pi * 0.2 * places * np.arange(*self.shape))
        return (0.9 * places * np.sin(np.pi * time) * tones).astype(np.float32)

    def fitted(self, sound: np.ndarray, name: str = "sound") -> np.ndarray:
        """One sound (samples,) as float32 of the condition's length.

        Args:
            sound: samples at `rate`, floats in [-1, 1] or int16.
            name: what it is called in errors and warnings.

        Raises:
            ValueError: on another shape or type, values out of range, or silence.
        """
        sound = np.asarray(sound)
        if sound.ndim != 1:
            raise ValueError(f"{name} must be samples (samples,), got {sound.shape}.")
        sound = audio.to_floats(audio.check(sound[None], name)[0])
        if not sound.any():
            raise ValueError(f"{name} is silent: all of its samples are 0.")
        (length,) = self.shape
        if len(sound) > length:
            warnings.warn(
                f"{name} is {len(sound) / self.rate:.2f} s long; the loudest {self.seconds:g} s of it are "
                "taken.",
                stacklevel=4,
            )
        return audio.of_length(sound, length)

    def _read(self, path):
        return self.fitted(audio.read(path, self.rate), os.fspath(path))


def _is_path(value):
    return isinstance(value, (str, os.PathLike))
