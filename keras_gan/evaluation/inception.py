"""The Inception network that published FIDs are measured with.

It is not `keras.applications.InceptionV3`: the FID network is Google's `inception-2015-12-05`, another
training with 1008 outputs, whose last block takes a maximum where the paper takes a mean. Figures with the
two do not compare.
"""

import hashlib
import os
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image

from keras_gan import files
from keras_gan.metrics.features import Features

NAME = "inception_2015"
# The weights as converted for pytorch-fid and torch-fidelity, which both use this very file.
URL = "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth"
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"


def inception(weights: str | os.PathLike | None = None, batch_size: int = 50) -> Features:
    """The features of published FIDs: the 2048 means before the outputs ("pool3") of Google's 2015 Inception.

    Images are resized as Parmar et al. 2022 ("clean-FID") found right: bicubic with antialiasing, without
    rounding.

    Args:
        weights: a file of the weights at `URL`, of whatever checksum; if None, that file is fetched once,
            into `KERAS_GAN_HOME`, and its SHA-256 compared.
        batch_size: images at a time.

    Returns:
        Features of width 2048, of images of any size with 1 or 3 channels, called `inception_2015`; called
        `inception_2015:<the first 8 digits of its SHA-256>` if the file is another one.

    Raises:
        OSError: if the weights cannot be read or fetched.
        ValueError: if the file is not one of this network's weights.

    Example:

    ```python
    features = keras_gan.evaluation.inception()
    real = features.statistics(photos)
    ```
    """
    path = _fetched() if weights is None else Path(weights)
    checksum = _sha256(path)
    model = network()
    assign(model, read_torch(path))
    name = NAME if checksum == SHA256 else f"{NAME}:{checksum[:8]}"
    return Features(model, name, preprocess, batch_size)


def _fetched():
    path = files.cache() / "inception" / URL.rpartition("/")[2]
    return files.fetch(URL, path, SHA256, 100_000_000, "The weights of Inception")


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def preprocess(images: np.ndarray, size: int = 299) -> np.ndarray:
    """Images as the network takes them, resized as clean-FID does (Parmar et al. 2022, section 4).

    Args:
        images: (n, height, width, 1 or 3), uint8, or floats in [-1, 1], which are not rounded to levels.
        size: height and width of the result.

    Returns:
        float32 (n, size, size, 3), in [-1, 0.9921875], which is (level - 128) / 128.

    Raises:
        ValueError: if there are not 1 or 3 channels.
    """
    if images.shape[-1] not in (1, 3):
        raise ValueError(f"Inception takes images with 1 or 3 channels, got {images.shape}.")
    levels = images.astype(np.float32)
    if images.dtype != np.uint8:
        levels = (levels + 1) * np.float32(127.5)
    resized = np.empty((len(images), size, size, images.shape[-1]), np.float32)
    for image, result in zip(levels, resized, strict=True):
        for channel in range(image.shape[-1]):
            plane = Image.fromarray(np.ascontiguousarray(image[..., channel]))
            result[..., channel] = plane.resize((size, size), Image.Resampling.BICUBIC)
    resized = (np.clip(resized, 0, 255) - 128) / 128
    return np.broadcast_to(resized, (*resized.shape[:-1], 3))


def network(size: int = 299) -> keras.Model:
    """Google's 2015 Inception up to its features (Szegedy et al. 2015, "Rethinking the Inception...").

    Args:
        size: height and width of the images, at least 75.

    Returns:
        A model with random weights, from (n, size, size, 3) to (n, 2048).
    """
    inputs = layers.Input((size, size, 3))
    x = _convolution(inputs, "Conv2d_1a_3x3", 32, 3, strides=2, padding="valid")
    x = _convolution(x, "Conv2d_2a_3x3", 32, 3, padding="valid")
    x = _convolution(x, "Conv2d_2b_3x3", 64, 3)
    x = layers.MaxPooling2D(3, 2)(x)
    x = _convolution(x, "Conv2d_3b_1x1", 80, 1, padding="valid")
    x = _convolution(x, "Conv2d_4a_3x3", 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, 2)(x)
    for name, filters in (("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)):
        x = _block_35(x, name, filters)
    x = _to_17(x, "Mixed_6a")
    for name, filters in (
        ("Mixed_6b", 128),
        ("Mixed_6c", 160),
        ("Mixed_6d", 160),
        ("Mixed_6e", 192),
    ):
        x = _block_17(x, name, filters)
    x = _to_8(x, "Mixed_7a")
    x = _block_8(x, "Mixed_7b", layers.AveragePooling2D)
    x = _block_8(x, "Mixed_7c", layers.MaxPooling2D)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x), name=NAME)


def _convolution(x, name, filters, size, strides=1, padding="same"):
    x = layers.Conv2D(filters, size, strides, padding, use_bias=False, name=f"{name}-conv")(x)
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}-bn")(x)
    return layers.ReLU()(x)


def _chain(x, name, *convolutions):
    """Convolutions one after the other, each given as (name, filters, size) or with strides and padding."""
    for suffix, *arguments in convolutions:
        x = _convolution(x, f"{name}-{suffix}", *arguments)
    return x


def _pooled(x, name, filters, pooling=layers.AveragePooling2D):
    return _chain(pooling(3, 1, padding="same")(x), name, ("branch_pool", filters, 1))


def _block_35(x, name, pool_filters):
    return layers.Concatenate()(
        [
            _chain(x, name, ("branch1x1", 64, 1)),
            _chain(x, name, ("branch5x5_1", 48, 1), ("branch5x5_2", 64, 5)),
            _chain(
                x,
                name,
                ("branch3x3dbl_1", 64, 1),
                ("branch3x3dbl_2", 96, 3),
                ("branch3x3dbl_3", 96, 3),
            ),
            _pooled(x, name, pool_filters),
        ]
    )


def _to_17(x, name):
    halved = (3, 2, "valid")
    return layers.Concatenate()(
        [
            _chain(x, name, ("branch3x3", 384, *halved)),
            _chain(
                x,
                name,
                ("branch3x3dbl_1", 64, 1),
                ("branch3x3dbl_2", 96, 3),
                ("branch3x3dbl_3", 96, *halved),
            ),
            layers.MaxPooling2D(3, 2)(x),
        ]
    )


def _block_17(x, name, filters):
    row, column = (1, 7), (7, 1)
    return layers.Concatenate()(
        [
            _chain(x, name, ("branch1x1", 192, 1)),
            _chain(
                x,
                name,
                ("branch7x7_1", filters, 1),
                ("branch7x7_2", filters, row),
                ("branch7x7_3", 192, column),
            ),
            _chain(
                x,
                name,
                ("branch7x7dbl_1", filters, 1),
                ("branch7x7dbl_2", filters, column),
                ("branch7x7dbl_3", filters, row),
                ("branch7x7dbl_4", filters, column),
                ("branch7x7dbl_5", 192, row),
            ),
            _pooled(x, name, 192),
        ]
    )


def _to_8(x, name):
    halved = (3, 2, "valid")
    return layers.Concatenate()(
        [
            _chain(x, name, ("branch3x3_1", 192, 1), ("branch3x3_2", 320, *halved)),
            _chain(
                x,
                name,
                ("branch7x7x3_1", 192, 1),
                ("branch7x7x3_2", 192, (1, 7)),
                ("branch7x7x3_3", 192, (7, 1)),
                ("branch7x7x3_4", 192, *halved),
            ),
            layers.MaxPooling2D(3, 2)(x),
        ]
    )


def _block_8(x, name, pooling):
    short = _chain(x, name, ("branch3x3_1", 384, 1))
    long = _chain(x, name, ("branch3x3dbl_1", 448, 1), ("branch3x3dbl_2", 384, 3))
    return layers.Concatenate()(
        [
            _chain(x, name, ("branch1x1", 320, 1)),
            _chain(short, name, ("branch3x3_2a", 384, (1, 3))),
            _chain(short, name, ("branch3x3_2b", 384, (3, 1))),
            _chain(long, name, ("branch3x3dbl_3a", 384, (1, 3))),
            _chain(long, name, ("branch3x3dbl_3b", 384, (3, 1))),
            _pooled(x, name, 192, pooling),
        ]
    )


_TORCH_NAMES = {
    layers.Conv2D: ("weight",),
    layers.BatchNormalization: ("weight", "bias", "running_mean", "running_var"),
}


def torch_names(model: keras.Model) -> Iterator[tuple[str, keras.Variable]]:
    """The variables of `network()`, each with its name in PyTorch: `Mixed_5b.branch1x1.conv.weight`."""
    for layer in model.layers:
        for name, variable in zip(_TORCH_NAMES.get(type(layer), ()), layer.weights, strict=True):
            yield f"{layer.name.replace('-', '.')}.{name}", variable


def assign(model: keras.Model, weights: dict[str, np.ndarray]) -> None:
    """Sets the weights of `network()` from arrays by PyTorch's names and with its axes.

    Raises:
        ValueError: if one is missing or has another shape; nothing is set then.
    """
    values = []
    for name, variable in torch_names(model):
        value = weights.get(name)
        if value is not None and value.ndim == 4:
            value = value.transpose(2, 3, 1, 0)
        if value is None or value.shape != tuple(variable.shape):
            found = "there is none" if value is None else f"its shape is {value.shape}"
            raise ValueError(
                f"These are not weights of the 2015 Inception: for {name} of shape "
                f"{tuple(variable.shape)}, {found}."
            )
        values.append((variable, value))
    for variable, value in values:
        variable.assign(value)


def read_torch(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """The tensors of a file of `torch.save(model.state_dict(), path)`, of either format, without PyTorch.

    Only tensors are made: a file that asks for anything else, to run code say, is refused.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is not such a file.
    """
    try:
        with open(path, "rb") as file:
            state = _read_zip(file) if zipfile.is_zipfile(file) else _read_legacy(file)
        return {
            name: np.array(value) for name, value in state.items() if isinstance(value, np.ndarray)
        }
    except (
        pickle.UnpicklingError,
        EOFError,
        KeyError,
        MemoryError,
        ValueError,
        AttributeError,
        IndexError,
        TypeError,
    ) as error:
        raise ValueError(f"{path} is not a file of PyTorch weights: {error}.") from error


class _Unpickler(pickle.Unpickler):
    """Knows tensors, their storages and ordered dictionaries, and nothing else."""

    _DTYPES = {
        f"{kind}Storage": np.dtype(dtype)
        for kind, dtype in (
            ("Double", "<f8"),
            ("Float", "<f4"),
            ("Half", "<f2"),
            ("Long", "<i8"),
            ("Int", "<i4"),
        )
    }

    def __init__(self, file, storage):
        super().__init__(file)
        self._storage = storage

    def find_class(self, module, name):
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
            ("torch._utils", "_rebuild_parameter"): lambda tensor, *_: tensor,
        }
        if module == "torch" and name in self._DTYPES:
            return self._DTYPES[name]
        if (module, name) in known:
            return known[module, name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, reference):
        kind, dtype, key, _, length, *_ = reference
        if kind != "storage":
            raise pickle.UnpicklingError(f"it refers to {kind!r}")
        return self._storage(dtype, key, length)


def _tensor(storage, offset, shape, strides, *_):
    items = storage[offset:]
    if min((offset, *strides)) < 0:
        raise pickle.UnpicklingError("a tensor begins or steps before its storage")
    if sum((n - 1) * step for n, step in zip(shape, strides, strict=True)) >= max(len(items), 1):
        raise pickle.UnpicklingError("a tensor is larger than its storage")
    return np.lib.stride_tricks.as_strided(
        items, shape, [step * items.itemsize for step in strides]
    )


def _read_zip(file):
    with zipfile.ZipFile(file) as archive:
        (index,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        folder = index.removesuffix("data.pkl")

        def storage(dtype, key, length):
            return np.frombuffer(archive.read(f"{folder}data/{key}"), dtype, length)

        with archive.open(index) as pickled:
            return _Unpickler(pickled, storage).load()


def _read_legacy(file):
    """The format before PyTorch 1.6: three pickles of the format, the tensors, and then what is in them."""
    file.seek(0)
    storages = {}

    def storage(dtype, key, length):
        return storages.setdefault(key, np.zeros(length, dtype))

    magic, *_ = (_Unpickler(file, storage).load() for _ in range(3))
    if magic != 0x1950A86A20F9469CFC6C:
        raise pickle.UnpicklingError("it does not begin as one")
    state = _Unpickler(file, storage).load()
    for key in _Unpickler(file, storage).load():
        length = int.from_bytes(file.read(8), "little")
        storages[key][:] = np.frombuffer(
            file.read(length * storages[key].itemsize), storages[key].dtype
        )
    return state
