"""How far apart one device, several, and both backends are after the same turns.

    python tools/equality.py  # writes the table of docs/training

Plays every model of tests/backend/test_turns.py in each of its ways, one after the other, and compares the
weights with those of one device under the same backend. Under the conditions of the tests: few threads, and
little of XLA's optimization. Exits 1 if a process fails.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "backend"))

import conftest  # noqa: F401 (for the conditions of the tests)
import numpy as np
from pages import publish, versions
from test_turns import KINDS, WAYS, alone, play
from turns import TURNS

COLUMNS = {
    "XLA": "xla",
    "2 replicas": "mirrored",
    "2 processes": "multiworker",
    "JAX, 2 devices": "jax_of_two",
    "JAX, 4 devices": "jax_of_four",
    "JAX, weights shared out over 4": "jax_shared_out",
    "TensorFlow - JAX": "jax",
}


def played():
    """Way to its weights of every model, an array by kind and index."""
    arrays = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS:
            processes = play(KINDS, Path(folder), way)
            if any([process.wait() for process in processes]):
                sys.exit(f"{way} failed.")
            with np.load(Path(folder) / f"{way}0.npz") as file:
                arrays[way] = {name: file[name] for name in file.files if "losses" not in name}
    return arrays


def row(kind, arrays):
    """Of the table: the largest difference of any weight, in each column."""
    cells = []
    for way in COLUMNS.values():
        one = arrays["tensorflow" if way == "jax" else alone(way)]
        names = [name for name in one if name.startswith(f"{kind}/")]
        largest = max(np.abs(arrays[way][name] - one[name]).max() for name in names)
        cells.append(f"{largest:.0e}")
    return f"| {kind} | {' | '.join(cells)} |"


def main():
    arrays = played()
    lines = [
        f"After {TURNS} turns; {os.cpu_count()}-core CPU, {versions('keras', 'tensorflow', 'jax')}:",
        "",
        f"| Model | {' | '.join(COLUMNS)} |",
        "|---|" + "---|" * len(COLUMNS),
        *(row(kind, arrays) for kind in KINDS),
    ]
    publish("training", "equality", "\n".join(lines))


if __name__ == "__main__":
    main()
