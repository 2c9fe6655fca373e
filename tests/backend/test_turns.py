"""The same turn on TensorFlow and on JAX, on one device and on several, comes to the same."""

import functools
import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

KINDS = ["GAN", "CGAN", "DCGAN", "WGAN", "WGANGP", "SNGAN", "ImprovedGAN", "R3GAN"]
KINDS += ["BigGAN", "StyleGAN2", "ProGAN", "MSGGAN", "ACGAN", "InfoGAN"]
TRANSLATORS = ["Pix2Pix", "CycleGAN", "DualGAN"]
KINDS += TRANSLATORS
# Several moves a turn and gradients of gradients, statistics of batches, a history of images.
SOME = ["WGANGP", "ImprovedGAN", "CycleGAN"]


def workers():
    """`TF_CONFIG` of two processes on this machine."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("localhost", 0))
        other.bind(("localhost", 0))
        addresses = [f"localhost:{port.getsockname()[1]}" for port in (one, other)]
    cluster = {"worker": addresses}
    return [
        json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
        for index in range(2)
    ]


FOUR_DEVICES = {"XLA_FLAGS": "--xla_force_host_platform_device_count=4"}
WAYS = {
    "tensorflow": [{}],
    "mirrored": [{}],
    "multiworker": [{"TF_CONFIG": worker} for worker in workers()],
    "jax": [{}],
    "data_parallel": [FOUR_DEVICES],
    "model_parallel": [FOUR_DEVICES],
}


ON_JAX = ("jax", "data_parallel", "model_parallel")


@pytest.fixture(scope="module")
def turns(tmp_path_factory):
    """Losses and weights of all kinds after two turns, from one or more processes for each way to play."""
    folder = tmp_path_factory.mktemp("turns")
    jax = importlib.util.find_spec("jax")
    ways = [way for way in WAYS if jax or way not in ON_JAX]
    processes = {way: play(folder, way) for way in ways}  # side by side

    @functools.cache
    def played(way="tensorflow"):
        if way not in processes:
            pytest.skip("JAX is not installed")
        assert [process.wait() for process in processes[way]] == [0] * len(processes[way])
        return np.load(folder / f"{way}0.npz")

    return played


def play(folder, way):
    root = Path(__file__).parents[2]
    backend = "jax" if way in ON_JAX else "tensorflow"
    common = {"KERAS_BACKEND": backend, "PYTHONPATH": str(root), "JAX_ENABLE_X64": "1"}
    kinds = ",".join({"tensorflow": KINDS, "mirrored": KINDS, "jax": KINDS}.get(way, SOME))
    return [
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("turns.py")), kinds]
            + [str(folder / f"{way}{index}.npz")]
            + [way] * (way not in ("tensorflow", "jax")),
            env={**os.environ, **common, **own},
        )
        for index, own in enumerate(WAYS[way])
    ]


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
    assert_same(kind, turns(), turns("jax"), 1e-5 if kind in TRANSLATORS else 1e-4)


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", KINDS)
def test_two_replicas_are_one_device(kind, turns):
    assert_same(kind, turns(), turns("mirrored"), 1e-5)


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", SOME)
def test_two_workers_are_one_process(kind, turns):
    assert_same(kind, turns(), turns("multiworker"), 1e-5)


@pytest.mark.tensorflow
@pytest.mark.parametrize("way", ["data_parallel", "model_parallel"])
@pytest.mark.parametrize("kind", SOME)
def test_four_devices_of_jax_are_one(kind, way, turns):
    # Keras normalises in float32 on JAX, and the cycles of translators make much of rounding errors.
    tolerance = 1e-4 if kind in TRANSLATORS else 1e-5
    assert_same(kind, turns("jax"), turns(way), tolerance)
