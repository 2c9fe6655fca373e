"""Where the time of a turn goes, by TensorFlow's profiler: whose network, and what kind of operation.

    python tools/split.py  # writes the table of docs/training

The games are those of tools/benchmark with small minibatches, two turns of each. Times are summed over the
operations, which run side by side on several cores, so shares are told and not seconds. An operation is a
network's by the name under which it was traced, forward or backward; what bears none is an optimizer's, a
moving average's or a loss's. In bfloat16, where kernels have gradients of our own, that is not told.
"""

import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent / "benchmark"))

import keras
import numpy as np
from games import GAMES
from pages import occasion, publish

SMALL = {"dcgan": 32, "sngan": 8, "wgan_gp": 16, "cyclegan": 1, "stylegan2": 8, "biggan": 8}
TURNS = 2
WHOSE = {
    "generator": re.compile(r"/(generator|synthesis|mapping)"),
    "discriminator": re.compile("/discriminator"),
}
KINDS = {
    "products": re.compile("Conv|MatMul|Einsum"),
    "normalisation": re.compile("BatchNorm|Mean|Moments|SquaredDifference|Rsqrt"),
}
PRECISIONS = ("float32", "mixed_bfloat16")
COLUMNS = ("generator", "discriminator", "rest", "products", "normalisation", "else")


def model_and_data(name):
    game = GAMES[name]
    model = game.make(game.shape)
    model.compile()
    count = TURNS * SMALL[name] * model.minibatches_per_turn
    rng = np.random.default_rng(0)
    columns = [rng.uniform(-1, 1, (count, *game.shape)).astype("float32")]
    columns *= 2 if name == "cyclegan" else 1
    if game.classes:
        columns.append(rng.integers(0, game.classes, count))
    return model, columns


def operations(folder):
    """(name, picoseconds) of all that ran in the graph."""
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    (path,) = Path(folder).rglob("*.xplane.pb")
    space = xplane_pb2.XSpace()
    space.ParseFromString(path.read_bytes())
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                name = plane.event_metadata[event.metadata_id].name
                if "/" in name and ":" in name and "Iterator" not in name:
                    yield name, event.duration_ps


def measured(name):
    """Column to its share of the time."""
    import tensorflow as tf

    model, columns = model_and_data(name)
    model.fit(*columns, batch_size=SMALL[name], verbose=0)  # traces
    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            model.fit(*columns, batch_size=SMALL[name], verbose=0)
        spent = collections.Counter()
        for operation, time in operations(folder):
            spent["all"] += time
            spent[next((who for who, said in WHOSE.items() if said.search(operation)), "rest")] += (
                time
            )
            kind = operation.rpartition(":")[2]
            spent[next((what for what, said in KINDS.items() if said.search(kind)), "else")] += time
    return {column: spent[column] / spent["all"] for column in COLUMNS}


def row(name, precision):
    """A line of the table."""
    keras.config.set_dtype_policy(precision)
    shares = measured(name)
    told = COLUMNS if precision == "float32" else COLUMNS[3:]
    cells = " | ".join(f"{shares[column]:.0%}" if column in told else "" for column in COLUMNS)
    return f"| {GAMES[name].title}, batch {SMALL[name]} | {precision} | {cells} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=2, metavar=("GAME", "PRECISION"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(row(*options.one))
        return
    lines = [f"| Model | Precision | {' | '.join(COLUMNS)} |", "|---|---|" + "---|" * len(COLUMNS)]
    for name in SMALL:
        for precision in PRECISIONS:
            command = [sys.executable, __file__, "--one", name, precision]
            answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            lines.append(answer.stdout.splitlines()[-1])
            print(lines[-1], flush=True)
    publish("training", "split", "\n".join([*lines, "", occasion("keras", "tensorflow")]))


if __name__ == "__main__":
    main()
