"""Spoken digits, alone and with written ones."""

import re
from dataclasses import replace

import numpy as np

from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.catalogue.digits import MNIST, NUMERALS, keras_arrays
from keras_gan.data.pictures import Pictures, Split
from keras_gan.modalities import audio

RATE = 8000
SAMPLES = RATE  # of a sound: a second of it, the loudest if it is longer
RECORDING = re.compile(r"(?:.*/)?(\d)_(\w+)_(\d+)\.wav")
WRITTEN = 16
"""Written digits for each spoken one."""
TESTED = 5
"""Recordings of a digit by a speaker that are for testing: those of the indices below."""
UNHEARD = "theo"
"""The speaker of the test split of `spoken_mnist_speakers`."""


def _recordings(files, is_test, split):
    """Sounds (n, samples) and digits (n,) of a split, by digit, speaker and index.

    Args:
        files: recordings DIGIT_SPEAKER_INDEX.wav, among others.
        is_test: whether that of a speaker and an index is for testing.
        split: "train" or "test".
    """
    chosen = []
    for name in files:
        if found := RECORDING.fullmatch(name):
            digit, speaker, index = int(found[1]), found[2], int(found[3])
            if is_test(speaker, index) == (split == "test"):
                chosen.append((digit, speaker, index, name))
    if not chosen:
        raise ValueError("there are no recordings DIGIT_SPEAKER_INDEX.wav of the split.")
    chosen.sort()
    sounds = [audio.read(files[name], RATE, name) for *_, name in chosen]
    digits = np.array([digit for digit, *_ in chosen], np.int32)
    return np.stack([audio.of_length(sound, SAMPLES) for sound in sounds]), digits


def _by_index(speaker, index):
    return index < TESTED


def _by_speaker(speaker, index):
    return speaker == UNHEARD


def _spoken(files, split):
    sounds, digits = _recordings(files, _by_index, split)
    return Split((), digits, sounds=sounds)


def _paired(files, split, is_test=_by_index):
    """Recordings, each with `WRITTEN` images of its digit of the same split of MNIST, none of them twice."""
    sounds, digits = _recordings(files, is_test, split)
    whole = keras_arrays({MNIST.layout: files[MNIST.layout]}, split)
    written = np.empty((len(digits), WRITTEN, *MNIST.image_shape), np.uint8)
    for digit in np.unique(digits):
        spoken = digits == digit
        places = np.flatnonzero(whole.labels == digit)[: WRITTEN * spoken.sum()]
        if len(places) < WRITTEN * spoken.sum():
            raise ValueError(f"there are too few images of the digit {digit} in {MNIST.layout}.")
        written[spoken] = whole.domains[0].sources[places].reshape(-1, *written.shape[1:])
    return Split((Pictures(written, 1),), digits, sounds=sounds)


def _paired_by_speaker(files, split):
    return _paired(files, split, _by_speaker)


_SPOKEN_DIGITS = DatasetInfo(
    name="spoken_digits",
    title="Free Spoken Digit Dataset",
    license="CC BY-SA 4.0",
    source="Z. Jackson and others, github.com/Jakobovski/free-spoken-digit-dataset",
    image_shape=(),
    splits={"train": 2_700, "test": 300},
    read=_spoken,
    classes=NUMERALS,
    rate=RATE,
    layout="fsdd/recordings/DIGIT_SPEAKER_INDEX.wav",
    places=("fsdd", "free-spoken-digit-dataset", "free-spoken-digit"),
    note="A second of each recording, the loudest if it is longer. Indices below 5 are for testing, as the "
    "authors have it: all six speakers are in both splits.",
)

_SPOKEN_MNIST = replace(
    _SPOKEN_DIGITS,
    name="spoken_mnist",
    title="Spoken digits and those of MNIST",
    license=f"sounds {_SPOKEN_DIGITS.license}, images {MNIST.license}",
    source=f"{_SPOKEN_DIGITS.source}; {MNIST.source}",
    image_shape=MNIST.image_shape,
    read=_paired,
    layout=f"{_SPOKEN_DIGITS.layout}, {MNIST.layout}",
    table=MNIST.layout,
    note="Sixteen written digits for each spoken one, paired by this library; training and test recordings "
    "have images of the same split of MNIST. Indices below 5 are for testing.",
)

_SPOKEN_MNIST_SPEAKERS = replace(
    _SPOKEN_MNIST,
    name="spoken_mnist_speakers",
    title="Spoken digits and those of MNIST, split by speaker",
    splits={"train": 2_500, "test": 500},
    read=_paired_by_speaker,
    note="Sixteen written digits for each spoken one, paired by this library. All recordings of one speaker, "
    "theo, are for testing, and those of the five others for training.",
)

DATASETS = (_SPOKEN_DIGITS, _SPOKEN_MNIST, _SPOKEN_MNIST_SPEAKERS)
