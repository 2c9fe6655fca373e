#!/usr/bin/env python
"""Converts the published weights of FID's Inception for `keras_gan.evaluation.inception`.

    python tools/convert_inception.py [weights-inception-2015-12-05-6726825d.pth] [--out FILE.weights.h5]

Without a file, the published one (91 MB) is downloaded and its SHA-256 checked. Another file of the same
network is converted too; metrics measured with it carry the checksum of that file in their name. PyTorch is
needed to read the file, here and nowhere else: pip install torch.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import pooch
import torch
from keras import layers

from keras_gan import files
from keras_gan.evaluation.inception import SHA256, SOURCE, cached_path, network

URL = "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth"
TORCH_NAMES = {
    layers.Conv2D: ("weight",),
    layers.BatchNormalization: ("weight", "bias", "running_mean", "running_var"),
}


def torch_names(model):
    """The variables of `network()`, each with its name in PyTorch: `Mixed_5b.branch1x1.conv.weight`."""
    for layer in model.layers:
        for name, variable in zip(TORCH_NAMES.get(type(layer), ()), layer.weights, strict=True):
            yield f"{layer.name.replace('-', '.')}.{name}", variable


def assign(model, weights):
    """Sets the weights of `network()` from arrays with PyTorch's names and axes."""
    for name, variable in torch_names(model):
        value = weights.get(name)
        if value is not None and value.ndim == 4:
            value = value.transpose(2, 3, 1, 0)
        if value is None or value.shape != tuple(variable.shape):
            wanted = f"{name} of shape {tuple(variable.shape)}"
            found = "is missing" if value is None else f"has shape {value.shape}"
            raise ValueError(f"These are not weights of the 2015 Inception: {wanted} {found}.")
        variable.assign(value)


def published():
    """The published file, downloaded unless it is in the cache."""
    path = cached_path().with_name(URL.rpartition("/")[2])
    return files.fetch(URL, path, SHA256, 100_000_000, "The weights of Inception")


def read(path):
    """The tensors of a file of PyTorch as arrays. No other object in it is read, no code is run."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    return {name: tensor.numpy() for name, tensor in state.items()}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "file", nargs="?", type=Path, help="the published file, if it is here already"
    )
    parser.add_argument("--out", type=Path, default=cached_path(), help="[default: %(default)s]")
    options = parser.parse_args(arguments)
    path = options.file or published()
    checksum = pooch.file_hash(path)
    if checksum != SHA256:
        print(f"{path} is not the published file: its SHA-256 is {checksum}, not {SHA256}.")
    model = network()
    assign(model, read(path))
    with files.replacing(options.out) as temporary:
        model.save_weights(temporary)
        with h5py.File(temporary, "r+") as file:
            file.attrs[SOURCE] = checksum
    print(f"{options.out}  SHA-256 {pooch.file_hash(options.out)}")


if __name__ == "__main__":
    main()
