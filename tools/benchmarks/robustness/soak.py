"""`soak`: trains a small model for 20,000 steps, and measures its memory and how often the step is traced.

Needs psutil. Prints the mean resident memory of each quarter of the training, and the number of tracings.
"""

import keras
import numpy as np

from keras_gan import data
from tools.benchmarks.robustness.variants import model_of

STEPS_PER_EPOCH = 100
BATCH = 8


class Memory(keras.callbacks.Callback):
    """Resident memory in MiB at the end of each epoch."""

    def __init__(self):
        super().__init__()
        import psutil

        self.process = psutil.Process()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.process.memory_info().rss / 2**20)


def add_arguments(parser):
    parser.add_argument("--steps", type=int, default=20_000, help="a multiple of 400")


def run(args):
    gan, memory = model_of("DCGAN", ema=0.99), Memory()
    gan.compile()
    traced, step = [], gan.step

    def counting(batch):  # Python runs it when the step is traced, and only then.
        traced.append(len(memory.seen))
        return step(batch)

    gan.step = counting
    images = data.arrays("digits", "train", image_size=28)[0]
    images = np.resize(images, (BATCH * STEPS_PER_EPOCH, 28, 28, 1))
    epochs = args.steps // STEPS_PER_EPOCH
    gan.fit(images, batch_size=BATCH, epochs=epochs, callbacks=[memory], verbose=0)
    quarters = [float(np.mean(quarter)) for quarter in np.array_split(memory.seen, 4)]
    print("MiB by quarter:", ", ".join(f"{quarter:.1f}" for quarter in quarters))
    print(f"last over second: {quarters[3] / quarters[1] - 1:+.2%}; traced {len(traced)} times")
