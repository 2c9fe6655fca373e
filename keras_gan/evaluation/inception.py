"""The Inception network that published FIDs are measured with.

It is not `keras.applications.InceptionV3`: the FID network is Google's `inception-2015-12-05`, another
training with 1008 outputs, whose last block takes a maximum where the paper takes a mean. FIDs of the two
networks cannot be compared.
"""

import os
from pathlib import Path

import h5py
import keras
import numpy as np
from keras import layers
from PIL import Image

from keras_gan import files
from keras_gan.metrics.features import Features

NAME = "inception_2015"
# SHA-256 of weights-inception-2015-12-05-6726825d.pth, the file of pytorch-fid and torch-fidelity.
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
# Attribute of a converted file: SHA-256 of the file it was converted from.
SOURCE = "source_sha256"


def inception(weights: str | os.PathLike | None = None, batch_size: int = 50) -> Features:
    """Features of published FIDs: the 2048 means before the outputs ("pool3") of Google's 2015 Inception.

    The published weights are a file of PyTorch. `tools/convert_inception.py`, a script of the repository,
    downloads and converts them once.

    Images are resized as Parmar et al. 2022 ("clean-FID") found right: bicubic with antialiasing, without
    rounding.

    Args:
        weights: a file that `tools/convert_inception.py` has written; if None,
            `inception/inception_2015.weights.h5` in `KERAS_GAN_HOME` (by default `~/.cache/keras_gan`),
            where the script writes it.
        batch_size: images at a time.

    Returns:
        Features of width 2048, of images of any size with 1 or 3 channels, called `inception_2015`; called
        `inception_2015:<the first 8 digits of its SHA-256>` if a file other than the published one was
        converted.

    Raises:
        FileNotFoundError: if there is no such file, with the command that writes it.
        ValueError: if the file does not hold weights of this network.

    Example:

    ```python
    features = keras_gan.evaluation.inception()
    real = features.statistics(photos)
    ```
    """
    path = cached_path() if weights is None else Path(weights)
    if not path.is_file():
        raise FileNotFoundError(
            f"There are no weights of Inception at {path}. Convert the published ones once, in a checkout of "
            f"keras_gan: python tools/convert_inception.py --out {path}. Or give other features, such as "
            "a classifier of the zoo (keras-gan list '*_classifier')."
        )
    model = network()
    try:
        with h5py.File(path) as file:
            source = str(file.attrs[SOURCE])
        model.load_weights(path)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(
            f"{path} is not a file that tools/convert_inception.py has written: {error}"
        ) from error
    name = NAME if source == SHA256 else f"{NAME}:{source[:8]}"
    return Features(model, name, preprocess, batch_size)


def cached_path() -> Path:
    """The file of weights that `inception()` reads by default."""
    return files.cache() / "inception" / f"{NAME}.weights.h5"


def preprocess(images: np.ndarray, size: int = 299) -> np.ndarray:
    """Inputs of the network, resized as in clean-FID (Parmar et al. 2022, section 4).

    Args:
        images: (n, height, width, 1 or 3), uint8, or floats in [-1, 1], which are not rounded to integers.
        size: height and width of the result.

    Returns:
        float32 (n, size, size, 3), (value - 128) / 128 for values in [0, 255].

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
