"""A SavedModel says what Keras says, without Keras, through each of the doors that servers use."""

import io
import pickle
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

tf = pytest.importorskip("tensorflow")


def assert_same_images(outputs, expected):
    (value,) = outputs.values()
    if isinstance(value[0], bytes):
        shape = expected.shape[1:]
        value = np.stack([np.asarray(Image.open(io.BytesIO(v))).reshape(shape) for v in value])
    assert value.dtype == np.uint8 and value.shape == expected.shape
    assert np.abs(value.astype(int) - expected).max() <= 1
    assert np.mean(value != expected) < 1e-3


def test_without_keras_every_signature_says_what_keras_says(exported, tmp_path):
    content = {str(e.folder): e.requests for e in exported.values()}
    (tmp_path / "requests").write_bytes(pickle.dumps(content))
    code = """
import pickle, sys
sys.modules["keras"] = sys.modules["keras_gan"] = None  # importing them raises
import numpy as np
import tensorflow as tf

requests = pickle.load(open("requests", "rb"))
answers = {}
for folder, by_signature in requests.items():
    loaded = tf.saved_model.load(folder)
    assert set(loaded.signatures) == set(by_signature)
    for name, inputs in by_signature.items():
        outputs = loaded.signatures[name](**{key: tf.constant(v) for key, v in inputs.items()})
        answers[folder, name] = {
            key: list(v.numpy()) if v.dtype == tf.string else v.numpy() for key, v in outputs.items()
        }
pickle.dump(answers, open("answers", "wb"))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answers = pickle.loads((tmp_path / "answers").read_bytes())
    for each in exported.values():
        for signature, expected in each.expected.items():
            assert_same_images(answers[str(each.folder), signature], expected)


def test_the_c_api_says_what_keras_says(exported, sessions):
    for name, each in exported.items():
        for signature, inputs in each.requests.items():
            assert_same_images(sessions[name].run(signature, inputs), each.expected[signature])


def latents(rows, width=100):
    return {"latents": np.zeros((rows, width), np.float32)}


def integers(**values):
    kinds = {"seed": np.int64}
    return {key: np.array(v, kinds.get(key, np.int32)) for key, v in values.items()}


def truncated(truncation, **others):
    return integers(num=2, seed=3, **others) | {"truncation": np.float32([truncation])[0]}


@pytest.mark.parametrize("name", ["tiny_stylegan2", "tiny_biggan"])
def test_each_truncation_has_images_of_its_own(sessions, exported, name):
    """The first of them are those of no truncation."""
    model = exported[name].model
    label = {} if model.num_classes is None else {"label": 1}
    options = {} if model.num_classes is None else {"labels": 1}
    none, *others = {"tiny_stylegan2": (1.0, 0.5, 0.0), "tiny_biggan": (10.0, 2.0, 0.04)}[name]
    whole = sessions[name].run("sample", truncated(none, **label))
    assert_same_images(whole, model.generate(2, 3, **options))
    for each in others:
        made = sessions[name].run("sample", truncated(each, **label))
        assert_same_images(made, model.generate(2, 3, truncation=each, **options))
        assert (made["images"] != whole["images"]).any()


@pytest.mark.parametrize(
    ("name", "signature", "inputs", "message"),
    [
        ("tiny_dcgan", "serving_default", latents(2, 99), r"\[2,99\] is not compatible"),
        ("tiny_dcgan", "serving_default", {"latents": np.zeros(100, np.float32)}, "not compatible"),
        ("tiny_dcgan", "serving_default", latents(257), "latents must be at most 256"),
        ("tiny_dcgan", "sample", integers(num=0, seed=0), "num must be at least 1"),
        ("tiny_dcgan", "sample", integers(num=-3, seed=0), "num must be at least 1"),
        ("tiny_dcgan", "sample", integers(num=257, seed=0), "num must be at most 256"),
        ("tiny_dcgan", "sample_png", integers(num=1, seed=-1), "seed must not be negative"),
        (
            "tiny_cgan",
            "serving_default",
            latents(1) | integers(labels=[3]),
            "class ids from 0 to 2",
        ),
        (
            "tiny_cgan",
            "serving_default",
            latents(2) | integers(labels=[-1, 0]),
            "class ids from 0 to 2",
        ),
        ("tiny_cgan", "serving_default", latents(3) | integers(labels=[0]), "as many labels"),
        ("tiny_cgan", "sample", integers(num=1, seed=0, label=3), "class ids from 0 to 2"),
        ("tiny_stylegan2", "sample", truncated(-0.1), r"truncation must lie in \[0, 1\]"),
        ("tiny_stylegan2", "sample_png", truncated(1.1), r"truncation must lie in \[0, 1\]"),
        ("tiny_stylegan2", "sample", truncated(np.nan), r"truncation must lie in \[0, 1\]"),
        ("tiny_biggan", "sample", truncated(0.0, label=0), "truncation must be positive"),
        ("tiny_biggan", "sample", truncated(np.nan, label=0), "truncation must be positive"),
    ],
)
def test_the_graph_refuses_bad_input_and_goes_on(
    sessions, exported, name, signature, inputs, message
):
    invalid_argument = 3
    with pytest.raises(ValueError, match=f"(?s)^{invalid_argument}: .*{message}"):
        sessions[name].run(signature, inputs)
    each = exported[name]
    outputs = sessions[name].run(signature, each.requests[signature])
    assert_same_images(outputs, each.expected[signature])


def test_the_graph_draws_as_many_numbers_as_it_may(sessions, exported):
    drawn = sessions["tiny_cgan"].run("sample", integers(num=256, seed=2**63 - 1, label=0))
    assert_same_images(drawn, exported["tiny_cgan"].model.generate(256, 2**63 - 1, 0))


@pytest.mark.parametrize(
    ("name", "tensors"),
    [
        (
            "tiny_cgan",
            [
                ("latents", "DT_FLOAT", "(-1, 100)"),
                ("labels", "DT_INT32", "(-1)"),
                ("num", "DT_INT32", "()"),
                ("seed", "DT_INT64", "()"),
                ("label", "DT_INT32", "()"),
                ("images", "DT_UINT8", "(-1, 8, 8, 1)"),
                ("image_bytes", "DT_STRING", "(-1)"),
            ],
        ),
        (
            "tiny_stylegan2",
            [
                ("latents", "DT_FLOAT", "(-1, 8)"),
                ("num", "DT_INT32", "()"),
                ("seed", "DT_INT64", "()"),
                ("truncation", "DT_FLOAT", "()"),
                ("images", "DT_UINT8", "(-1, 32, 32, 3)"),
                ("image_bytes", "DT_STRING", "(-1)"),
            ],
        ),
        (
            "tiny_cyclegan",
            [
                ("images", "DT_UINT8", "(-1, -1, -1, 3)"),
                ("image_bytes", "DT_STRING", "(-1)"),
            ],
        ),
    ],
)
@pytest.mark.slow
def test_saved_model_cli_shows_the_signatures(exported, name, tensors):
    command = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli", "show", "--all"]
    done = subprocess.run(
        [*command, "--dir", exported[name].folder], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for signature in exported[name].requests:
        assert f"signature_def['{signature}']" in done.stdout
    for name, dtype, shape in tensors:
        text = f"['{name}'] tensor_info:\n        dtype: {dtype}\n        shape: {shape}\n"
        assert text in done.stdout, name


def test_only_the_networks_that_make_images_are_in_the_file(exported):
    for each in exported.values():
        model = each.model
        if hasattr(model, "generators"):
            networks = list(model.generators.values())
        else:
            networks = [model.generator if model.ema is None else model.ema_generator]
        weights = [list(weight.shape) for network in networks for weight in network.weights]
        reader = tf.train.load_checkpoint(str(each.folder / "variables" / "variables"))
        shapes = reader.get_variable_to_shape_map()
        shapes.pop("_CHECKPOINTABLE_OBJECT_GRAPH")
        saved = shapes.values()
        assert sorted(saved) == sorted(weights)


def test_warmup_requests_parse_and_run(exported, sessions):
    prediction_log_pb2 = pytest.importorskip("tensorflow_serving.apis.prediction_log_pb2")
    for name, each in exported.items():
        path = each.folder / "assets.extra" / "tf_serving_warmup_requests"
        rows = []
        for record in tf.data.TFRecordDataset(str(path)):
            log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
            assert log.WhichOneof("log_type") == "predict_log"
            request = log.predict_log.request
            assert request.model_spec.name == name
            inputs = {key: tf.make_ndarray(value) for key, value in request.inputs.items()}
            (images,) = sessions[name].run(request.model_spec.signature_name, inputs).values()
            rows.append(len(images))
        translates = hasattr(each.model, "translate")
        assert rows == ([1] * len(each.requests) if translates else [1, 32])


def test_server_configuration_is_what_the_server_reads(exported):
    text_format = pytest.importorskip("google.protobuf.text_format")
    model_server_config_pb2 = pytest.importorskip(
        "tensorflow_serving.config.model_server_config_pb2"
    )
    folders = {name: str(each.folder.parent) for name, each in exported.items()}
    directory = exported["tiny_cgan"].folder.parent.parent
    config = model_server_config_pb2.ModelServerConfig()
    text_format.Parse((directory / "models.config").read_text(), config)
    found = {model.name: model.base_path for model in config.model_config_list.config}
    assert found == folders
    # The message of batching.config is not in tensorflow-serving-api: SessionBundleConfig's
    # BatchingParameters, each value wrapped.
    assert "max_batch_size { value: 32 }" in (directory / "batching.config").read_text()


def test_names_of_folders_are_escaped_in_the_configuration(tmp_path):
    text_format = pytest.importorskip("google.protobuf.text_format")
    descriptor_pb2 = pytest.importorskip("google.protobuf.descriptor_pb2")
    saved_model = pytest.importorskip("keras_gan.serving.tensorflow.saved_model")
    folder = tmp_path / 'a "b\\c\n é' / "model"
    (folder / "1").mkdir(parents=True)
    (folder / "1" / "saved_model.pb").touch()
    text = saved_model._models(folder.parent)
    (line,) = (line for line in text.splitlines() if "base_path" in line)
    message = descriptor_pb2.FileDescriptorProto()  # any message with a string
    text_format.Parse(line.replace("base_path", "package"), message)
    assert message.package == str(folder)
