"""Files and folders that are written whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """A temporary path beside `path`, with the same ending, that takes its place if the block succeeds.

    Readers see the old file or the new one, after a power cut too; an interrupted block, or a full disk,
    leaves nothing behind.

    Args:
        path: the file to write; its folder is made if need be.

    Yields:
        The path to write to, an empty file.

    Raises:
        OSError: if the file cannot be written, naming it.

    Example:

    ```python
    with replacing("losses.json") as temporary:
        temporary.write_text(json.dumps(losses))
    ```
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=f".{path.name}")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        _sync(temporary)
        os.replace(temporary, path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and error.filename is None:
            raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
        raise


@contextmanager
def creating(folder: str | os.PathLike) -> Iterator[Path]:
    """A temporary folder beside `folder`, which must not exist, that becomes it if the block succeeds.

    Readers see the whole folder or none; an interrupted block, or a full disk, leaves nothing behind.

    Args:
        folder: the folder to make; those above it are made if need be.

    Yields:
        The folder to write into, empty; its name begins with a dot.

    Raises:
        FileExistsError: if `folder` is there already.
        OSError: if it cannot be written.
    """
    folder = Path(folder)
    if folder.exists():
        raise FileExistsError(f"{folder} exists already.")
    above = [path for path in folder.parents if not path.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        yield temporary
        temporary.chmod(0o755)
        os.rename(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        for path in above:
            with suppress(OSError):  # somebody else has written there meanwhile
                path.rmdir()
        raise


def _sync(path):
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
