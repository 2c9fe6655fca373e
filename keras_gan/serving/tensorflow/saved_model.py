"""SavedModels in the layout of TensorFlow Serving, with its configuration and warm-up requests."""

from pathlib import Path

import tensorflow as tf

from keras_gan.files import creating, replacing
from keras_gan.serving.tensorflow.generation import ServedGeneration
from keras_gan.serving.tensorflow.graphs import Served
from keras_gan.serving.tensorflow.translation import ServedDomainTranslation, ServedTranslation
from keras_gan.tasks.domain_translation import DomainTranslation
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.stylization import Stylization
from keras_gan.tasks.task import Task
from keras_gan.tasks.translation import Translation

MAX_BATCH = 32

BATCHING = f"""\
# For `tensorflow_model_server --enable_batching --batching_parameters_file=batching.config`.
# A server that batches refuses `sample` and `sample_png`, whose inputs are scalars.
max_batch_size {{ value: {MAX_BATCH} }}
batch_timeout_micros {{ value: 2000 }}
max_enqueued_batches {{ value: 100 }}
num_batch_threads {{ value: 4 }}
"""


# Tasks of images, for which TensorFlow graphs also read and write image files.
_OF_IMAGES = {
    Generation: ServedGeneration,
    Translation: ServedTranslation,
    DomainTranslation: ServedDomainTranslation,
    Stylization: ServedTranslation,
}


def served(model: Task) -> Served:
    """The functions that the SavedModel of a model offers."""
    kind = next((_OF_IMAGES[task] for task in _OF_IMAGES if isinstance(model, task)), None)
    if kind and len(model.example_shape) == 3 and model.example_shape[-1] in (1, 3):
        return kind(model)
    return Served(model)


def save(model: Task, directory: Path, name: str, version: int | None) -> Path:
    """Writes `directory`/`name`/`version`, and the server's configuration beside; see `serving.export`."""
    offered = served(model)
    # Only what the graphs read is saved: no other network, no optimizer, no random state.
    root = tf.Module()
    root.read = [graph.get_concrete_function().variables for graph in offered.signatures.values()]
    root.tables = offered.tables
    if version is None:
        version = max(_versions(directory / name), default=0) + 1
    folder = directory / name / str(version)
    with creating(folder) as temporary:
        try:
            tf.saved_model.save(root, str(temporary), offered.signatures)
            _write_warmup(temporary, name, offered.requests(MAX_BATCH))
        except tf.errors.OpError as error:
            raise OSError(f"{folder} cannot be written: {error.message}") from error
    for file, content in (("batching.config", BATCHING), ("models.config", _models(directory))):
        with replacing(directory / file) as temporary:
            temporary.write_text(content, encoding="utf-8")
    return folder


def _versions(folder):
    """Numbers of the versions in the folder of a model."""
    return [int(path.parent.name) for path in folder.glob("[0-9]*/saved_model.pb")]


def _models(directory):
    """The content of models.config: all models in `directory`, by absolute path, as the server requires."""
    models = sorted(path for path in directory.resolve().iterdir() if _versions(path))
    configs = "".join(
        f"  config {{\n    name: {_quoted(path.name)}\n    base_path: {_quoted(str(path))}\n"
        '    model_platform: "tensorflow"\n  }\n'
        for path in models
    )
    return (
        "# For `tensorflow_model_server --model_config_file=models.config`. Rewritten by each export.\n"
        f"model_config_list {{\n{configs}}}\n"
    )


def _quoted(text):
    """A string in the text format of protocol buffers."""
    plain = (chr(byte) for byte in range(32, 127) if chr(byte) not in '"\\')
    kept = {ord(sign): sign for sign in plain}
    return '"' + "".join(kept.get(byte, f"\\{byte:03o}") for byte in text.encode()) + '"'


def _write_warmup(folder, name, requests):
    """Writes the requests that the server runs before the model counts as ready, as PredictionLog records."""
    extra = folder / "assets.extra"
    extra.mkdir()
    with tf.io.TFRecordWriter(str(extra / "tf_serving_warmup_requests")) as file:
        for signature, inputs in requests:
            file.write(_prediction_log(name, signature, inputs))


def _prediction_log(name, signature, inputs):
    # The field numbers of PredictionLog, PredictLog, PredictRequest and ModelSpec are those of
    # tensorflow/serving's apis/*.proto. Written out here, they need no package beside TensorFlow.
    spec = _field(1, name.encode()) + _field(3, signature.encode())
    entries = [
        _field(1, key.encode()) + _field(2, tf.make_tensor_proto(value).SerializeToString())
        for key, value in inputs.items()
    ]
    request = _field(1, spec) + b"".join(_field(2, entry) for entry in entries)
    return _field(6, _field(1, request))


def _field(number, content):
    """A field of bytes in the wire format of protocol buffers."""
    length, size = len(content), b""
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + content
