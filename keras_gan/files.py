"""Files: written whole or not at all, fetched from the web with a checksum, kept in one cache folder."""

import glob
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urljoin

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None


def below(folder: str | os.PathLike) -> dict[str, Path]:
    """The files in a folder and its sub-folders, relative name to path; links are followed, but in no circle.

    Raises:
        OSError: if a folder cannot be read, naming it.
    """
    found, folder = {}, Path(folder)
    left = [
        (folder, frozenset())
    ]  # each with the folders that it lies in, as the system knows them
    while left:
        path, above = left.pop()
        about = path.stat()
        known = about.st_dev, about.st_ino
        if known in above:
            continue
        for entry in os.scandir(path):
            if entry.is_dir():
                left.append((Path(entry.path), above | {known}))
            elif entry.is_file():
                found[Path(entry.path).relative_to(folder).as_posix()] = Path(entry.path)
    return found


@contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """A temporary path near `path`, of the same name, that replaces `path` if the block succeeds.

    Readers see the old file or the new one, even after a power failure; an interrupted block, or a full disk,
    leaves nothing behind. What a killed process left is removed by the next one that writes `path`. A new
    file has the permissions that the umask allows, a replaced one keeps its own; a symbolic link stays, and
    the file that it leads to is written.

    Args:
        path: the file to write; its folder is created if needed.

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
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OSError(f"{path} cannot be written: it is no file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _beside(target) as temporary:
            temporary.touch()
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o777)
            yield temporary
            _sync(temporary)
            os.replace(temporary, target)
    except OSError as error:
        if error.errno and error.filename is None:
            raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
        raise


@contextmanager
def creating(folder: str | os.PathLike) -> Iterator[Path]:
    """A temporary folder near `folder` that becomes `folder` if the block succeeds.

    Readers see the whole folder or none; an interrupted block, or a full disk, leaves nothing behind. What a
    killed process left is removed by the next one that creates `folder`.

    Args:
        folder: the folder to create, which must not exist; those above it are created if needed.

    Yields:
        The empty folder to write into, which lies in one whose name begins with a dot.

    Raises:
        FileExistsError: if `folder` exists.
        OSError: if it cannot be written.
    """
    folder = Path(folder)
    if folder.exists():
        raise FileExistsError(f"{folder} exists already.")
    above = [path for path in folder.parents if not path.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _beside(folder) as temporary:
            temporary.mkdir()
            yield temporary
            os.rename(temporary, folder)
    except BaseException:
        for path in above:
            with suppress(OSError):  # not empty: another process has written there
                path.rmdir()
        raise


@contextmanager
def _beside(path):
    """A path of the same name in a temporary folder beside `path`; those of killed processes are removed."""
    stem = f".{path.name}.writing-"
    for left in path.parent.glob(f"{glob.escape(stem)}*"):
        if (lock := _lock(left, wait=False)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)
    folder, lock = None, None
    # Another process may remove the folder before it is locked.
    while folder is None or not folder.exists():
        folder = Path(tempfile.mkdtemp(prefix=stem, dir=path.parent))
        lock = _lock(folder, wait=True)
    try:
        yield folder / path.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _lock(folder, wait):
    """A handle that locks a folder until it is closed, as it is when its process dies.

    None if another process has locked it and `wait` is False, or where there are no locks: on Windows, and on
    some file systems.
    """
    if fcntl is None:
        return None
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            os.close(handle)
            raise
        return handle
    return None


def unpacks_too_far(packed: int, unpacked: int) -> bool:
    """Whether an archive of `packed` bytes would unpack to far more than models and pictures do.

    These are hardly compressed: 100 times, or 64 MiB, are never reached.
    """
    return unpacked > max(2**26, 100 * packed)


def cache() -> Path:
    """The folder of fetched and computed files: `KERAS_GAN_HOME`, by default `~/.cache/keras_gan`."""
    return Path(os.environ.get("KERAS_GAN_HOME") or "~/.cache/keras_gan").expanduser()


def checksum(path: str | os.PathLike) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest()


def fetch(
    url: str, path: str | os.PathLike, sha256: str | None, max_bytes: int, title: str = "The file"
) -> Path:
    """A file from the web, downloaded unless `path` holds it already.

    The download goes over https only, redirects included, stops at `max_bytes`, and takes its place at `path`
    only if its checksum is right. On a terminal, a progress bar is shown on stderr.

    Args:
        url: an https address.
        path: where the file is kept; a file there with another checksum is replaced.
        sha256: SHA-256 of the file, in hexadecimal digits; None to take the file whatever it is.
        max_bytes: size that the file must not exceed.
        title: subject of the error messages.

    Returns:
        `path`.

    Raises:
        OSError: if the file cannot be downloaded or written.
        ValueError: if `url` or a redirect is not https, or the file is larger than `max_bytes` or has another
            checksum.

    Example:

    ```python
    fetch(url, files.cache() / "weights" / "a.weights.h5", sha256, 20_000_000, "The weights of a")
    ```
    """
    path = Path(path)
    if path.is_file() and sha256 in (None, checksum(path)):
        return path
    import pooch

    _check_https(url)
    with replacing(path) as temporary:
        try:
            with temporary.open("wb") as file, _progress() as progress:
                task = progress.add_task(url.rpartition("/")[2], total=max_bytes)
                limited = _Limited(file, max_bytes, lambda count: progress.advance(task, count))
                options = {"timeout": 60, "hooks": {"response": _check_redirect}}
                pooch.HTTPDownloader(chunk_size=2**16, **options)(url, limited, None)
        except OSError as error:
            raise OSError(
                f"{title} cannot be fetched from {url}: {error}. The file may also be put at {path} by hand."
            ) from error
        except _TooLarge:
            problem = f"the file is larger than {max_bytes:,} bytes"
        else:
            found = checksum(temporary)
            problem = sha256 not in (None, found) and f"its SHA-256 is {found}, not {sha256}"
        if problem:
            raise ValueError(
                f"{title} arrived damaged from {url}: {problem}. Try again, or put the right file at {path}."
            )
    return path


def _progress():
    """A progress bar on stderr, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


class _TooLarge(Exception):
    """A file has more bytes than it may."""


class _Limited:
    """A file of at most `max_bytes`, whose `advance` is called with the number of bytes of each write."""

    def __init__(self, file, max_bytes, advance):
        self._file, self._left, self._advance = file, max_bytes, advance
        self.flush = file.flush

    def write(self, chunk):
        self._left -= len(chunk)
        if self._left < 0:
            raise _TooLarge
        self._file.write(chunk)
        self._advance(len(chunk))


def _check_https(url):
    if not url.lower().startswith("https://"):
        raise ValueError(f"Files are fetched over https only, not from {url}.")


def _check_redirect(response, **options):
    if response.is_redirect:
        _check_https(urljoin(response.url, response.headers["location"]))


def _sync(path):
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
