"""How the time of a turn and the memory grow with batch, image and width.

    pip install matplotlib  # not a dependency of keras_gan
    python tools/growth.py  # writes docs/benchmarks: the table and growth.png

DCGAN from a point in the middle, one thing at a time doubled and halved, each point in a process of its own.
The time is the median over turns, the memory the peak of what is resident, less what was before the model was
made. A slope is that of the logarithms over the larger points: 1 is proportional, 2 quadratic. That of the
multiplications in a turn stands beside that of the time.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import scaling
from pages import DOCS, occasion, publish

import keras_gan
from keras_gan.networks import dcgan

MIDDLE = {"batch": 32, "side": 64, "width": 32}
POINTS = {"batch": (4, 8, 16, 32, 64, 128), "side": (32, 64, 128), "width": (8, 16, 32, 64, 128)}
TURNS = 8
UNITS = {"seconds": "seconds a turn", "memory": "memory, MB"}


class Clock(keras.callbacks.Callback):
    """Seconds of each turn."""

    def on_train_begin(self, logs=None):
        self.seconds = []

    def on_train_batch_begin(self, batch, logs=None):
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.seconds.append(time.perf_counter() - self.began)


def networks(side, width):
    shape = (side, side, 3)
    return dcgan.generator(shape, width=width), dcgan.discriminator(shape, width=width)


def products(batch, side, width):
    """Multiplications in a turn, as tools/scaling.py counts them."""
    return batch * scaling.gan(*networks(side, width), batch)[0]


def point(batch, side, width):
    """Median seconds a turn, and peak bytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gan = keras_gan.DCGAN(*networks(side, width), seed=0)
    gan.compile()
    images = np.random.default_rng(0).integers(
        0, 256, (batch * TURNS, side, side, 3), dtype=np.uint8
    )
    for _ in range(2):  # The first time it is traced.
        clock = Clock()
        gan.fit(images, batch_size=batch, callbacks=[clock], verbose=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"seconds": statistics.median(clock.seconds), "memory": 1024 * peak}


def measured():
    """What is varied to its points: (value, figures)."""
    grown = {}
    for what, values in POINTS.items():
        grown[what] = []
        for value in values:
            place = json.dumps({**MIDDLE, what: value})
            answer = subprocess.run(
                [sys.executable, __file__, "--point", place], stdout=subprocess.PIPE, check=True
            )
            grown[what].append((value, json.loads(answer.stdout)))
            print(what, value, grown[what][-1][1], flush=True)
    return grown


def slope(points, figure):
    """d log(figure) / d log(value) over the larger half of the points."""
    values, figures = zip(*points[len(points) // 2 :], strict=True)
    logs = np.log(values), np.log([each[figure] for each in figures])
    return float(np.polyfit(*logs, 1)[0])


def table(grown):
    lines = [
        "| Growing | From, to | Seconds a turn | Slope | of products | MB | Slope |",
        "|---|---|---|---|---|---|---|",
    ]
    for what, points in grown.items():
        (low, first), (high, last) = points[0], points[-1]
        counted = [
            (value, {"products": products(**{**MIDDLE, what: value})}) for value, _ in points
        ]
        lines.append(
            f"| {what} | {low}, {high} | {first['seconds']:.3g}, {last['seconds']:.3g} "
            f"| {slope(points, 'seconds'):.2f} | {slope(counted, 'products'):.2f} "
            f"| {first['memory'] / 1e6:.0f}, {last['memory'] / 1e6:.0f} | {slope(points, 'memory'):.2f} |"
        )
    return "\n".join([*lines, "", occasion("keras", "tensorflow")])


def draw(grown, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        2, 3, figsize=(9, 5), sharex="col", sharey="row", layout="constrained"
    )
    for column, (what, points) in enumerate(grown.items()):
        values = [value for value, _ in points]
        for row, (name, scale) in enumerate((("seconds", 1.0), ("memory", 1e-6))):
            axis = axes[row, column]
            axis.loglog(values, [scale * each[name] for _, each in points], "o-")
            axis.set_title(f"slope {slope(points, name):.2f}", fontsize="medium")
            axis.grid(alpha=0.3)
        axis.set_xscale("log", base=2)
        axis.set_xticks(values, [str(value) for value in values])
        axis.set_xlabel({"batch": "images in a minibatch", "side": "pixels a side"}.get(what, what))
    for row, (name, ticks) in enumerate(
        (("seconds", (0.1, 1.0)), ("memory", (100, 200, 400, 800)))
    ):
        axes[row, 0].set_ylabel(UNITS[name])
        axes[row, 0].minorticks_off()
        axes[row, 0].set_yticks(ticks, [str(tick) for tick in ticks])
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--point", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.point:
        print(json.dumps(point(**options.point)))
        return
    grown = measured()
    draw(grown, DOCS / "benchmarks" / "growth.png")
    publish("benchmarks", "growth", table(grown))


if __name__ == "__main__":
    main()
