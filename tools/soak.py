"""Trains a small model for 20,000 turns: is the memory flat, and is nothing traced again?

    pip install matplotlib psutil  # not dependencies of keras_gan
    python tools/soak.py [--turns 20000] [--out docs/soak.png]

Prints the mean resident memory of each quarter and how often the turn was traced, and draws the memory.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
import numpy as np
import psutil

import keras_gan
from keras_gan.networks import dcgan

TURNS_PER_EPOCH = 100


class Memory(keras.callbacks.Callback):
    """Resident memory in MiB at the end of each epoch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(psutil.Process().memory_info().rss / 2**20)


def main(turns, out):
    gan = keras_gan.DCGAN(
        dcgan.generator((28, 28, 1), width=4),
        dcgan.discriminator((28, 28, 1), width=4),
        ema=0.99,
        seed=0,
    )
    gan.compile()
    traced, play = [], gan.turn

    def step(data):  # Python runs it when it is traced, and only then.
        traced.append(len(memory.seen))
        return play(data)

    gan.step = step
    memory = Memory()
    images = keras_gan.data.arrays("digits", "train")[0]
    images = np.pad(images, [(0, 0), (0, 28 - images.shape[1]), (0, 28 - images.shape[2]), (0, 0)])
    gan.fit(
        np.resize(images, (8 * TURNS_PER_EPOCH, 28, 28, 1)),
        batch_size=8,
        epochs=turns // TURNS_PER_EPOCH,
        callbacks=[memory],
        verbose=0,
    )
    quarters = [float(np.mean(quarter)) for quarter in np.array_split(memory.seen, 4)]
    print("MiB by quarter:", ", ".join(f"{quarter:.1f}" for quarter in quarters))
    print(f"last over second: {quarters[3] / quarters[1] - 1:+.2%}; traced {len(traced)} times")
    if out:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        figure, axes = pyplot.subplots(figsize=(6, 3), layout="constrained")
        axes.plot(np.arange(1, len(memory.seen) + 1) * TURNS_PER_EPOCH, memory.seen)
        axes.set(xlabel="steps", ylabel="resident memory, MiB", ylim=(0, 1.2 * max(memory.seen)))
        figure.savefig(out, dpi=110)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=20_000)
    parser.add_argument("--out", type=Path, help="a PNG file")
    arguments = parser.parse_args()
    main(arguments.steps, arguments.out)
