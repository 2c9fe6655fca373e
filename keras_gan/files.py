"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """A temporary path beside `path`, with the same ending, that takes its place if the block succeeds.

    Readers see the old file or the new one; an interrupted block, or a full disk, leaves nothing behind.

    Args:
        path: the file to write; its folder is made if need be.

    Yields:
        The path to write to, an empty file.

    Raises:
        OSError: if the folder cannot be written.

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
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
