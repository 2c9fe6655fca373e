"""Folders of videos, as NumPy arrays of short clips."""

import os
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from keras_gan.data.pictures import check_size
from keras_gan.modalities import video
from keras_gan.modalities.decoding import FORMATS
from keras_gan.modalities.images import Size, files_in


def clips_from_folder(
    path: str | os.PathLike,
    frames: int,
    image_size: int | Size | None = None,
    channels: int = 3,
    skip_unreadable: bool = False,
) -> np.ndarray:
    """The videos in a folder, as clips of some frames.

    A video is an animated GIF, PNG or WebP in the folder, or a sub-folder of pictures, its frames in the
    order of their names. Clips begin at every `frames // 2`-th frame, and at the one from which the last
    clip ends with its video.

    Args:
        path: the folder.
        frames: frames of a clip.
        image_size: side, or (height, width), that frames are scaled to cover and cropped to; as stored if
            None.
        channels: 1 (gray) or 3 (RGB).
        skip_unreadable: whether to leave out, with a warning, videos that cannot be read or are too short,
            instead of refusing them.

    Returns:
        uint8 (n, frames, height, width, channels).

    Raises:
        ValueError: if there are no videos, there are other files, a video cannot be read or is too short, or
            frames differ in size.
    """
    size = check_size(image_size)
    found = []
    for source in _videos(path):
        try:
            clip = video.read(source, channels, size)
            if len(clip) < frames:
                raise ValueError(
                    f"{source} has {len(clip)} frames, of which a clip takes {frames}."
                )
            found += [clip[start : start + frames] for start in starts(len(clip), frames)]
        except ValueError as error:
            if not skip_unreadable:
                raise
            warnings.warn(f"Left out a video: {error}", stacklevel=2)
    if not found:
        raise ValueError(f"{path} holds no video of {frames} frames that can be read.")
    if len({clip.shape for clip in found}) > 1:
        raise ValueError(f"The videos in {path} differ in size: give image_size.")
    return np.stack(found)


def clip_count(path: str | os.PathLike, frames: int) -> int:
    """The number of clips that `clips_from_folder` returns, by the files' headers."""
    lengths = map(_length, _videos(path))
    return sum(len(starts(length, frames)) for length in lengths if length >= frames)


def _videos(path):
    """The animations and the folders of frames in a folder, in the order of their names."""
    folder = Path(path).expanduser()
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    found = [each for each in found if not each.name.startswith(".")]
    for each in found:
        if each.is_dir():
            wrong = [file for file in files_in(each).values() if _length(file) > 1]
        else:
            wrong = [] if each.suffix.lower() in video.SUFFIXES else [each]
        if wrong:
            raise ValueError(
                f"{path} must hold animated GIFs, PNGs or WebPs, or sub-folders of single frames; got "
                f"{wrong[0]}."
            )
    if not found:
        raise ValueError(
            f"{path} must hold videos: animated GIFs, PNGs or WebPs, or sub-folders of frames."
        )
    return found


def _length(source):
    """The number of frames; 0 of what cannot be read."""
    if source.is_dir():
        return len(files_in(source))
    try:
        with Image.open(source, formats=FORMATS) as picture:
            return getattr(picture, "n_frames", 1)
    except (OSError, SyntaxError):
        return 0


def starts(length: int, frames: int) -> list[int]:
    """The frames that clips begin at: every `frames // 2`-th, and the one from which the last clip fits.

    Args:
        length: frames of a video, at least those of a clip.
        frames: frames of a clip.
    """
    last = length - frames
    return sorted({*range(0, last + 1, max(1, frames // 2)), last})
