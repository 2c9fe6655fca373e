"""`export`: checks what it is asked for, and hands a model to TensorFlow, whichever backend trained it."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import keras

from keras_gan.files import replacing
from keras_gan.lookup import check_name

FORMATS = {
    "saved_model": ("float32",),
    "onnx": ("float32", "float16", "int8"),
    "litert": ("float32", "float16", "int8"),
    "keras": ("float32",),
}
"""Format to the precisions that it can be had in."""
_ONE_WAY = ("onnx", "litert")


def export(
    model: keras.Model,
    directory: str | os.PathLike,
    name: str | None = None,
    version: int | None = None,
    *,
    format: str = "saved_model",
    precision: str = "float32",
    direction: str | None = None,
    dataset: str | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Path:
    """Writes a model as the file that production runs: the network that `generate` uses, and nothing else.

    - "saved_model": `directory`/`name`/`version`, which a server of TensorFlow Serving finds whole or not at
      all, beside `models.config`, of all the models in `directory`, and `batching.config`.
    - "onnx", "litert": `name`.onnx or `name`.tflite (`name`-int8.onnx in another precision): latents
      (n, latent_dim)[ and labels (n,)] to images in [-1, 1]; of a translator, images to translations in one
      direction (`name`-AtoB.onnx, if it has two). The file is run by its runtime and compared with Keras
      before it is written: within 1e-4 in float32; the difference is in `name`.onnx.json.
    - "keras": `name`.keras, the whole model, for `keras_gan.load_model`.

    Args:
        model: a model that makes images from latents or from images, trained under any backend.
        directory: folder of the models.
        name: by which the server knows the model; `model.name` if None.
        version: 1 or above; the next after those in `directory`/`name` if None. SavedModels alone have one.
        format: one of `FORMATS`.
        precision: "float32"; "float16" or "int8" (of the weights), for formats that have it.
        direction: "AtoB" or "BtoA", of a translator as "onnx" or "litert"; its first one if None.
        dataset: name of the data that the model has learned from. In another precision than float32 the
            report then has the FID of 10,000 images by Keras and by the file (of a translator, the KID of
            translated test images), or why it is missing.
        progress: is told in a few words, often, what is done.

    Returns:
        What was written.

    Raises:
        ValueError: on a model that makes no images, or another argument that does not fit.
        FileExistsError: if the version is there already.
        OSError: if `directory` cannot be written.
        ImportError: if a package that the format needs is not installed, naming the extra.

    Example:

    ```python
    gan.fit(images, epochs=20)
    keras_gan.serving.export(gan, "models/", name="digits")  # models/digits/1
    ```
    """
    check_name("format", format, FORMATS)
    if precision not in FORMATS[format]:
        raise ValueError(
            f"precision must be one of {', '.join(FORMATS[format])} for {format}, got {precision!r}."
        )
    if not isinstance(model, keras.Model) or not model.built:
        raise ValueError(f"model must be a built Keras model, got {model!r}.")
    name = model.name if name is None else name
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        raise ValueError(f"name must consist of letters, digits, '_', '-' and '.', got {name!r}.")
    if version is not None and version < 1:
        raise ValueError(f"version must be at least 1, got {version}.")
    if version is not None and format != "saved_model":
        raise ValueError(f"version must be None for {format}, got {version}.")
    if direction is not None and (format not in _ONE_WAY or not hasattr(model, "translate")):
        raise ValueError(
            f"direction must be None but for a translator as {' or '.join(_ONE_WAY)}, got {direction!r}."
        )
    directory = Path(directory)
    if format == "keras":
        with replacing(directory / f"{name}.keras") as temporary:
            model.save(temporary)
        return directory / f"{name}.keras"
    if find_spec("tensorflow") is None:
        raise ImportError(f"format={format!r} needs TensorFlow: pip install tensorflow.")
    if keras.backend.backend() != "tensorflow":
        return _under_tensorflow(
            model,
            directory=str(directory),
            name=name,
            version=version,
            format=format,
            precision=precision,
            direction=direction,
            dataset=dataset,
        )

    from keras_gan.serving import files
    from keras_gan.serving.tensorflow import saved_model

    if format == "saved_model":
        return saved_model.save(model, directory, name, version)
    return files.save(model, directory, name, format, precision, direction, dataset, progress)


def _under_tensorflow(model, **arguments):
    """`export` in a process of its own, whose backend is TensorFlow, on the CPU."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.keras"
        model.save(path)
        done = subprocess.run(
            [sys.executable, "-m", "keras_gan.serving", path, json.dumps(arguments)],
            env={
                **os.environ,
                "KERAS_BACKEND": "tensorflow",
                "CUDA_VISIBLE_DEVICES": "-1",  # the other backend holds the accelerator's memory
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise RuntimeError(f"The export under TensorFlow failed:\n{done.stderr}")
    answer = json.loads(done.stdout.splitlines()[-1])
    if "path" in answer:
        return Path(answer["path"])
    kinds = {kind.__name__: kind for kind in _ERRORS}
    raise kinds[answer["kind"]](answer["error"])


_ERRORS = FileExistsError, PermissionError, OSError, ImportError, ValueError


def answer(path: str, arguments: str):
    """The process of `_under_tensorflow`: exports the model saved at `path`, and prints what came of it."""
    from keras_gan.models import load_model

    try:
        result = {"path": str(export(load_model(path), **json.loads(arguments)))}
    except _ERRORS as error:
        kind = next(kind for kind in _ERRORS if isinstance(error, kind))
        result = {"kind": kind.__name__, "error": str(error)}
    print(json.dumps(result))
