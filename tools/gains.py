"""What the own ways of the backend gain: turns with each, and with Keras's or TensorFlow's in its place.

    python tools/gains.py  # writes the table of docs/benchmarks

Two models of a game of tools/benchmark in one process take turns; the games, and random images, are those of
the race. A gain is the quotient of the medians.
"""

import os
import statistics
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent / "benchmark"))

import keras
from games import GAMES
from keras_games import Contestant
from pages import occasion, publish

from keras_gan import backend

ROUNDS = 7
NO_KERNEL = {"halve": lambda *_: None, "double": lambda *_: None}
WAYS = {  # what there is to gain: the game, minibatch, turns, precision, and what is in its place
    "Batch normalisation is one kernel": (
        *("dcgan", 32, 4, "float32"),
        {"normalize_batch": lambda *_: None},
    ),
    "Gradients of 4x4 kernels are matrix products": ("dcgan", 32, 4, "bfloat16", NO_KERNEL),
    "Leaky ReLU has no second derivative": (
        *("wgan_gp", 16, 8, "float32"),
        {"leaky_relu": keras.ops.leaky_relu},
    ),
}


def seconds(name, batch, turns, dtype, instead):
    """Medians of the seconds a turn: as it was, and as it is."""
    options = SimpleNamespace(batch=batch, dtype=dtype)
    keras.config.set_dtype_policy("float32")
    spent = {}
    contestants = [(Contestant(name, GAMES[name], options), ways) for ways in (instead, {})]
    for round_ in range(-1, ROUNDS):  # the first one traces
        for contestant, ways in contestants:
            with mock.patch.dict(vars(backend), ways):
                took = contestant.train(turns) / turns
            if round_ >= 0:
                spent.setdefault(bool(ways), []).append(took)
    return [statistics.median(spent[was]) for was in (True, False)]


def main():
    lines = ["| What | Game | Before | Now | Times as fast |", "|---|---|---|---|---|"]
    for what, (name, batch, turns, dtype, instead) in WAYS.items():
        before, now = seconds(name, batch, turns, dtype, instead)
        game = f"{GAMES[name].title}, batch {batch}, {dtype}"
        lines.append(f"| {what} | {game} | {before:.3f} s | {now:.3f} s | {before / now:.2f} |")
        print(lines[-1], flush=True)
    publish("benchmarks", "gains", "\n".join([*lines, "", occasion("keras", "tensorflow")]))


if __name__ == "__main__":
    main()
