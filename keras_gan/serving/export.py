"""`export`: checks its arguments, and runs TensorFlow, whichever backend trained the model."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras

from keras_gan.files import replacing
from keras_gan.lookup import check_name
from keras_gan.tasks.task import Task
from keras_gan.tasks.translation import Translation

FORMATS = {
    "saved_model": ("float32",),
    "onnx": ("float32", "float16", "int8"),
    "litert": ("float32", "float16", "int8"),
    "keras": ("float32",),
}
"""Each format with the precisions that it supports."""


def export(
    model: keras.Model | str | os.PathLike,
    directory: str | os.PathLike,
    name: str | None = None,
    version: int | None = None,
    *,
    format: str = "saved_model",
    precision: str = "float32",
    direction: str | None = None,
    measure: Callable[..., dict[str, Any]] | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Path:
    """Writes a model as a file for production, with the networks that its signatures use and nothing else.

    - "saved_model": `directory`/`name`/`version`, which a server of TensorFlow Serving finds whole or not at
      all, beside `models.config`, of all the models in `directory`, and `batching.config`.
    - "onnx", "litert": `name`.onnx or `name`.tflite (`name`-int8.onnx in another precision): latents
      (n, latent_dim)[ and labels (n,)] to images in [-1, 1]; for a model that translates, images to
      translations in one direction (`name`-AtoB.onnx, if it has two); otherwise the first signature of the
      model's task. The file is run by its runtime and compared with Keras before it is written: within 1e-4
      in float32; the difference is in `name`.onnx.json.
    - "keras": `name`.keras, the whole model, for `keras_gan.load_model`.

    Args:
        model: a model of this library, trained under any backend; or a name or path, as for
            `keras_gan.zoo.load`.
        directory: folder of the models.
        name: the model's name on the server; by default that of the entry, file or folder, or `model.name`.
        version: version of a SavedModel, 1 or above; the next one in `directory`/`name` if None.
        format: one of `FORMATS`.
        precision: "float32"; "float16" or "int8" (of the weights), for formats that support it.
        direction: "AtoB" or "BtoA", for a model that translates as "onnx" or "litert"; its first one if None.
        measure: for another precision than float32, a function that measures the images of a model, such as
            `keras_gan.evaluation.ImageQuality("mnist")`. The report then has the metric by Keras and by the
            file, or the reason why it is missing. By default that of the model's data set, if it has a name.
            Under another backend than TensorFlow it must be an `ImageQuality`.
        progress: called often with a few words on the work.

    Returns:
        The path of the file or folder.

    Raises:
        ValueError: if the model has no signatures to export, there is no such model, or another argument
            does not fit.
        FileExistsError: if the version exists.
        OSError: if `directory` cannot be written.
        ImportError: if a package that the format needs is not installed, naming the extra.

    Example:

    ```python
    keras_gan.serving.export("dcgan_fashion_mnist", "models/")  # models/dcgan_fashion_mnist/1
    gan.fit(images, epochs=20)
    keras_gan.serving.export(gan, "models/", name="digits")  # models/digits/1
    ```
    """
    check_name("format", format, FORMATS)
    if precision not in FORMATS[format]:
        raise ValueError(
            f"precision must be one of {', '.join(FORMATS[format])} for {format}, got {precision!r}."
        )
    if version is not None and version < 1:
        raise ValueError(f"version must be at least 1, got {version}.")
    if version is not None and format != "saved_model":
        raise ValueError(f"version must be None for {format}, got {version}.")
    if isinstance(model, (str, os.PathLike)):
        trained, model, measure = _load(model, measure)
        name = trained.name if name is None else name
    if not isinstance(model, keras.Model) or not model.built:
        raise ValueError(f"model must be a built Keras model, got {model!r}.")
    name = model.name if name is None else name
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        raise ValueError(f"name must consist of letters, digits, '_', '-' and '.', got {name!r}.")
    if direction is not None and not (
        format in ("onnx", "litert") and isinstance(model, Translation)
    ):
        raise ValueError(
            "direction must be None except for a model that translates, as onnx or litert; got "
            f"{direction!r}."
        )
    directory = Path(directory)
    if format == "keras":
        with replacing(directory / f"{name}.keras") as temporary:
            model.save(temporary)
        return directory / f"{name}.keras"
    if not isinstance(model, Task) or not model.signatures():
        raise ValueError(
            f"model is a {type(model).__name__}, which has no signatures to export; format='keras' writes it."
        )
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
            measure=measure and _config(measure),
        )

    from keras_gan.serving import files
    from keras_gan.serving.tensorflow import saved_model

    if format == "saved_model":
        return saved_model.save(model, directory, name, version)
    return files.save(model, directory, name, format, precision, direction, measure, progress)


def _load(name_or_path, measure):
    """A trained model: what was found, the model, and the metric of its images on its own data set."""
    from keras_gan import data, evaluation, zoo  # Not at the top: the zoo builds on this package.

    trained = zoo.find(name_or_path)
    if measure is None and trained.recipe and trained.recipe.dataset in data.DATASETS:
        measure = evaluation.ImageQuality(trained.recipe.dataset)
    return trained, trained.load(), measure


def _config(measure):
    """The arguments of an `evaluation.ImageQuality`, for the other process."""
    from keras_gan import evaluation

    if not isinstance(measure, evaluation.ImageQuality):
        raise ValueError(
            "measure must be an evaluation.ImageQuality to export under another backend than TensorFlow, "
            f"got {measure!r}."
        )
    return {"dataset": measure.dataset, "num": measure.num}


def _under_tensorflow(model, **arguments):
    """Runs `export` in a process whose backend is TensorFlow, on the CPU."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.keras"
        model.save(path)
        path.with_suffix(".json").write_text(json.dumps(arguments), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "keras_gan.serving", path],
            env={
                **os.environ,
                "KERAS_BACKEND": "tensorflow",
                "CUDA_VISIBLE_DEVICES": "-1",  # The other backend holds the accelerator's memory.
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"The export under TensorFlow failed:\n{done.stderr}")
        result = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if "error" in result:
        raise _RAISED[result["kind"]](result["error"])
    return Path(result["path"])


def run_job(path: Path):
    """Exports the model saved at `path`: the other process of `_under_tensorflow`.

    Args:
        path: of the model; beside it lie the arguments of `export`, with the ending ".json", in whose place
            the path of the export is written, or its error.
    """
    from keras_gan.models import load_model

    arguments = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if arguments["measure"]:
        from keras_gan import evaluation

        arguments["measure"] = evaluation.ImageQuality(**arguments["measure"])
    try:
        result = {"path": str(export(load_model(path), **arguments))}
    except tuple(_RAISED.values()) as error:
        kind = next(name for name, kind in _RAISED.items() if isinstance(error, kind))
        result = {"kind": kind, "error": str(error)}
    path.with_suffix(".json").write_text(json.dumps(result), encoding="utf-8")


# The errors of `export` that the other process hands on; subclasses first.
_RAISED = {
    kind.__name__: kind
    for kind in (FileExistsError, PermissionError, OSError, ImportError, ValueError)
}
