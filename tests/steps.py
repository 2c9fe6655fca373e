"""Trains small models for three steps from fixed weights, and writes their losses and weights.

    python tests/steps.py WAY OUT.npz [--eager] [VARIANT ...]    # all if none

A program of its own, because a process has one backend and one set of devices: a way is both. The file has
arrays "VARIANT/losses" and, for each weight, "VARIANT/INDEX"; the number of "steps"; and "drawn", which
`draw` describes.
"""

import json
import math
import os
import socket
import subprocess
import sys
from contextlib import nullcontext

# Way: backend, strategy of `keras_gan.backend.distribute`, and its devices (JAX) or processes (TensorFlow).
WAYS = {
    "tensorflow": ("tensorflow", None, 1),
    "mirrored": ("tensorflow", "mirrored", 1),
    "multiworker": ("tensorflow", "multiworker", 2),
    "jax": ("jax", None, 1),
    "jax_of_two": ("jax", "data_parallel", 2),
    "jax_of_four": ("jax", "data_parallel", 4),
    "jax_shared_out": ("jax", "model_parallel", 4),
    # Random numbers come from `uniform`, since each backend and XLA draws its own, and there is no dropout.
    "tensorflow_numbers": ("tensorflow", None, 1),
    "jax_numbers": ("jax", None, 1),
    "xla_numbers": ("tensorflow", "xla", 1),
}
STEPS = 3
# Deviations of the weights, 0.02 elsewhere: about 1 where the learning rate is equalized. Small ones make
# features that hardly vary, in whose normalization rounding errors grow.
DEVIATIONS = {"StyleGAN2": 1.0, "ProGAN": 1.0, "MSGGAN": 1.0, "CycleGAN": 0.1, "ACGAN": 0.1}
# Learning rates: sums over places and cycles make large gradients, which amplify rounding errors.
RATES = {"BigGAN": 1e-4, "ProGAN": 1e-4, "CycleGAN": 1e-4, "DualGAN": 1e-4, "Pix2Pix": 1e-2}
RATES |= {"CUT": 1e-3, "UGATIT": 1e-6}
RATES |= {"Flow": 1e-4, "Glow": 1e-4, "RealNVP": 1e-4, "MAF": 1e-4}
RATES |= {"ACGAN": 1e-3, "InfoGAN": 1e-3, "DiscoGAN": 1e-3}


def main(way, out, *names):
    backend, strategy, count = WAYS[way]
    if strategy == "multiworker" and "TF_CONFIG" not in os.environ:
        return sys.exit(in_processes(count, way, out, names))
    eager, names = "--eager" in names, [name for name in names if name != "--eager"]
    os.environ |= {"KERAS_BACKEND": backend, "JAX_ENABLE_X64": "1"}
    if backend == "jax":
        os.environ["XLA_FLAGS"] = (
            f"--xla_force_host_platform_device_count={count} --xla_cpu_use_fusion_emitters=false"
        )

    import numpy as np
    from variants import VARIANTS

    arrays = {"steps": STEPS}
    with scope_of(strategy):
        own = way.endswith("numbers")
        if own:
            replace_random_numbers()
        else:
            arrays["drawn"] = draw()
        for name in names or VARIANTS:
            options = {"jit_compile": strategy == "xla" or "auto", "run_eagerly": eager}
            losses, weights = train(name, not own, **options)
            arrays[f"{name}/losses"] = losses
            arrays |= {f"{name}/{index}": weight for index, weight in enumerate(weights)}
    np.savez(out, **arrays)


def in_processes(count, way, out, names):
    """Runs so many processes, of which the first writes the file; returns 1 if one fails."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("localhost", 0))
    cluster = {"worker": [f"localhost:{probe.getsockname()[1]}" for probe in probes]}
    for probe in probes:
        probe.close()
    processes = []
    for index in range(count):
        config = {"cluster": cluster, "task": {"type": "worker", "index": index}}
        command = [sys.executable, __file__, way, out if index == 0 else f"{out}.{index}", *names]
        environment = {**os.environ, "TF_CONFIG": json.dumps(config)}
        processes.append(subprocess.Popen(command, env=environment))
    return int(any([process.wait() for process in processes]))


def scope_of(strategy):
    """In float64, so that what remains is no rounding error."""
    import keras

    from keras_gan import backend

    keras.config.set_floatx("float64")
    if strategy == "mirrored":
        import tensorflow as tf

        cpu = tf.config.list_physical_devices("CPU")[0]
        two = [tf.config.LogicalDeviceConfiguration()] * 2
        tf.config.set_logical_device_configuration(cpu, two)
        return tf.distribute.MirroredStrategy(tf.config.list_logical_devices("CPU")).scope()
    return backend.distribute(strategy) if strategy not in (None, "xla") else nullcontext()


def exact(layer, dropout):
    """A copy of a layer in float64."""
    if hasattr(layer, "layers"):
        return clone(layer, dropout)
    if not hasattr(layer, "dtype_policy"):  # a slice
        return type(layer).from_config(layer.get_config())
    if hasattr(layer, "iterations"):  # spectral normalization
        return type(layer)(exact(layer.layer, dropout))
    config = in_float64({**layer.get_config(), "dtype": "float64"})
    if "rate" in config and not dropout:
        config["rate"] = 0.0
    return type(layer).from_config(config)


def in_float64(config):
    """A config with all layers inside in float64."""
    if isinstance(config, dict):
        return {k: "float64" if k == "dtype" else in_float64(v) for k, v in config.items()}
    return [*map(in_float64, config)] if isinstance(config, list) else config


def clone(network, dropout):
    from keras.models import clone_model

    return clone_model(network, clone_function=lambda layer: exact(layer, dropout))


def networks_of(name, dropout, rng):
    """The variant's networks in float64, with weights that are the same in every process."""
    from variants import VARIANTS

    def initial(variable):
        mean = 1.0 if variable.name in ("gamma", "moving_variance") else 0.0
        return rng.normal(mean, DEVIATIONS.get(name, 0.02), variable.shape)

    networks = [clone(network, dropout) for network in VARIANTS[name].networks()]
    for network in networks:
        network.set_weights([initial(variable) for variable in network.weights])
    return networks


def train(name, dropout, **options):
    """Losses and weights of a variant after the steps."""
    import keras
    import numpy as np
    from variants import arrays, make

    rng = np.random.default_rng(0)
    keras.utils.set_random_seed(0)
    model = make(name, state=True, networks=networks_of(name, dropout, rng))
    rate = RATES.get(name, 0.05)
    rates = {model.key(player): keras.optimizers.SGD(rate) for player in model.players}
    model.compile(rates, **options)
    return fitted(model, arrays(name, 8 * STEPS * model.batches_per_step, rng))


def fitted(model, columns):
    """Losses and weights after an epoch of batches of 8."""
    history = model.fit(*columns, batch_size=8, verbose=0).history
    losses = [history[f"{player.name}_loss"][0] for player in model.players]
    return losses, model.get_weights()


def replace_random_numbers():
    """Makes all random numbers of a step follow from the state of its seed by `uniform`."""
    import keras

    keras.random.uniform = uniform
    keras.random.normal = lambda *args, **kwargs: 12**0.5 * (uniform(*args, **kwargs) - 0.5)


def uniform(shape, seed, dtype="float64"):
    """Numbers in [0, 1) that are the same on both backends, in place of `keras.random.uniform`."""
    from keras import ops

    key, count = ops.unstack(ops.cast(seed.next(), "int64"))
    size = math.prod(shape) if all(isinstance(side, int) for side in shape) else ops.prod(shape)
    places = ops.cast(ops.arange(size), "int64")
    whole = ops.mod(7919 * places + 6007 * count + 31 * ops.mod(key, 1000), 10007)
    return ops.cast(ops.reshape(ops.cast(whole, "float64") / 10007.0, shape), dtype)


def draw():
    """Latents (8, 8), noise (8, 64) and dropout (8, 64) of the last step: those of all replicas, in order."""
    import keras
    import numpy as np
    from keras import ops
    from variants import arrays, make

    import keras_gan

    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    model = make("GAN", networks=networks_of("GAN", True, rng))
    kept = {"trainable": False, "aggregation": "only_first_replica"}
    model.drawn = keras.Variable(np.zeros((8, 136)), **kept)
    model.noise, model.dropout = keras_gan.layers.Noise(), keras_gan.layers.Dropout(0.5)
    model.noise.build((None, 8, 8, 1))
    model.noise.strength.assign(1.0)
    own = model.training_latents

    def seen(num):
        latents = own(num)
        noise = model.noise(ops.zeros((num, 8, 8, 1)), training=True)
        masks = model.dropout(ops.ones((num, 64)), training=True)
        drawn = ops.concatenate([latents, ops.reshape(noise, (num, 64)), masks], axis=1)
        model.drawn.assign(keras_gan.backend.gather(drawn))
        return latents

    model.training_latents = seen
    model.compile()
    fitted(model, arrays("GAN", 8 * STEPS, rng))
    return ops.convert_to_numpy(model.drawn)


if __name__ == "__main__":
    main(*sys.argv[1:])
