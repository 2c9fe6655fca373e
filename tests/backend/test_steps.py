"""The same steps on TensorFlow and on JAX, on one device and on several, come to the same."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from steps import WAYS
from variants import VARIANTS

# Each process below has its own backend.
pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]

PROGRAM = Path(__file__).parents[1] / "steps.py"
# Several steps of one player and gradients of gradients, statistics of batches, a history of images.
SOME = ["WGANGP", "ImprovedGAN", "DiscoGAN"]
OTHERS = [name for name in VARIANTS if name not in SOME]
TRANSLATORS = [name for name, row in VARIANTS.items() if row.data == "domains"]
# Four devices of JAX stand for two, which tools.benchmarks.equality compares as well.
# Wrong pairs, and some of the right ones, are made of other rows of a replica's part of the batch.
AMONG_ROWS = ["GANCLS", "AudioToScene"]
DISTRIBUTED = ["mirrored", "multiworker", "jax_of_four", "jax_shared_out"]


def alone(way):
    """The way of one device under the same backend."""
    return WAYS[way][0]


@pytest.fixture(scope="session")
def steps(once):
    """`steps(way, name)`: the file of a way that has the variant; made when first wanted, for all workers."""
    jax = importlib.util.find_spec("jax")

    def trained(way, name):
        if alone(way) == "jax" and not jax:
            pytest.skip("JAX is not installed")
        names = SOME if name in SOME else OTHERS
        # Graphs for some, and no tracing of all the others, which takes far longer than their steps.
        eager = ["--eager"] if names is OTHERS and alone(way) == "tensorflow" else []

        def build(folder):
            command = [sys.executable, PROGRAM, way, folder / "steps.npz", *eager, *names]
            environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[1])}
            subprocess.run(command, env=environment, check=True)

        return np.load(once(f"{way}_{len(names)}", build) / "steps.npz")

    return trained


def assert_same(name, one, other, tolerance):
    arrays = [key for key in one.files if key.startswith(f"{name}/")]
    assert len(arrays) > 3
    for key in arrays:
        np.testing.assert_allclose(
            one[key], other[key], rtol=tolerance, atol=tolerance, err_msg=key
        )


@pytest.mark.parametrize("name", VARIANTS)
def test_tensorflow_and_jax_agree(name, steps):
    one, other = steps("tensorflow_numbers", name), steps("jax_numbers", name)
    # Keras normalizes in float32 on JAX, of which the images that CycleGAN remembers show most.
    assert_same(name, one, other, 3e-4 if name == "CycleGAN" else 1e-4)


@pytest.mark.parametrize("name", [name for name in VARIANTS if name not in AMONG_ROWS])
def test_two_replicas_are_one_device(name, steps):
    assert_same(name, steps("tensorflow", name), steps("mirrored", name), 1e-5)


@pytest.mark.parametrize("name", SOME)
def test_xla_trains_the_same(name, steps):
    assert_same(name, steps("tensorflow_numbers", name), steps("xla_numbers", name), 1e-4)


@pytest.mark.parametrize("name", SOME)
def test_two_workers_are_one_process(name, steps):
    assert_same(name, steps("tensorflow", name), steps("multiworker", name), 1e-5)


@pytest.mark.parametrize("way", [way for way in DISTRIBUTED if alone(way) == "jax"])
@pytest.mark.parametrize("name", SOME)
def test_several_devices_of_jax_are_one(name, way, steps):
    # Keras normalizes in float32 on JAX, and the cycles of translators make much of rounding errors.
    tolerance = 1e-4 if name in TRANSLATORS else 1e-5
    assert_same(name, steps("jax", name), steps(way, name), tolerance)


@pytest.mark.parametrize("way", DISTRIBUTED)
def test_replicas_draw_together_what_one_device_does(way, steps):
    drawn = steps(alone(way), SOME[0])["drawn"]
    numbers, masks = drawn[:, :72], drawn[:, 72:]
    assert len(np.unique(numbers)) == numbers.size  # no two replicas the same
    assert len(np.unique(masks, axis=0)) == len(masks)
    # But for the last bit, which depends on how XLA vectorizes a part of the batch.
    np.testing.assert_allclose(steps(way, SOME[0])["drawn"], drawn, rtol=1e-14)
