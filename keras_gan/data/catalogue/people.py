"""Filmed people, as film strips."""

from pathlib import Path

import numpy as np

from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.clips import starts
from keras_gan.data.pictures import Pictures, Split
from keras_gan.modalities.images import is_image_file, read

SIDE, FRAMES = 64, 8
"""Pixels a side, and frames of a clip."""
OF_EACH = 8
"""Strips of a person, whose numbers follow each other: two of each action."""
TESTED = 8
"""The person of the test split, of 0 to 8."""


def _read(files, split):
    """Clips of the strips ACTION/NUMBER.jpg, whose frames of 64x64 lie side by side."""
    found = []
    for name in sorted(filter(is_image_file, files)):
        number = Path(name).stem
        if not number.isdecimal():
            raise ValueError(f"people-actions-64 holds strips NUMBER.jpg, got {name}.")
        if (int(number) // OF_EACH == TESTED) != (split == "test"):
            continue
        strip = read(files[name], 3, name=name)
        height, width, _ = strip.shape
        if height != SIDE or width % SIDE or width < FRAMES * SIDE:
            raise ValueError(
                f"{name} must be a strip of {FRAMES} or more frames of {SIDE}x{SIDE} pixels, got "
                f"{width}x{height}."
            )
        frames = strip.reshape(SIDE, -1, SIDE, 3).swapaxes(0, 1)
        found += [frames[start : start + FRAMES] for start in starts(len(frames), FRAMES)]
    if not found:
        raise ValueError(f"there are no strips of the split {split}.")
    return Split((Pictures(np.stack(found)),))


_PEOPLE_ACTIONS = DatasetInfo(
    name="people_actions",
    title="People doing one of four actions, clips of 8 frames of 64x64",
    license="not stated, for research",
    source="S. Tulyakov, M.-Y. Liu, X. Yang, J. Kautz 2018 (MoCoGAN)",
    image_shape=(SIDE, SIDE, 3),
    frames=FRAMES,
    splits={"train": 1_118, "test": 164},
    read=_read,
    layout="people-actions-64/ACTION/NUMBER.jpg (or people-actions-64.tar.xz), film strips",
    places=("people-actions-64",),
    note="The split is this library's: of nine people, the last one is for testing. Clips overlap by half.",
)

DATASETS = (_PEOPLE_ACTIONS,)
