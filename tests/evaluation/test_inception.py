"""The 2015 Inception: its structure, its preprocessing, its file of weights. Real weights are not here."""

import hashlib
import sys
import types

import h5py
import keras
import numpy as np
import pytest
from evaluation import conversion
from PIL import Image

from keras_gan.evaluation import inception
from keras_gan.evaluation.inception import network, preprocess

MODULE = sys.modules["keras_gan.evaluation.inception"]  # its function has the same name


@pytest.fixture(scope="module")
def model():
    return network(75)


@pytest.fixture(scope="module", params=["stand-in", "torch"])
def converter(request):
    """tools/convert_inception.py, and `save(path, arrays)` for the files that it reads.

    PyTorch, where it is not installed, is stood in for by NumPy's files.
    """
    if request.param == "torch":
        torch = pytest.importorskip("torch")

        def save(path, arrays):
            tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
            torch.save(tensors | {"bn.num_batches_tracked": torch.tensor(0)}, path)
            return path
    else:

        def load(path, map_location, weights_only):
            assert map_location == "cpu" and weights_only
            with np.load(path, allow_pickle=False) as arrays:
                return {name: Tensor(array) for name, array in arrays.items()}

        def save(path, arrays):
            with path.open("wb") as file:
                np.savez(file, **arrays)
            return path

        torch = types.SimpleNamespace(load=load)
    module = conversion.converter(torch)
    module.save = save
    return module


class Tensor:
    """Stands in for a tensor of PyTorch."""

    def __init__(self, array):
        self._array = array

    def numpy(self):
        return self._array


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def weights(model, converter):
    """Small random weights of all variances above 0, by PyTorch's names and axes."""
    rng = np.random.default_rng(0)
    found = {}
    for name, variable in converter.torch_names(model):
        value = rng.normal(size=variable.shape).astype(np.float32) * 0.05
        if value.ndim == 4:
            value = value.transpose(3, 2, 0, 1)
        elif not name.endswith(("bias", "mean")):
            value = 1 + value
        found[name] = np.ascontiguousarray(value)
    found["fc.weight"] = np.zeros((1008, 2048), np.float32)
    return found


def test_has_the_parameters_of_inception(model):
    """torchvision's Inception without auxiliary head has 23,834,568 with 1000 outputs, which are not here."""
    trainable = sum(int(np.prod(variable.shape)) for variable in model.trainable_weights)
    assert trainable == 23_834_568 - 1000 * 2049
    assert model.output_shape == (None, 2048)


@pytest.mark.slow
@pytest.mark.both
def test_a_converted_file_gives_the_features_of_its_weights(
    converter, tmp_path, weights, rng, capsys
):
    path = tmp_path / "a.weights.h5"
    source = converter.save(tmp_path / "a.pth", weights)
    converter.main([str(source), "--out", str(path)])
    checksum = sha256(source)
    printed = capsys.readouterr().out
    assert f"a.pth is not the published file: its SHA-256 is {checksum}" in printed
    assert printed.endswith(f"{path}  SHA-256 {sha256(path)}\n")
    features = inception(path, batch_size=2)
    assert features.name == f"inception_2015:{checksum[:8]}"
    for name, variable in converter.torch_names(features.network):
        value = np.asarray(variable.value)
        assert value.dtype == np.float32
        value = value.transpose(3, 2, 0, 1) if value.ndim == 4 else value
        np.testing.assert_array_equal(value, weights[name], err_msg=name)
    images = rng.integers(0, 256, (3, 28, 28, 1), dtype=np.uint8)
    found = features(images)
    assert found.shape == (3, 2048)
    np.testing.assert_allclose(features(images[2:]), found[2:], rtol=1e-3, atol=1e-5)


@pytest.mark.slow
def test_the_published_file_is_fetched_and_converted_where_inception_reads_it(
    converter, tmp_path, weights, monkeypatch, https_site
):
    url, site, requests = https_site
    checksum = sha256(converter.save(site / "published.pth", weights))
    monkeypatch.setenv("KERAS_GAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(converter, "URL", f"{url}/published.pth")
    monkeypatch.setattr(converter, "SHA256", checksum)
    monkeypatch.setattr(MODULE, "SHA256", checksum)
    out = str(MODULE.cached_path())
    for _ in range(2):
        converter.main(["--out", out])
    assert inception().name == "inception_2015"
    assert requests == ["/published.pth"]


def test_a_damaged_download_is_not_converted(converter, tmp_path, monkeypatch, https_site):
    url, site, _ = https_site
    (site / "published.pth").write_bytes(b"captive portal")
    monkeypatch.setenv("KERAS_GAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(converter, "URL", f"{url}/published.pth")
    with pytest.raises(ValueError, match=f"{sha256(site / 'published.pth')}, not {MODULE.SHA256}"):
        converter.main([])
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]


def test_weights_of_another_network_are_not_converted(converter, model, weights, tmp_path):
    path = tmp_path / "a.weights.h5"
    missing = {
        name: value for name, value in weights.items() if name != "Mixed_7c.branch_pool.bn.bias"
    }
    wrong = weights | {"Conv2d_1a_3x3.conv.weight": np.zeros((32, 1, 3, 3), np.float32)}
    for content, message in (
        (missing, r"Mixed_7c\.branch_pool\.bn\.bias of shape \(192,\) is missing"),
        (wrong, r"Conv2d_1a_3x3\.conv\.weight of shape \(3, 3, 3, 32\) has shape \(3, 3, 1, 32\)"),
    ):
        source = converter.save(tmp_path / "a.pth", content)
        with pytest.raises(ValueError, match=message):
            converter.main([str(source), "--out", str(path)])
        assert not path.exists()


@pytest.mark.parametrize("kind", ["empty", "text", "unconverted", "cut", "other"])
def test_other_files_are_refused(kind, tmp_path):
    path = tmp_path / "a.weights.h5"
    other = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    other.save_weights(path)
    if kind != "unconverted":
        with h5py.File(path, "r+") as file:
            file.attrs[MODULE.SOURCE] = MODULE.SHA256
    if kind in ("empty", "text", "cut"):
        content = {"empty": b"", "text": b"text", "cut": path.read_bytes()[:-50]}
        path.write_bytes(content[kind])
    with pytest.raises(
        ValueError,
        match=r"a\.weights\.h5 is not a file that tools/convert_inception\.py has written",
    ):
        inception(path)


def test_a_missing_file_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_GAN_HOME", str(tmp_path))
    default = tmp_path / "inception" / "inception_2015.weights.h5"
    for weights, path in ((None, default), (tmp_path / "none.weights.h5",) * 2):
        with pytest.raises(
            FileNotFoundError,
            match=rf"no weights of Inception at {path}\..* tools/convert_inception\.py --out {path}",
        ):
            inception(weights)


def test_preprocessing_of_one_color():
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
