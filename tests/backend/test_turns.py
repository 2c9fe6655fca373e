"""The same turn on TensorFlow, on JAX and on two replicas comes to the same."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

KINDS = pytest.mark.parametrize("kind", ["GAN", "CGAN", "DCGAN"])


def turns(kind, folder, backend="tensorflow", replicas=1):
    """Losses and weights after two turns, from a process of its own."""
    out = folder / f"{backend}{replicas}.npz"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(root)}
    environment["JAX_ENABLE_X64"] = "1"
    program = [sys.executable, str(Path(__file__).with_name("turns.py"))]
    subprocess.run([*program, kind, str(out), str(replicas)], env=environment, check=True)
    return np.load(out)


def assert_same(one, other, tolerance):
    assert set(one.files) == set(other.files)
    for name in one.files:
        np.testing.assert_allclose(
            one[name], other[name], rtol=tolerance, atol=tolerance, err_msg=name
        )


@pytest.mark.tensorflow
@KINDS
def test_tensorflow_and_jax_agree(kind, tmp_path):
    if importlib.util.find_spec("jax") is None:
        pytest.skip("JAX is not installed")
    assert_same(turns(kind, tmp_path), turns(kind, tmp_path, "jax"), 1e-4)


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", ["GAN", "CGAN"])  # DCGAN's batch statistics are a replica's own
def test_two_replicas_are_one_device(kind, tmp_path):
    assert_same(turns(kind, tmp_path), turns(kind, tmp_path, replicas=2), 1e-5)
