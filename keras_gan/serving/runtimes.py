"""The network of a model as a file of ONNX Runtime or LiteRT, run by it and compared before it is written."""

import io
import json
import logging
import tempfile
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import numpy as np
import tensorflow as tf

from keras_gan.files import replacing
from keras_gan.models.sampler import Sampler, inputs_of

TOLERANCE = 1e-4
"""How far a float32 file may be from Keras, on images in [-1, 1]."""
COMPARED = 64
"""Images that are compared."""

Run = Callable[[dict[str, np.ndarray]], np.ndarray]


def save(model: Sampler, directory: Path, name: str, format: str, precision: str) -> Path:
    """Writes the file, and beside it a report of what it was compared with; see `serving.export`."""
    if not isinstance(model, Sampler):
        raise ValueError(f"model is a {type(model).__name__}, which makes no images from latents.")
    convert, open_, suffix, packages = _FORMATS[format]
    for package in packages:
        try:
            import_module(package)
        except ImportError as error:
            raise ImportError(
                f"format={format!r} needs {package}: pip install 'keras_gan[{format}]'."
            ) from error
    content = convert(_network(model), precision)
    inputs = _inputs(model, COMPARED)
    difference = np.abs(open_(content)(inputs) - model.decode(*inputs.values()))
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
        "images_compared": COMPARED,
        "largest_difference": float(difference.max()),
        "mean_difference": float(difference.mean()),
        "range": [-1, 1],
        "versions": {package: version(package) for package in ("tensorflow", *packages)},
    }
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    with replacing(path.with_name(f"{path.name}.json")) as temporary:
        temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return path


def _network(model):
    """Latents [and labels] to `images`, float32 in [-1, 1]."""
    specs = [tf.TensorSpec((None, model.latent_dim), tf.float32, "latents")]
    if model.num_classes is not None:
        specs.append(tf.TensorSpec((None,), tf.int32, "labels"))

    @tf.function(input_signature=specs)
    def network(latents, *labels):
        return {"images": tf.cast(model.call(inputs_of(latents, list(labels))), tf.float32)}

    return network


def _inputs(model, num):
    labels = {}
    if model.num_classes is not None:
        labels = {"labels": np.arange(num, dtype=np.int32) % model.num_classes}
    return {"latents": model.latents(num, seed=0), **labels}


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
            logging.disable(logging.WARNING)  # advice about a step that dynamic ranges do not need
            try:
                # ONNX Runtime's convolutions on the CPU take unsigned weights only.
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
    return lambda inputs: session.run(["images"], inputs)[0]


def _to_litert(network, precision):
    root = tf.Module()
    root.read = network.get_concrete_function().variables
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(root, folder, {"serving_default": network})
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=["serving_default"]
        )
        if precision != "float32":
            # Weights in int8, activations in float32, unless another type is asked for.
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if precision == "float16":
            converter.target_spec.supported_types = [tf.float16]
        return converter.convert()


def open_litert(content: bytes) -> Run:
    """A LiteRT file, ready to run on the CPU."""
    from ai_edge_litert.interpreter import Interpreter

    # The signature keeps the interpreter's memory alive only as long as somebody holds the interpreter.
    interpreter = Interpreter(model_content=content)
    run = interpreter.get_signature_runner("serving_default")
    return lambda inputs, _interpreter=interpreter: run(**inputs)["images"]


# How a format is converted and run, how its files end, and the packages it needs.
_FORMATS = {
    "onnx": (_to_onnx, open_onnx, ".onnx", ("onnx", "onnxruntime", "tf2onnx")),
    "litert": (_to_litert, open_litert, ".tflite", ("ai_edge_litert",)),
}
