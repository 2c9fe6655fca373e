"""Folders of pictures with texts: a table says what each picture shows."""

import csv
import os
from pathlib import Path

import numpy as np

from keras_gan.data.folders import pictures_in
from keras_gan.data.pictures import check_size
from keras_gan.data.readers import pictures

TABLE = "metadata.csv"
"""The table beside the pictures, with the columns file_name and text."""


def captioned_from_folder(
    path: str | os.PathLike,
    image_size: int | tuple[int, int],
    *,
    channels: int = 3,
    skip_unreadable: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """A folder of pictures and their texts as NumPy arrays.

    The folder holds metadata.csv, in UTF-8, with the columns `file_name`, a path below the folder, and
    `text`, as the library datasets has them for folders of images. A picture may have several lines.

    Args:
        path: the folder; pictures are read as by `arrays_from_folder`.
        image_size: side of a square, or (height, width), that pictures are scaled and cropped to.
        channels: 3 for RGB, 1 for gray.
        skip_unreadable: whether to leave out, with a warning, pictures that cannot be decoded.

    Returns:
        Images uint8 (n, height, width, channels), and strings (n, k), k texts of each; the texts of a picture
        that has fewer than others are repeated.

    Raises:
        ValueError: if there is no table, it names a picture that is not there, or a picture has no text; and
            as `arrays_from_folder`.
    """
    size = check_size(image_size)
    files = pictures_in(path, skip_unreadable)
    texts = texts_of(path)
    if missing := [name for name in texts if not (Path(path).expanduser() / name).is_file()]:
        raise ValueError(f"{TABLE} names {missing[0]}, which is not in {path}.")
    if untold := [name for name in files if name not in texts]:
        raise ValueError(
            f"{TABLE} has no text of {untold[0]} ({len(untold)} of {len(files)} pictures have none)."
        )
    most = max(len(texts[name]) for name in files)
    rows = [[texts[name][at % len(texts[name])] for at in range(most)] for name in files]
    return pictures(files, channels).array(size), np.array(rows)


def texts_of(path: str | os.PathLike) -> dict[str, list[str]]:
    """The texts of each picture that the table of a folder names.

    Raises:
        ValueError: if there is no table, it is no such table, or a text is empty.
    """
    table = Path(path).expanduser() / TABLE
    if not table.is_file():
        raise ValueError(
            f"{path} has no texts: they are wanted in {TABLE}, with the columns file_name and text."
        )
    found: dict[str, list[str]] = {}
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            if not {"file_name", "text"} <= set(reader.fieldnames or ()):
                raise ValueError(f"{table} must have the columns file_name and text.")
            for row in reader:
                if not row["file_name"] or not (row["text"] or "").strip():
                    raise ValueError(f"{table} has no text in line {reader.line_num}.")
                found.setdefault(row["file_name"], []).append(row["text"].strip())
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"Cannot read {table}: {error}") from error
    return found
