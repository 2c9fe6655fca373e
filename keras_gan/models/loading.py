"""Loading of saved models, which may come from strangers."""

import math
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

from keras_gan import files

# Weights that a model may declare: so many, and so many more for each byte that it has been read from.
_WEIGHTS, _PER_BYTE = 2**26, 8


def load_model(
    path: str | os.PathLike,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> keras.Model:
    """A model that `save` has written, with the state of its training.

    No code from the file is run, no other file is read, and it takes no more memory than its size allows.

    Args:
        path: a .keras file.
        custom_objects: classes of your own that are not registered with Keras, by name.
        compile: whether to compile the model as it was.
        safe_mode: whether functions in the file (Lambda layers) are refused.

    Returns:
        The model, of its own class.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no whole .keras file, holds something unsafe, or declares networks that are far
            larger than their weights.

    Example:

    ```python
    gan = keras_gan.load_model("cgan.keras")
    ```
    """
    path = Path(path).expanduser()
    if path.suffix != ".keras":
        raise ValueError(f"path must be a .keras file, got {path}.")
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    # Keras says of a file that was cut short that it is not there.
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} is damaged: it is no whole .keras file.")
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if files.unpacks_too_far(path.stat().st_size, unpacked):
        raise ValueError(f"{path} is damaged: unpacked, it is far too large.")
    with within(allowed(unpacked), f"{path} declares far more weights than it holds."):
        return keras.saving.load_model(path, custom_objects, compile, safe_mode)


def allowed(size: int) -> int:
    """The number of weights that a model may declare whose file has so many bytes."""
    return _WEIGHTS + _PER_BYTE * size


@contextmanager
def within(weights: int, problem: str) -> Iterator[None]:
    """Has layers that are made in the block refuse to have more weights together.

    Args:
        weights: how many they may have.
        problem: the error's message.

    Raises:
        ValueError: in place of the memory that the weights would take.
    """
    left = weights
    add_weight = keras.layers.Layer.add_weight

    def counted(layer, shape=None, *args, **kwargs):
        nonlocal left
        left -= int(math.prod(shape or ()))
        if left < 0:
            raise ValueError(problem)
        return add_weight(layer, shape, *args, **kwargs)

    keras.layers.Layer.add_weight = counted
    try:
        yield
    finally:
        keras.layers.Layer.add_weight = add_weight
