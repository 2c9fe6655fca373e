"""Entries as single files: written to be copied or served, fetched and unpacked with care."""

import json
import os
import re
import shutil
import stat
import sys
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from keras_gan import files
from keras_gan.zoo import registry

MOST = 1_000_000_000
"""Bytes of an archive, at most."""
ORIGIN = "origin.json"
"""The file of an entry that says where it was fetched from."""
_TEXTS = 20_000_000  # bytes of each file of an entry that is not its weights, at most
_MEMBER = re.compile(r"entry\.json|model\.json|model\.weights\.h5|README\.md|samples\.\w+")


def write(folder: Path, path: str | os.PathLike) -> Path:
    """Writes the entry in a folder as a zip archive that `install` takes.

    Args:
        folder: the entry's folder.
        path: the file, which ends in ".zip" and is called as the entry, "my_faces.zip".

    Returns:
        The path.
    """
    with files.replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for file in sorted(folder.iterdir()):
            if _MEMBER.fullmatch(file.name):
                archive.write(file, f"{folder.name}/{file.name}", zipfile.ZIP_DEFLATED)
    return Path(path)


def install(source: str) -> Path:
    """Unpacks an entry into the folder of own entries, unless it is there already.

    No code is run, and nothing is written elsewhere. What is fetched is told on stderr, with its checksum.

    Args:
        source: an https address or the path of a zip archive, called as the entry. The address may end in
            "#sha256=..." with the checksum that the archive must have.

    Returns:
        The folder of the entry.

    Raises:
        ValueError: if the archive holds no entry, or anything else, has another checksum, is too large, or
            another entry has its name.
        OSError: if it cannot be fetched or written.
    """
    source, _, wanted = source.partition("#sha256=")
    remote = "://" in source
    name = Path(unquote(urlsplit(source).path) if remote else source).name.removesuffix(".zip")
    if not registry.is_name(name):
        raise ValueError(f"{source} must end in the name of an entry and .zip, as in my_faces.zip.")
    origin = {"source": source if remote else os.path.abspath(source)}
    if not remote:
        origin["sha256"] = files.checksum(source)
    if folder := registry.entry_folder(name):
        path = folder / ORIGIN
        known = registry.read_json(path) if path.exists() else {}
        if known.items() >= origin.items() and wanted in ("", known.get("sha256")):
            return folder
        raise ValueError(
            f"Another entry is called {name}: {folder} is not from {source}. Remove it to take this one."
        )
    folder = registry.own_folder() / name
    fetched = folder.with_name(f"{name}.zip")
    if not remote:
        _create(folder, source, origin)
        return folder
    try:
        files.fetch(source, fetched, wanted or None, MOST, f"The entry {name}")
        origin["sha256"] = files.checksum(fetched)
        _create(folder, fetched, origin)
    finally:
        fetched.unlink(missing_ok=True)
    print(f"Fetched {source}, sha256 {origin['sha256']}, to {folder}", file=sys.stderr)
    return folder


def _create(folder, path, origin):
    """Makes the folder of an entry from its archive, whole or not at all."""
    with files.creating(folder) as temporary:
        unpack(path, temporary)
        card = registry.read_card(temporary)
        if card is None or not (temporary / card.weights.file).is_file():
            raise ValueError(f"{path} holds an entry without weights.")
        registry.weights(card, temporary)
        (temporary / ORIGIN).write_text(json.dumps(origin, indent=1) + "\n", encoding="utf-8")


def unpack(path: str | os.PathLike, folder: Path):
    """Unpacks the files of one entry into a folder of its name.

    Args:
        path: the archive.
        folder: the folder, which exists and is empty.

    Raises:
        ValueError: if the archive is damaged, unpacks to far more than its size, or holds anything but the
            files of an entry of that name, such as paths that lead elsewhere.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            for member in members:
                _check_member(path, member, folder.name)
            unpacked = sum(member.file_size for member in members)
            if files.unpacks_too_far(os.path.getsize(path), unpacked):
                raise ValueError(f"{path} is refused: it would unpack to {unpacked:,} bytes.")
            for member in members:
                target = folder / PurePosixPath(member.filename).name
                with archive.open(member) as content, target.open("xb") as file:
                    shutil.copyfileobj(content, file)  # no more than the member declares
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        FileExistsError,
        NotImplementedError,
    ) as error:
        raise ValueError(f"{path} is damaged: {error}") from error


def _check_member(path, member, name):
    parts = PurePosixPath(member.filename).parts
    link = stat.S_ISLNK(member.external_attr >> 16)
    if parts[:-1] not in ((), (name,)) or not _MEMBER.fullmatch(parts[-1]) or link:
        raise ValueError(
            f"{path} is refused: {member.filename!r} is no file of an entry called {name}."
        )
    if member.flag_bits & 1:
        raise ValueError(f"{path} is refused: it is encrypted.")
    if member.file_size > _TEXTS and not parts[-1].endswith(".h5"):
        raise ValueError(f"{path} is refused: {member.filename!r} has {member.file_size:,} bytes.")
