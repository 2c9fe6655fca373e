"""The 2015 Inception: its structure, its preprocessing, its file of weights. Real weights are not here.

That it computes what torch-fidelity's does, on equal weights, is checked by tools/compare_metrics.py.
"""

import hashlib
import io
import pickle
import sys
import zipfile
from collections import OrderedDict

import numpy as np
import pytest
from PIL import Image

from keras_gan.evaluation import inception
from keras_gan.evaluation.inception import (
    assign,
    network,
    preprocess,
    read_torch,
    torch_names,
)

MODULE = sys.modules["keras_gan.evaluation.inception"]  # its function has the same name


@pytest.fixture(scope="module")
def model():
    return network(75)


@pytest.fixture(scope="module")
def weights(model):
    """Small random weights of all variances above 0, by PyTorch's names and axes."""
    rng = np.random.default_rng(0)
    found = {}
    for name, variable in torch_names(model):
        value = rng.normal(size=variable.shape).astype(np.float32) * 0.05
        if value.ndim == 4:
            value = value.transpose(3, 2, 0, 1)
        elif not name.endswith(("bias", "mean")):
            value = 1 + value
        found[name] = np.ascontiguousarray(value)
    found["fc.weight"] = np.zeros((1008, 2048), np.float32)
    return found


class _Reference:
    """A pickled reference to something of PyTorch's, by name."""

    def __init__(self, module, name, arguments):
        self.reduced = (_Global(module, name), arguments)

    def __reduce__(self):
        return self.reduced


class _Global:
    def __init__(self, module, name):
        self.__module__, self.__qualname__ = module, name

    def __call__(self):
        raise AssertionError


class _Storage:
    def __init__(self, key, length):
        self.key, self.length = key, length


class _Pickler(pickle._Pickler):
    def save(self, item, *arguments, **keywords):
        if isinstance(item, _Global):  # what PyTorch's classes look like in a pickle
            self.write(f"c{item.__module__}\n{item.__qualname__}\n".encode())
            return None
        return super().save(item, *arguments, **keywords)

    def persistent_id(self, item):
        if isinstance(item, _Storage):
            kind = _Global("torch", "FloatStorage")
            extra = (None,) if self.legacy else ()
            return ("storage", kind, item.key, "cpu", item.length, *extra)
        return None


def pickled(item, legacy):
    file = io.BytesIO()
    pickler = _Pickler(file, 2)
    pickler.legacy = legacy
    pickler.dump(item)
    return file.getvalue()


def write_torch(path, arrays, legacy=False):
    """A file as `torch.save` writes it."""
    state = OrderedDict()
    for key, (name, array) in enumerate(arrays.items()):
        strides = tuple(step // array.itemsize for step in array.strides)
        arguments = (_Storage(str(key), array.size), 0, array.shape, strides, False, OrderedDict())
        state[name] = _Reference("torch._utils", "_rebuild_tensor_v2", arguments)
    if legacy:
        header = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}]
        with path.open("wb") as file:
            for item in (*header, state, [str(key) for key in range(len(arrays))]):
                file.write(pickled(item, legacy))
            for array in arrays.values():
                file.write(array.size.to_bytes(8, "little") + array.tobytes())
        return
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled(state, legacy))
        for key, array in enumerate(arrays.values()):
            archive.writestr(f"archive/data/{key}", array.tobytes())


def test_has_the_parameters_of_inception(model):
    """torchvision's Inception without auxiliary head has 23,834,568 with 1000 outputs, which are not here."""
    trainable = sum(int(np.prod(variable.shape)) for variable in model.trainable_weights)
    assert trainable == 23_834_568 - 1000 * 2049
    assert model.output_shape == (None, 2048)


@pytest.mark.parametrize("legacy", [False, True])
def test_files_of_both_formats(tmp_path, rng, legacy):
    arrays = {"a.weight": rng.normal(size=(3, 2, 5)).astype("f"), "b": np.arange(4, dtype="f")}
    write_torch(tmp_path / "weights.pth", arrays, legacy)
    found = read_torch(tmp_path / "weights.pth")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("legacy", [False, True])
def test_files_cannot_run_code(tmp_path, legacy):
    path = tmp_path / "weights.pth"
    evil = pickled(_Reference("os", "system", ("true",)), legacy)
    if legacy:
        path.write_bytes(evil)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("archive/data.pkl", evil)
    with pytest.raises(
        ValueError, match=r"weights\.pth is not a file of PyTorch weights: it asks for os\.system"
    ):
        read_torch(path)


@pytest.mark.parametrize("content", [b"", b"text", b"\x80\x02K\x01."])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "weights.pth").write_bytes(content)
    with pytest.raises(ValueError, match="is not a file of PyTorch weights"):
        read_torch(tmp_path / "weights.pth")


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [(0, (200,), (1,)), (0, (50,), (-1,)), (-1, (1,), (1,)), (0, (2, 2), (-100_000, 100_001))],
)
def test_tensors_stay_within_their_storage(tmp_path, offset, shape, strides):
    arguments = (_Storage("0", 100), offset, shape, strides, False, OrderedDict())
    state = {"a": _Reference("torch._utils", "_rebuild_tensor_v2", arguments)}
    with zipfile.ZipFile(tmp_path / "weights.pth", "w") as archive:
        archive.writestr("archive/data.pkl", pickled(state, False))
        archive.writestr("archive/data/0", bytes(400))
    with pytest.raises(
        ValueError, match=r"is not a file of PyTorch weights: a tensor .* its storage"
    ):
        read_torch(tmp_path / "weights.pth")


@pytest.mark.parametrize("legacy", [False, True])
def test_cut_files_are_refused(tmp_path, weights, legacy):
    path = tmp_path / "weights.pth"
    write_torch(path, {"a": np.zeros(100, np.float32)}, legacy)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ValueError, match="is not a file of PyTorch weights"):
        read_torch(path)


def test_features_of_a_local_file(tmp_path, weights, rng):
    path = tmp_path / "weights.pth"
    write_torch(path, weights)
    features = inception(path, batch_size=2)
    assert features.name == f"inception_2015:{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
    for name, variable in torch_names(features.network):
        value = np.asarray(variable.value)
        value = value.transpose(3, 2, 0, 1) if value.ndim == 4 else value
        np.testing.assert_array_equal(value, weights[name], err_msg=name)
    images = rng.integers(0, 256, (3, 28, 28, 1), dtype=np.uint8)
    found = features(images)
    assert found.shape == (3, 2048)
    np.testing.assert_allclose(features(images[2:]), found[2:], rtol=1e-3, atol=1e-5)


def test_weights_of_another_network(model, weights):
    before = [np.asarray(variable.value) for variable in model.weights]
    missing = {
        name: value for name, value in weights.items() if name != "Mixed_7c.branch_pool.bn.bias"
    }
    with pytest.raises(
        ValueError, match=r"for Mixed_7c\.branch_pool\.bn\.bias of shape \(192,\), there is none"
    ):
        assign(model, missing)
    wrong = weights | {"Conv2d_1a_3x3.conv.weight": np.zeros((32, 1, 3, 3), np.float32)}
    with pytest.raises(
        ValueError, match=r"Conv2d_1a_3x3\.conv\.weight .* its shape is \(3, 3, 1, 32\)"
    ):
        assign(model, wrong)
    for variable, value in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(np.asarray(variable.value), value)


def test_preprocessing_of_one_colour():
    levels = np.array([0, 128, 255], np.uint8)
    images = np.ones((3, 40, 30, 3), np.uint8) * levels[:, None, None, None]
    found = preprocess(images, 20)
    assert found.shape == (3, 20, 20, 3)
    assert found.dtype == np.float32
    for image, value in zip(found, [-1, 0, 127 / 128], strict=True):
        np.testing.assert_allclose(image, value, atol=1e-6)


def test_preprocessing_is_antialiased():
    """A chessboard of single pixels, made 4 times smaller, is its mean; a choice of pixels is 0 or 255."""
    board = (np.indices((80, 80)).sum(axis=0) % 2 * 255).astype(np.uint8)
    found = preprocess(board[None, :, :, None], 20)
    np.testing.assert_allclose(found[:, 2:-2, 2:-2], (127.5 - 128) / 128, atol=0.01)


def test_preprocessing_is_pillows_bicubic_without_rounding(rng):
    # Levels that bicubic weights do not carry out of the range, where 8 bits are cut between the two axes.
    images = rng.integers(100, 156, (2, 33, 47, 3), dtype=np.uint8)
    found = preprocess(images, 61) * 128 + 128
    for image, result in zip(images, found, strict=True):
        rounded = np.asarray(Image.fromarray(image).resize((61, 61), Image.Resampling.BICUBIC))
        assert np.abs(result - rounded).max() < 1.2  # rounded once between the axes, and at the end
        assert np.abs(result - np.rint(result)).max() > 0.4


def test_preprocessing_of_floats_and_of_one_channel(rng):
    images = rng.integers(0, 256, (2, 16, 16, 1), dtype=np.uint8)
    expected = preprocess(images, 30)
    np.testing.assert_allclose(preprocess(images / np.float32(127.5) - 1, 30), expected, atol=1e-5)
    np.testing.assert_array_equal(expected, preprocess(images.repeat(3, axis=3), 30))
    with pytest.raises(ValueError, match="1 or 3 channels"):
        preprocess(images.repeat(2, axis=3), 30)


def test_without_network(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_GAN_HOME", str(tmp_path))
    monkeypatch.setattr(MODULE, "URL", "https://127.0.0.1:9/inception.pth")
    with pytest.raises(OSError, match=r"cannot be fetched .* put at .*inception\.pth by hand"):
        inception()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_fetched_once(tmp_path, weights, monkeypatch, https_site):
    url, site, requests = https_site
    write_torch(site / "published.pth", weights)
    checksum = hashlib.sha256((site / "published.pth").read_bytes()).hexdigest()
    monkeypatch.setenv("KERAS_GAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(MODULE, "URL", f"{url}/published.pth")
    monkeypatch.setattr(MODULE, "SHA256", checksum)
    assert inception().name == "inception_2015"
    assert inception().name == "inception_2015"
    assert requests == ["/published.pth"]


def test_missing_local_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        inception(tmp_path / "none.pth")
