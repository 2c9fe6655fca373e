"""The same turn on TensorFlow, on JAX and on two replicas comes to the same."""

import functools
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

KINDS = ["GAN", "CGAN", "DCGAN", "WGAN", "WGANGP", "SNGAN", "ImprovedGAN", "R3GAN"]
KINDS += ["BigGAN", "StyleGAN2"]
TRANSLATORS = ["Pix2Pix", "CycleGAN", "DualGAN"]
KINDS += TRANSLATORS


@pytest.fixture(scope="module")
def turns(tmp_path_factory):
    """Losses and weights of all kinds after two turns, from a process for each way to play."""
    folder = tmp_path_factory.mktemp("turns")
    ways = [("tensorflow", 1), ("tensorflow", 2)]
    ways += [("jax", 1)] if importlib.util.find_spec("jax") else []
    processes = {way: play(folder, *way) for way in ways}  # side by side

    @functools.cache
    def played(backend="tensorflow", replicas=1):
        assert processes[backend, replicas].wait() == 0
        return np.load(folder / f"{backend}{replicas}.npz")

    return played


def play(folder, backend, replicas):
    root = Path(__file__).parents[2]
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(root)}
    environment["JAX_ENABLE_X64"] = "1"
    program = [sys.executable, str(Path(__file__).with_name("turns.py"))]
    out = folder / f"{backend}{replicas}.npz"
    return subprocess.Popen([*program, ",".join(KINDS), str(out), str(replicas)], env=environment)


def assert_same(kind, one, other, tolerance):
    names = [name for name in one.files if name.startswith(f"{kind}/")]
    assert len(names) > 3
    for name in names:
        np.testing.assert_allclose(
            one[name], other[name], rtol=tolerance, atol=tolerance, err_msg=name
        )


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", KINDS)
def test_tensorflow_and_jax_agree(kind, turns):
    if importlib.util.find_spec("jax") is None:
        pytest.skip("JAX is not installed")
    assert_same(kind, turns(), turns("jax"), 1e-5 if kind in TRANSLATORS else 1e-4)


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", KINDS)
def test_two_replicas_are_one_device(kind, turns):
    assert_same(kind, turns(), turns(replicas=2), 1e-5)
