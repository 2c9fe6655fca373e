"""The same turns on TensorFlow and on JAX, on one device and on several, come to the same."""

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

import keras_gan

pytestmark = pytest.mark.slow

KINDS = ["GAN", "CGAN", "DCGAN", "LSGAN", "FGAN", "WGAN", "WGANGP", "SNGAN", "ImprovedGAN", "R3GAN"]
KINDS += ["SAGAN", "BigGAN", "StyleGAN2", "ProGAN", "MSGGAN", "ACGAN", "InfoGAN", "Classifier"]
TRANSLATORS = ["Pix2Pix", "CycleGAN", "DiscoGAN", "DualGAN"]
KINDS += TRANSLATORS
# Several moves a turn and gradients of gradients, statistics of batches, a history of images.
SOME = ["WGANGP", "ImprovedGAN", "DiscoGAN"]


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


def devices(count):
    """What makes so many devices of the CPU under JAX."""
    return {"XLA_FLAGS": f"--xla_force_host_platform_device_count={count}"}


# The strategy, if any, and the environments of the processes.
WAYS = {
    "tensorflow": (None, [{}]),
    "xla": ("xla", [{}]),
    "mirrored": ("mirrored", [{}]),
    "multiworker": ("multiworker", [{"TF_CONFIG": worker} for worker in workers()]),
    "jax": (None, [{}]),
    "jax_of_two": ("data_parallel", [devices(2)]),
    "jax_of_four": ("data_parallel", [devices(4)]),
    "jax_shared_out": ("model_parallel", [devices(4)]),
}
DISTRIBUTED = [way for way, (strategy, _) in WAYS.items() if strategy not in (None, "xla")]


def alone(way):
    """The way of one device under the same backend."""
    return "jax" if way.startswith("jax") else "tensorflow"


@pytest.fixture(scope="module")
def turns(tmp_path_factory):
    """Losses and weights of all kinds after the turns, from one or more processes for each way to play."""
    folder = tmp_path_factory.mktemp("steps")
    jax = importlib.util.find_spec("jax")
    ways = [way for way in WAYS if jax or alone(way) == "tensorflow"]
    processes = {  # side by side
        way: play(KINDS if way in ("tensorflow", "mirrored", "jax") else SOME, folder, way)
        for way in ways
    }

    @functools.cache
    def played(way="tensorflow"):
        if way not in processes:
            pytest.skip("JAX is not installed")
        assert [process.wait() for process in processes[way]] == [0] * len(processes[way])
        return np.load(folder / f"{way}0.npz")

    return played


def play(kinds, folder, way):
    """The processes that play, the first of which writes its way's name and 0.npz to the folder."""
    root = Path(__file__).parents[2]
    common = {"KERAS_BACKEND": alone(way), "PYTHONPATH": str(root), "JAX_ENABLE_X64": "1"}
    strategy, environments = WAYS[way]
    return [
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("turns.py")), ",".join(kinds)]
            + [str(folder / f"{way}{index}.npz")]
            + [strategy] * bool(strategy),
            env={**os.environ, **common, **own},
        )
        for index, own in enumerate(environments)
    ]


def assert_same(kind, one, other, tolerance):
    names = [name for name in one.files if name.startswith(f"{kind}/")]
    assert len(names) > 3
    for name in names:
        np.testing.assert_allclose(
            one[name], other[name], rtol=tolerance, atol=tolerance, err_msg=name
        )


def test_every_game_is_played():
    assert sorted(KINDS) == sorted(keras_gan.models.__all__)


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
def test_xla_plays_the_same(kind, turns):
    assert_same(kind, turns(), turns("xla"), 1e-5)


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", SOME)
def test_two_workers_are_one_process(kind, turns):
    assert_same(kind, turns(), turns("multiworker"), 1e-5)


@pytest.mark.tensorflow
@pytest.mark.parametrize("way", [way for way in DISTRIBUTED if alone(way) == "jax"])
@pytest.mark.parametrize("kind", SOME)
def test_several_devices_of_jax_are_one(kind, way, turns):
    # Keras normalizes in float32 on JAX, and the cycles of translators make much of rounding errors.
    tolerance = 1e-4 if kind in TRANSLATORS else 1e-5
    assert_same(kind, turns("jax"), turns(way), tolerance)


@pytest.mark.tensorflow
@pytest.mark.parametrize("way", DISTRIBUTED)
def test_replicas_draw_together_what_one_device_does(way, turns):
    drawn = turns(alone(way))["drawn"]
    numbers, masks = drawn[:, :72], drawn[:, 72:]
    assert len(np.unique(numbers)) == numbers.size  # no two replicas the same
    assert len(np.unique(masks, axis=0)) == len(masks)
    np.testing.assert_array_equal(turns(way)["drawn"], drawn)
