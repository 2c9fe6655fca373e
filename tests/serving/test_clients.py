"""The client code of docs/serving/README.md gets Keras's images from a server, and errors that tell why."""

import base64
import io
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("tensorflow_serving", reason="needs tensorflow-serving-api")
from serving.stand_in import StandIn

MODEL, TRANSLATOR = "cgan_mnist", "tiny_cyclegan"
README = Path(__file__).parents[2] / "docs" / "serving" / "README.md"


@pytest.fixture(scope="module", params=["stand_in", "tensorflow_model_server"])
def server(request, exported, tmp_path_factory):
    """A server of the exported models: `rest_port` and `grpc_port` on the loopback interface."""
    if request.param == "stand_in":
        stand_in = StandIn({name: each.folder for name, each in exported.items()})
        yield stand_in
        stand_in.stop()
        return
    if not (binary := shutil.which("tensorflow_model_server")):
        pytest.skip("there is no tensorflow_model_server on PATH")
    ports = SimpleNamespace(rest_port=free_port(), grpc_port=free_port())
    models = exported[MODEL].folder.parent.parent
    command = [
        binary,
        f"--rest_api_port={ports.rest_port}",
        f"--port={ports.grpc_port}",
        f"--model_config_file={models / 'models.config'}",
    ]
    with open(tmp_path_factory.mktemp("server") / "log", "w+") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for(ports.rest_port, process, log)
            yield ports
        finally:
            process.terminate()
            process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process, log, seconds=60):
    for _ in range(seconds * 2):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models/{MODEL}") as answer:
                state = json.load(answer)["model_version_status"][0]["state"]
            if state == "AVAILABLE":
                return
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.5)
    log.seek(0)
    pytest.fail(f"The server did not start:\n{log.read()}")


def client(section, server):
    """The code of a section of the page, for the ports of this server."""
    text = README.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    code = code.replace("localhost:8501", f"127.0.0.1:{server.rest_port}")
    code = code.replace("localhost:8500", f"127.0.0.1:{server.grpc_port}")
    return code.replace("horse2zebra", TRANSLATOR)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, rng):
    """Where the clients run: a folder of their own, with a photograph."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(rng.integers(0, 256, (20, 30, 3), np.uint8)).save("photograph.jpg")


@pytest.mark.parametrize("section", ["By REST", "By gRPC"])
def test_documented_client_gets_the_images_of_keras(section, server, exported, tmp_path):
    names = {}
    exec(client(section, server), names)
    model = exported[MODEL].model
    sevens = model.generate(4, seed=1, labels=7)
    assert_close(names["sevens"], sevens)
    for index in range(4):
        png = np.asarray(Image.open(tmp_path / f"{index}.png"))
        assert_close(png[..., None], sevens[index])
    latents = np.random.default_rng(0).standard_normal((2, 100))
    expected = (model.decode(latents, [3, 8]) + 1.0) * 127.5
    assert_close(names["three_and_eight"], expected)
    if section == "By REST":
        assert_close(names["the_same"], expected)
    translated = exported[TRANSLATOR].model.translate("photograph.jpg", size="full")
    assert_close(np.asarray(Image.open("translated.png")), translated)


def assert_close(images, expected):
    assert images.dtype == np.uint8 and images.shape == expected.shape
    assert np.abs(images.astype(float) - expected).max() <= 1


def as_json(value):
    if value.dtype == object:
        return [{"b64": base64.b64encode(each).decode()} for each in value]
    return value.tolist()


def as_images(answer, expected):
    if isinstance(answer[0], dict):
        answer = [base64.b64decode(each["b64"]) for each in answer]
    if isinstance(answer[0], bytes):
        answer = [np.asarray(Image.open(io.BytesIO(png))) for png in answer]
    return np.array(answer, np.uint8).reshape(expected.shape)


@pytest.mark.parametrize("section", ["By REST", "By gRPC"])
def test_every_signature_of_every_model(section, server, exported):
    names = {}
    exec(client(section, server).split("\n\n\n#")[0].split("\n\n\nanswer")[0], names)
    for name, each in exported.items():
        for signature, inputs in each.requests.items():
            expected = each.expected[signature]
            if section == "By gRPC":
                answers = [names["predict"](name, signature, **inputs)]
            else:
                columns = {key: as_json(value) for key, value in inputs.items()}
                answers = [names["predict"](name, signature, inputs=columns)["outputs"]]
                if "num" not in inputs:  # which is for all rows, not one for each
                    rows = zip(*columns.values(), strict=True)
                    rows = [dict(zip(columns, row, strict=True)) for row in rows]
                    answers.append(names["predict"](name, signature, instances=rows)["predictions"])
            for answer in answers:
                assert_close(as_images(answer, expected), expected)


def test_bad_requests_are_answered_with_the_reason(server):
    grpc = pytest.importorskip("grpc")
    by_rest, by_grpc = {}, {}
    exec(client("By REST", server), by_rest)
    exec(client("By gRPC", server), by_grpc)
    with pytest.raises(urllib.error.HTTPError) as refused:
        by_rest["predict"]("cgan_mnist", "sample", inputs={"num": 0, "seed": 1, "label": 7})
    assert refused.value.code == 400
    assert "num must be at least 1" in json.load(refused.value)["error"]
    with pytest.raises(grpc.RpcError) as refused:
        by_grpc["predict"]("cgan_mnist", "sample", num=1, seed=np.int64(1), label=10)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "class ids from 0 to 9" in refused.value.details()
    with pytest.raises(urllib.error.HTTPError) as refused:
        inputs = {"image_bytes": [{"b64": base64.b64encode(b"no picture").decode()}]}
        by_rest["predict"](TRANSLATOR, "translate_image_bytes", inputs=inputs)
    assert refused.value.code == 400
    assert "must be JPEG or PNG" in json.load(refused.value)["error"]
    with pytest.raises(grpc.RpcError) as refused:
        by_grpc["predict"](TRANSLATOR, "translate_image_bytes", image_bytes=[b"no picture"])
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    by_rest["predict"]("cgan_mnist", "sample", inputs={"num": 1, "seed": 1, "label": 7})
