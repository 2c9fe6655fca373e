"""Signatures of a model as files for ONNX Runtime or LiteRT, compared with Keras before they are written."""

import io
import json
import logging
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_gan.files import replacing
from keras_gan.serving.stand_in import Run, stand_in
from keras_gan.serving.tensorflow.graphs import graph_of
from keras_gan.serving.tensorflow.private import ConverterError
from keras_gan.tasks import tiling
from keras_gan.tasks.domain_translation import DomainTranslation
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.stylization import Stylization
from keras_gan.tasks.task import Signature, Task
from keras_gan.tasks.translation import Translation

TOLERANCE = 1e-4
"""Largest difference of a float32 file from Keras, for outputs such as images in [-1, 1]."""


@dataclass
class Network:
    """A signature that is written to a file.

    Attributes:
        signature: its function, inputs and examples.
        examples: further inputs to compare, of other sizes than the signature's.
        takes: name of each input to a description for the report.
    """

    signature: Signature
    examples: list[dict[str, np.ndarray]]
    takes: dict[str, str]


def save(
    model: Task,
    directory: Path,
    name: str,
    format: str,
    precision: str,
    direction: str | None,
    measure: Callable[..., dict[str, Any]] | None,
    progress: Callable[[str], None],
) -> Path:
    """Writes the file, and beside it a report of the comparison with Keras; see `serving.export`."""
    convert, open_, suffix, packages = _FORMATS[format]
    if isinstance(model, Translation):
        direction = model.check_direction(direction)
        name += f"-{direction}" * (len(model.generators) > 1)
    network = network_of(model, direction, of_one_size=format == "litert")
    for package in packages:
        try:
            import_module(package)
        except ImportError as error:
            raise ImportError(
                f"format={format!r} needs {package}: pip install 'keras_gan[{format}]'."
            ) from error
    progress(f"Converting {name}")
    with _nearest_neighbors_as_one_operation():
        content = convert(graph_of(network.signature), precision)
    by_keras, by_file = _by_keras(network.signature), open_(content)
    examples = [network.signature.examples, *network.examples]
    differences = [np.abs(by_file(each) - by_keras(each)).ravel() for each in examples]
    difference = np.concatenate(differences)
    if precision == "float32" and not difference.max() <= TOLERANCE:
        raise ValueError(
            f"The {format} file differs from Keras by {difference.max():.2g}, more than {TOLERANCE}; it was "
            "not written."
        )
    path = directory / f"{name}{'' if precision == 'float32' else f'-{precision}'}{suffix}"
    report = {
        "format": format,
        "precision": precision,
        "bytes": len(content),
        "inputs": network.takes,
        "examples_compared": sum(len(next(iter(each.values()))) for each in examples),
        "largest_difference": float(difference.max()),
        "mean_difference": float(difference.mean()),
        "versions": {package: version(package) for package in ("tensorflow", *packages)},
    }
    if precision != "float32":
        runs = {"Keras": by_keras, "the file": by_file}
        report["metric"] = _metric(model, runs, direction, measure, progress)
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    with replacing(path.with_name(f"{path.name}.json")) as temporary:
        temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return path


def network_of(model: Task, direction: str | None, of_one_size: bool) -> Network:
    """The signature of a model that a file holds.

    Args:
        model: a model with signatures; the first one is chosen, for a `Translation` that of the direction.
        direction: "AtoB" or "BtoA", for a `Translation`.
        of_one_size: whether all dimensions but the batch are fixed, at those of the examples.
    """
    signatures = model.signatures()
    name = next(iter(signatures)) if direction is None else f"translate_{direction}"
    signature, examples = signatures[name], []
    if of_one_size:
        fixed = {
            name: ((None, *signature.examples[name].shape[1:]), dtype)
            for name, (_, dtype) in signature.inputs.items()
        }
        signature = replace(signature, inputs=fixed)
    takes = {name: _described(*about) for name, about in signature.inputs.items()}
    if isinstance(model, Generation) and model.num_classes is not None:
        takes["labels"] += f", 0 to {model.num_classes - 1}"
    if isinstance(model, DomainTranslation):
        takes["labels"] += ", {} to {}".format(*model.attributes.ranges())
    translates = isinstance(model, (Stylization, Translation))
    if translates and None in signature.inputs["images"][0][1:]:
        height, width, channels = model.image_shape
        rows, columns = tiling.step_of(model.generators[direction or "style"])
        takes["images"] = f"float32 (n, {rows} h, {columns} w, {channels})"
        larger = (1, height + rows, width + 2 * columns, channels)
        images = np.random.default_rng(1).uniform(-1.0, 1.0, larger)
        examples.append({"images": images.astype(np.float32)})
    return Network(signature, examples, takes)


def _described(shape, dtype):
    sizes = ", ".join(["n", *map(str, shape[1:])])
    return f"{dtype} ({sizes}{',' * (len(shape) == 1)})"


def _by_keras(signature: Signature) -> Run:
    """Runs the first output of a signature by Keras."""
    graph = graph_of(signature)
    return lambda inputs: next(iter(graph(*map(tf.constant, inputs.values())).values())).numpy()


@contextmanager
def _nearest_neighbors_as_one_operation() -> Iterator[None]:
    """Has `UpSampling2D` be one operation in the graphs that are traced in the block.

    Of the several operations that Keras has for nearest neighbors, LiteRT loses the shape.
    """
    layer = keras.layers.UpSampling2D
    original = layer.call

    def call(self, inputs):
        if self.interpolation != "nearest":
            return original(self, inputs)
        sizes = zip(inputs.shape[1:3], tf.unstack(tf.shape(inputs)[1:3]), self.size, strict=True)
        sides = [(fixed or side) * times for fixed, side, times in sizes]
        return tf.image.resize(inputs, sides, "nearest")

    layer.call = call
    try:
        yield
    finally:
        layer.call = original


def _metric(model, runs, direction, measure, progress):
    """A metric of the images by Keras and by the file, or the reason why it is missing."""
    if measure is None:
        return {"missing": "No data set was named."}
    found = []
    try:
        for name, run in runs.items():
            model_of_run = stand_in(model, run, direction)

            def tell(text, name=name):
                progress(f"Measuring {name}: {text}")

            found.append(measure(model_of_run, tell))
    except (FileNotFoundError, ValueError) as error:  # no data, no classifier, or no images
        return {"missing": str(error)}
    by_keras, by_file = found
    about = {key: value for key, value in by_keras.items() if key != "value"}
    return {**about, "keras": by_keras["value"], "file": by_file["value"]}


def _to_onnx(network, precision):
    import onnx
    import tf2onnx

    proto, _ = tf2onnx.convert.from_function(network, network.input_signature, opset=18)
    if precision == "float16":
        from onnxruntime.transformers.float16 import convert_float_to_float16

        proto = convert_float_to_float16(proto, keep_io_types=True)
    elif precision == "int8":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "int8.onnx"
            logging.disable(
                logging.WARNING
            )  # It advises a step that dynamic quantization does not need.
            try:
                # On the CPU, ONNX Runtime's convolutions support unsigned weights only.
                quantize_dynamic(proto, path, weight_type=QuantType.QUInt8)
            finally:
                logging.disable(logging.NOTSET)
            proto = onnx.load(path)
    content = io.BytesIO()
    onnx.save(proto, content)
    return content.getvalue()


def open_onnx(content: bytes) -> Run:
    """An ONNX file, ready to run on the CPU."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return lambda inputs: session.run(None, inputs)[0]


def _to_litert(network, precision):
    root = tf.Module()
    root.read = network.get_concrete_function().variables
    with tempfile.TemporaryDirectory() as folder:
        try:
            tf.saved_model.save(root, folder, {"serving_default": network})
        except tf.errors.OpError as error:
            raise OSError(f"{folder} cannot be written: {error.message}") from error
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=["serving_default"]
        )
        if precision != "float32":
            # Weights in int8, activations in float32, unless another type is asked for.
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if precision == "float16":
            converter.target_spec.supported_types = [tf.float16]
        try:
            return converter.convert()
        except ConverterError as error:
            lacking = re.search("(?:Select|Custom) ops: (.*)", str(error))
            raise ValueError(
                "LiteRT cannot run this network: its converter fails"
                f"{f' on {lacking[1]}' if lacking else ''}. Another format may work."
            ) from error


def open_litert(content: bytes) -> Run:
    """A LiteRT file, ready to run on the CPU."""
    from ai_edge_litert.interpreter import Interpreter

    # The runner's memory is valid only while the interpreter exists.
    interpreter = Interpreter(model_content=content)
    run_signature = interpreter.get_signature_runner("serving_default")

    def run(inputs, _interpreter=interpreter):
        try:
            return next(iter(run_signature(**inputs).values()))
        except RuntimeError as error:
            reason = str(error).partition("\n")[0]
            raise ValueError(
                f"LiteRT cannot run this network: {reason} Another format may work."
            ) from error

    return run


# Of each format: the converter, the runtime, the suffix of files, the packages.
_FORMATS = {
    "onnx": (_to_onnx, open_onnx, ".onnx", ("onnx", "onnxruntime", "tf2onnx")),
    "litert": (_to_litert, open_litert, ".tflite", ("ai_edge_litert",)),
}
