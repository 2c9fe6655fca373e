"""Local files of data sets: folders and archives that are looked for by name."""

import lzma
import os
import tarfile
import zlib
from pathlib import Path

from keras_gan.data.catalogue.dataset import DatasetInfo, Files
from keras_gan.data.pictures import Split
from keras_gan.files import below, unpacks_too_far


def find(info: DatasetInfo, split: str, data_dir: str | os.PathLike | None) -> Split | None:
    """Reads a split from local files.

    Args:
        info: the data set.
        split: name of the split, or of one domain of it ("trainA").
        data_dir: the folder of data sets, or the data set's own folder; if None, the folder named by the
            environment variable KERAS_GAN_DATA, if any.

    Returns:
        The split, or None if there are no local files of the data set.

    Raises:
        ValueError: if the split does not exist, `data_dir` is no folder, or the files are not as they
            should be.
    """
    if split not in info.split_names:
        known = ", ".join(info.split_names)
        raise ValueError(f"{info.name} has the splits {known}; there is no {split!r}.")
    if not info.places:
        return info.read({}, split)
    for folder in (*_given_folders(data_dir), *map(Path, info.elsewhere)):
        for place in info.places:
            files = _files(folder.expanduser(), place)
            if files:
                try:
                    if info.table:
                        files |= {info.table: _beside(folder.expanduser(), info.table)}
                    return _checked(info, info.read(files, split))
                except ValueError as error:
                    raise ValueError(f"{info.name} in {folder}: {error}") from error
    return None


def _checked(info, split):
    """The split; a ValueError if a label is no class of the data set."""
    labels, classes = split.labels, 2 if info.tagged else len(info.classes)
    if info.vocabulary:  # labels are texts
        return split
    if labels is not None and len(labels) and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"labels must be 0 to {classes - 1}, got {labels.min()} to {labels.max()}."
        )
    return split


def file_at(path: str | os.PathLike) -> Path:
    """A file by its path, or else by its path in the folder that KERAS_GAN_DATA names; it may be missing."""
    path = Path(path).expanduser()
    below = (folder / path for folder in _given_folders(None))
    return path if path.is_file() else next((file for file in below if file.is_file()), path)


def holds(folder: Path, info: DatasetInfo) -> bool:
    """Whether a folder of data sets has files by the name of a data set, which are not read."""
    return any(
        folder.name == place or (folder / place).exists() or any(folder.glob(f"{place}.t*"))
        for place in info.places
    )


def _given_folders(data_dir):
    folder = data_dir or os.environ.get("KERAS_GAN_DATA")
    if not folder:
        return []
    if not Path(folder).expanduser().is_dir():
        said = "data_dir" if data_dir else "the environment variable KERAS_GAN_DATA"
        raise ValueError(f"{said} must name a folder, got {str(folder)!r}.")
    return [Path(folder)]


def _files(folder, place) -> Files | None:
    """The files of a data set: the file, folder or archive named `place` in `folder`, or `folder` itself."""
    path = folder / place
    if folder.name == place and not path.exists():
        path = folder
    if path.is_file():
        return {path.name: path}
    if path.is_dir():
        return below(path)
    for archive in sorted(folder.glob(f"{place}.t*")):
        if archive.suffixes[-1] in (".tar", ".tgz", ".txz") or ".tar" in archive.suffixes:
            return _members(archive, place)
    return None


def _beside(folder, name):
    """Finds the file `name` in the folder of data sets, which is `folder` or the one above it."""
    for path in (folder / name, folder.parent / name):
        if path.is_file():
            return path
    raise ValueError(f"there is no {name} beside the pictures.")


def _members(archive, place):
    files, unpacked = {}, 0
    try:
        with tarfile.open(archive) as members:
            for member in members:
                if member.isfile():
                    unpacked += member.size
                    if unpacks_too_far(archive.stat().st_size, unpacked):
                        raise tarfile.TarError("unpacked, it is far too large")
                    name = member.name.removeprefix("./").removeprefix(f"{place}/")
                    files[name] = members.extractfile(member).read()
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        raise ValueError(f"Cannot read the archive {archive}: {error}") from error
    return files
