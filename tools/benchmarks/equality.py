"""How far apart one device, several devices, and both backends are after the same three steps.

    python -m tools.benchmarks.equality [MODEL ...]    # all if none, and the table of docs/training

The program `tests/steps.py` trains every variant in float64 with SGD from the same weights in each way, in
a process of its own. Random numbers are real; where two backends or XLA are compared, which draw different
ones, they follow from the state of the seed alone. All ways take about 40 minutes: with --folder, what is
trained is kept there, and another run goes on with it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tools.pages import markdown_table, publish, versions

ROOT = Path(__file__).parents[2]
# Column of the table: the two ways that it compares.
COMPARED = {
    "XLA": ("tensorflow_numbers", "xla_numbers"),
    "2 replicas": ("tensorflow", "mirrored"),
    "2 processes": ("tensorflow", "multiworker"),
    "JAX, 2 devices": ("jax", "jax_of_two"),
    "JAX, 4 devices": ("jax", "jax_of_four"),
    "JAX, weights divided over 4": ("jax", "jax_shared_out"),
    "TensorFlow - JAX": ("tensorflow_numbers", "jax_numbers"),
}
ENVIRONMENT = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "2",
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",  # else the compiler takes longer than all the steps
    "PYTHONPATH": str(ROOT),
}


def trained(way, names, folder):
    """The losses and weights of the variants, trained in one way, by name."""
    path = folder / f"{'-'.join([way, *names])}.npz"
    if not path.exists():
        command = [sys.executable, ROOT / "tests" / "steps.py", way, path, *names]
        subprocess.run(command, env={**os.environ, **ENVIRONMENT}, check=True)
    with np.load(path) as file:
        return dict(file)


def row(name, found):
    """The largest difference of any loss or weight in each column."""
    cells = [name]
    for one, other in COMPARED.values():
        keys = [key for key in found[one] if key.startswith(f"{name}/")]
        gap = max(np.abs(found[one][key] - found[other][key]).max() for key in keys)
        cells.append(f"{gap:.0e}")
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="MODEL", help="all if none; then no page")
    parser.add_argument("--folder", type=Path, help="where what is trained is kept")
    options = parser.parse_args()
    names, ways = options.names, dict.fromkeys(way for pair in COMPARED.values() for way in pair)
    with tempfile.TemporaryDirectory() as scratch:
        found = {way: trained(way, names, options.folder or Path(scratch)) for way in ways}
    trained_names = [key.removesuffix("/losses") for key in found["tensorflow"] if "/losses" in key]
    packages = versions("keras", "tensorflow", "jax")
    text = f"After {found['tensorflow']['steps']} steps; {os.cpu_count()}-core CPU, {packages}:\n\n"
    text += markdown_table(["Model", *COMPARED], [row(name, found) for name in trained_names])
    print(text)
    if not names:
        publish("training", "equality", text)


if __name__ == "__main__":
    main()
