"""`equality`: how far apart one device, several devices, and both backends are after the same three steps.

Every variant is trained in float64 with SGD from the same weights in each way, in processes of their own, and
compared with one device under the same backend, and under TensorFlow with JAX. Random numbers are real; for
the last comparison alone, since the backends draw different ones, they are constants. Writes the table of
docs/training.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import keras
import numpy as np
from keras import ops

from keras_gan import backend
from tools.benchmarks.robustness.variants import (
    EQUALIZED,
    VARIANTS,
    arrays_of,
    columns_of,
    model_of,
    shape_of,
)
from tools.pages import markdown_table, publish, versions

STEPS, BATCH = 3, 8
ENVIRONMENT = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "2",
    "JAX_ENABLE_X64": "1",
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",  # else the compiler takes longer than all the steps
}
# Way: backend, strategy, and how many devices it has (of JAX) or processes (of TensorFlow).
WAYS = {
    "TensorFlow": ("tensorflow", None, 1),
    "XLA": ("tensorflow", "xla", 1),
    "2 replicas": ("tensorflow", "mirrored", 1),
    "2 processes": ("tensorflow", "multiworker", 2),
    "JAX": ("jax", None, 1),
    "JAX, 2 devices": ("jax", "data_parallel", 2),
    "JAX, 4 devices": ("jax", "data_parallel", 4),
    "JAX, weights divided over 4": ("jax", "model_parallel", 4),
    "TensorFlow, constants": ("tensorflow", "constants", 1),
    "JAX, constants": ("jax", "constants", 1),
}
# Column of the table: the way, and the one it is compared with.
COMPARED = {
    **{way: ("TensorFlow", way) for way in ("XLA", "2 replicas", "2 processes")},
    **{way: ("JAX", way) for way in WAYS if way.startswith("JAX, ") and "constants" not in way},
    "TensorFlow - JAX": ("TensorFlow, constants", "JAX, constants"),
}
# Learning rates: sums over places and cycles make large gradients, which amplify rounding errors.
RATES = {"BigGAN": 1e-4, "ProGAN": 1e-4, "CycleGAN": 1e-4, "DualGAN": 1e-4, "Pix2Pix": 1e-2}
RATES |= {"ACGAN": 1e-3, "InfoGAN": 1e-3, "DiscoGAN": 1e-3}
DEVIATIONS = dict.fromkeys(EQUALIZED, 1.0) | {"CycleGAN": 0.1}


def add_arguments(parser):
    parser.add_argument("kinds", nargs="*", metavar="MODEL", help="all if none; then no page")
    parser.add_argument("--worker", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)


def exact(layer):
    """The layer in float64, so that the difference is no rounding error."""
    if hasattr(layer, "layers"):
        return keras.models.clone_model(layer, clone_function=exact)
    if not hasattr(layer, "dtype_policy"):  # a slice
        return type(layer).from_config(layer.get_config())
    if hasattr(layer, "iterations"):  # spectral normalization
        return type(layer)(exact(layer.layer))
    return type(layer).from_config({**layer.get_config(), "dtype": "float64"})


def trained(kind, compile_options):
    """The weights of a variant after the steps."""
    keras.utils.set_random_seed(0)  # of layers that draw random numbers
    rng = np.random.default_rng(0)

    def prepare(network):
        network = exact(network)
        means = [float(v.name in ("gamma", "moving_variance")) for v in network.weights]
        deviation = DEVIATIONS.get(kind, 0.02)
        pairs = zip(network.weights, means, strict=True)
        network.set_weights([rng.normal(mean, deviation, v.shape) for v, mean in pairs])
        return network

    model = model_of(kind, prepare)
    rate = RATES.get(kind, 0.05)
    model.compile({p.name: keras.optimizers.SGD(rate) for p in model.players}, **compile_options)
    count = BATCH * STEPS * model.batches_per_step
    images = rng.integers(0, 256, (count, *shape_of(kind)), np.uint8)
    columns = columns_of(model, images, rng.integers(0, 3, count))
    model.fit(images, *columns, batch_size=BATCH, verbose=0)
    return arrays_of(model.weights)


def constant(draw):
    """A random distribution of `keras.random` that draws the same numbers from NumPy at each call."""

    def drawn(shape, *args, dtype=None, **kwargs):
        numbers = draw(np.random.default_rng(0), (8 * BATCH, *shape[1:]))
        return ops.cast(ops.convert_to_tensor(numbers)[: shape[0]], dtype or keras.config.floatx())

    return drawn


def scope(strategy):
    """The scope in which models are built for a strategy."""
    if strategy in (None, "xla"):
        return nullcontext()
    if strategy == "constants":
        keras.random.normal = constant(lambda rng, shape: rng.normal(size=shape))
        keras.random.uniform = constant(lambda rng, shape: rng.uniform(size=shape))
        return nullcontext()
    if strategy == "mirrored":
        import tensorflow as tf

        cpu = tf.config.list_physical_devices("CPU")[0]
        two = [tf.config.LogicalDeviceConfiguration()] * 2
        tf.config.set_logical_device_configuration(cpu, two)
        return tf.distribute.MirroredStrategy(tf.config.list_logical_devices("CPU")).scope()
    return backend.distribute(strategy)


def work(way, kinds, out):
    """A process of one way: trains all variants, and writes their weights by name and index."""
    keras.config.set_floatx("float64")
    strategy = WAYS[way][1]
    options = {"jit_compile": True} if strategy == "xla" else {}
    with scope(strategy):
        weights = {kind: trained(kind, options) for kind in kinds}
    np.savez(out, **{f"{k}/{i}": w for k, ws in weights.items() for i, w in enumerate(ws)})


def environments(way):
    """The environment of each of a way's processes."""
    name, strategy, count = WAYS[way]
    common = {**os.environ, **ENVIRONMENT, "KERAS_BACKEND": name}
    if name == "jax":
        return [{**common, "XLA_FLAGS": f"--xla_force_host_platform_device_count={count}"}]
    if strategy != "multiworker":
        return [common]
    sockets = [socket.create_server(("localhost", 0)) for _ in range(count)]
    addresses = [f"localhost:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    tasks = [{"type": "worker", "index": index} for index in range(count)]
    cluster = {"cluster": {"worker": addresses}}
    return [{**common, "TF_CONFIG": json.dumps({**cluster, "task": task})} for task in tasks]


def measured(way, kinds, folder):
    """The weights of all variants, trained in one way."""
    command = [sys.executable, "-m", "tools.benchmarks.robustness", "equality", *kinds]
    processes = [
        subprocess.Popen(
            [*command, "--worker", way, "--out", folder / f"{way}{index}.npz"], env=env
        )
        for index, env in enumerate(environments(way))
    ]
    if any([process.wait() for process in processes]):
        sys.exit(f"{way} failed.")
    with np.load(folder / f"{way}0.npz") as file:
        return dict(file)


def row(kind, weights):
    """The largest difference of any weight in each column."""
    cells = [kind]
    for one, other in COMPARED.values():
        names = [name for name in weights[one] if name.startswith(f"{kind}/")]
        gaps = [np.abs(weights[one][name] - weights[other][name]).max() for name in names]
        cells.append(f"{max(gaps):.0e}")
    return cells


def run(args):
    kinds = args.kinds or VARIANTS
    if args.worker:
        work(args.worker, kinds, args.out)
        return
    with tempfile.TemporaryDirectory() as folder:
        weights = {way: measured(way, kinds, Path(folder)) for way in WAYS}
    packages = versions("keras", "tensorflow", "jax")
    text = f"After {STEPS} steps; {os.cpu_count()}-core CPU, {packages}:\n\n"
    text += markdown_table(["Model", *COMPARED], [row(kind, weights) for kind in kinds])
    print(text)
    if not args.kinds:
        publish("training", "equality", text)
