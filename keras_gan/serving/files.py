"""The network of a model as a file of ONNX Runtime or LiteRT, run by it and compared before it is written."""

import io
import json
import logging
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tensorflow.lite.python.convert_phase import ConverterError

from keras_gan.files import replacing
from keras_gan.serving.judging import Inputs, Run, judged
from keras_gan.tasks import tiling
from keras_gan.tasks.generation import Generation, inputs_of
from keras_gan.tasks.translation import Translation

TOLERANCE = 1e-4
"""How far a float32 file may be from Keras, on images in [-1, 1]."""
COMPARED = 64
"""Images that are compared; of a translator, whose images are larger, 4."""


@dataclass
class Network:
    """What becomes a file.

    Attributes:
        graph: from the inputs to a dictionary of one output.
        keras: what the graph must say, by Keras.
        examples: inputs that both are asked for.
        takes: what the report tells of the inputs.
    """

    graph: tf.types.experimental.PolymorphicFunction
    keras: Run
    examples: list[Inputs]
    takes: dict[str, str]


def save(
    model: Generation | Translation,
    directory: Path,
    name: str,
    format: str,
    precision: str,
    direction: str | None,
    dataset: str | None,
    progress: Callable[[str], None],
) -> Path:
    """Writes the file, and beside it a report of what it was compared with; see `serving.export`."""
    convert, open_, suffix, packages = _FORMATS[format]
    if isinstance(model, Translation):
        direction = model.check_direction(direction)
        network = of_translator(model, direction, of_one_size=format == "litert")
        name += f"-{direction}" * (len(model.generators) > 1)
    elif isinstance(model, Generation):
        network = of_sampler(model)
    else:
        raise ValueError(
            f"model is a {type(model).__name__}, which makes no images to run; format='keras' writes it."
        )
    for package in packages:
        try:
            import_module(package)
        except ImportError as error:
            raise ImportError(
                f"format={format!r} needs {package}: pip install 'keras_gan[{format}]'."
            ) from error
    progress(f"Converting {name}")
    content = convert(network.graph, precision)
    run = open_(content)
    differences = [np.abs(run(each) - network.keras(each)).ravel() for each in network.examples]
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
        "images_compared": sum(len(next(iter(each.values()))) for each in network.examples),
        "largest_difference": float(difference.max()),
        "mean_difference": float(difference.mean()),
        "range": [-1, 1],
        "versions": {package: version(package) for package in ("tensorflow", *packages)},
    }
    if precision != "float32":
        report["judged"] = judged(model, direction, network.keras, run, dataset, progress)
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    with replacing(path.with_name(f"{path.name}.json")) as temporary:
        temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return path


def of_sampler(model: Generation) -> Network:
    """Latents [and labels] to `images`, float32 in [-1, 1]."""
    generator = model.sampling_generator
    if any(map(_is_nearest, generator.layers)):
        generator = tiling.copy(generator, lambda x: _Nearest(x) if _is_nearest(x) else None)
    specs = [tf.TensorSpec((None, model.latent_dim), tf.float32, "latents")]
    examples = {"latents": model.latents(COMPARED, seed=0)}
    takes = {"latents": f"float32 (n, {model.latent_dim})"}
    if model.num_classes is not None:
        specs.append(tf.TensorSpec((None,), tf.int32, "labels"))
        examples["labels"] = np.arange(COMPARED, dtype=np.int32) % model.num_classes
        takes["labels"] = f"int32 (n,), 0 to {model.num_classes - 1}"

    @tf.function(input_signature=specs)
    def graph(latents, *labels):
        images = generator(inputs_of(latents, list(labels)), training=False)
        return {"images": tf.cast(images, tf.float32)}

    return Network(graph, lambda inputs: model.decode(*inputs.values()), [examples], takes)


def _is_nearest(layer):
    return isinstance(layer, keras.layers.UpSampling2D) and layer.interpolation == "nearest"


class _Nearest(keras.layers.Layer):
    """What `UpSampling2D` does, as one operation; of the several that Keras has, LiteRT loses the shape."""

    def __init__(self, layer):
        super().__init__(name=layer.name, dtype=layer.dtype_policy)
        self._size = layer.size

    def call(self, inputs):
        sides = [side * times for side, times in zip(inputs.shape[1:3], self._size, strict=True)]
        return tf.image.resize(inputs, sides, "nearest")


def of_translator(model: Translation, direction: str, of_one_size: bool) -> Network:
    """`images` to `translations`, both float32 in [-1, 1], of `image_shape` or of any sides that it takes."""
    generator = model.generators[direction]
    height, width, channels = model.image_shape
    rows, columns = tiling.step_of(generator)
    sizes = [(4, height, width)]
    if of_one_size or generator.input_shape[1] is not None:
        sides, told = (height, width), f"(n, {height}, {width}, {channels})"
    else:
        sides, told = (None, None), f"(n, {rows} h, {columns} w, {channels})"
        sizes.append((1, height + rows, width + 2 * columns))

    # ONNX wants another name for the output than for the input.
    @tf.function(input_signature=[tf.TensorSpec((None, *sides, channels), tf.float32, "images")])
    def graph(images):
        return {"translations": tf.cast(generator(images, training=False), tf.float32)}

    rng = np.random.default_rng(0)
    examples = [
        {"images": rng.uniform(-1.0, 1.0, (*size, channels)).astype(np.float32)} for size in sizes
    ]
    takes = {"images": f"float32 {told}"}
    return Network(
        graph, lambda inputs: generator.predict_on_batch(inputs["images"]), examples, takes
    )


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
                f"{f' on {lacking[1]}' if lacking else ''}. Other formats may do."
            ) from error


def open_litert(content: bytes) -> Run:
    """A LiteRT file, ready to run on the CPU."""
    from ai_edge_litert.interpreter import Interpreter

    # The signature keeps the interpreter's memory alive only as long as somebody holds the interpreter.
    interpreter = Interpreter(model_content=content)
    run = interpreter.get_signature_runner("serving_default")
    return lambda inputs, _interpreter=interpreter: next(iter(run(**inputs).values()))


# How a format is converted and run, how its files end, and the packages it needs.
_FORMATS = {
    "onnx": (_to_onnx, open_onnx, ".onnx", ("onnx", "onnxruntime", "tf2onnx")),
    "litert": (_to_litert, open_litert, ".tflite", ("ai_edge_litert",)),
}
