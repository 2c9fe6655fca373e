"""Files: written whole or not at all, fetched from the web with a checksum, kept in one cache folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urljoin


@contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """A temporary path beside `path`, with the same ending, that replaces `path` if the block succeeds.

    Readers see the old file or the new one, even after a power failure; an interrupted block, or a full disk,
    leaves nothing behind.

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
    """A temporary folder beside `folder` that is renamed to `folder` if the block succeeds.

    Readers see the whole folder or none; an interrupted block, or a full disk, leaves nothing behind.

    Args:
        folder: the folder to create, which must not exist; those above it are created if needed.

    Yields:
        The empty folder to write into, whose name begins with a dot.

    Raises:
        FileExistsError: if `folder` exists.
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
            with suppress(OSError):  # not empty: another process has written there
                path.rmdir()
        raise


def cache() -> Path:
    """The folder of fetched and computed files: `KERAS_GAN_HOME`, by default `~/.cache/keras_gan`."""
    return Path(os.environ.get("KERAS_GAN_HOME") or "~/.cache/keras_gan").expanduser()


def fetch(
    url: str, path: str | os.PathLike, sha256: str, max_bytes: int, title: str = "The file"
) -> Path:
    """A file from the web, downloaded unless `path` holds it already.

    The download goes over https only, redirects included, stops at `max_bytes`, and takes its place at `path`
    only if its checksum is right. On a terminal, a progress bar is shown on stderr.

    Args:
        url: an https address.
        path: where the file is kept; a file there with another checksum is replaced.
        sha256: SHA-256 of the file, in hexadecimal digits.
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
    import pooch

    path = Path(path)
    if path.is_file() and pooch.file_hash(path) == sha256:
        return path
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
            found = pooch.file_hash(temporary)
            problem = found != sha256 and f"its SHA-256 is {found}, not {sha256}"
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
