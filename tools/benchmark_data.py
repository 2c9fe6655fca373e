"""Is CycleGAN ever waiting for its pictures? Decoding, shuffling and jittering against what a turn consumes.

    python tools/benchmark_data.py --data DIR [--sides 128 256]  # DIR holds horse2zebra

Pictures a second of each stage by itself: JPEG files decoded and scaled (`keras_gan.data.arrays`, once for a
training), minibatches of one in a new order (what `fit` takes from arrays), and the jitter as a turn does it.
The turn is that of the paper's generators in bfloat16, and has the jitter in it. Writes docs/benchmarks.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from growth import Clock
from pages import occasion, publish

import keras_gan
from keras_gan import backend, data
from keras_gan.data.minibatches import Minibatches

TURNS = 10
COUNT = 400  # pictures that a stage is measured with


def rate(count, work):
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def stages(side, data_dir):
    """Name of a stage to pictures a second, and what a turn consumes."""
    began = time.perf_counter()
    domains = [
        data.arrays("horse2zebra", split, image_size=side, data_dir=data_dir)[0]
        for split in ("testA", "testB")
    ]
    decoding = sum(map(len, domains)) / (time.perf_counter() - began)

    minibatches = Minibatches(domains, 1, aligned=False)
    shuffling = rate(2 * COUNT, lambda: [minibatches[i % len(minibatches)] for i in range(COUNT)])

    keras.config.set_dtype_policy("mixed_bfloat16")
    model = keras_gan.CycleGAN(image_shape=(side, side, 3), seed=0)
    model.compile()
    jitter = compiled(model.prepare)
    pair = [domain[:1] for domain in domains]
    jitter(*pair)
    jittering = rate(2 * COUNT, lambda: [jitter(*pair) for _ in range(COUNT)])
    for _ in range(2):  # The first time it is traced.
        clock = Clock()
        model.fit(
            *(domain[:TURNS] for domain in domains), batch_size=1, callbacks=[clock], verbose=0
        )
    return (decoding, shuffling, jittering), 2 / statistics.median(clock.seconds)


def compiled(function):
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    import tensorflow as tf

    return tf.function(function)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of data sets")
    parser.add_argument("--sides", type=int, nargs="+", default=[128, 256])
    options = parser.parse_args()
    backend.one_thread_each()  # as `keras-gan train` does
    lines = [
        "| Pixels | Decoded/s | Shuffled/s | Jittered/s | All three in a row | Consumed/s | Times |",
        "|---|---|---|---|---|---|---|",
    ]
    for side in options.sides:
        rates, consumed = stages(side, options.data)
        together = 1.0 / np.sum(1.0 / np.array(rates))
        cells = " | ".join(f"{each:,.0f}" for each in (*rates, together))
        lines.append(f"| {side} | {cells} | {consumed:.3g} | {together / consumed:.0f} |")
        print(lines[-1], flush=True)
    lines += ["", occasion("keras", "tensorflow", "pillow")]
    publish("benchmarks", "pipeline", "\n".join(lines))


if __name__ == "__main__":
    main()
