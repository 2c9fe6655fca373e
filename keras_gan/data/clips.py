"""Folders of videos, as NumPy arrays."""

import os
from pathlib import Path

import numpy as np

from keras_gan.modalities import video
from keras_gan.modalities.images import Size, is_image_file


def clips_from_folder(
    path: str | os.PathLike, image_size: int | Size | None = None, channels: int = 3
) -> np.ndarray:
    """The videos in a folder as clips of one length, that of the shortest: longer ones become several.

    A video is an animated GIF, PNG or WebP in the folder, or a sub-folder of pictures, its frames in the
    order of their names.

    Args:
        path: the folder.
        image_size: side, or (height, width), that frames are scaled to cover and cropped to; as stored if
            None.
        channels: 1 (gray) or 3 (RGB).

    Returns:
        uint8 (n, frames, height, width, channels).

    Raises:
        ValueError: if there are no videos, one cannot be read or has a single frame, or frames differ in
            size.
    """
    folder = Path(path).expanduser()
    size = (image_size, image_size) if isinstance(image_size, int) else image_size
    sources = sorted(
        each
        for each in (folder.iterdir() if folder.is_dir() else ())
        if not each.name.startswith(".")
        and (each.is_dir() or (is_image_file(each.name) and each.suffix.lower() in video.SUFFIXES))
    )
    if not sources:
        raise ValueError(
            f"{path} must hold videos: animated GIFs, PNGs or WebPs, or sub-folders of frames."
        )
    videos = {source: video.read(source, channels, size) for source in sources}
    for source, frames in videos.items():
        if len(frames) < 2:
            raise ValueError(f"{source} has a single frame, and is no video.")
    if len({frames.shape[1:] for frames in videos.values()}) > 1:
        raise ValueError(f"The videos in {path} differ in size: give image_size.")
    length = min(map(len, videos.values()))
    return np.stack(
        [
            frames[start : start + length]
            for frames in videos.values()
            for start in range(0, len(frames) - length + 1, length)
        ]
    )
