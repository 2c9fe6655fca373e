"""Keeps an unfinished training beside its recipe, for another machine to go on with.

    python tools/keep.py RECIPE.json DIR            # keeps it
    python tools/keep.py RECIPE.json DIR --restore  # on another machine
    keras-gan train RECIPE.json --out DIR

Kept are the weights in float16, random state and counters with them, how many steps the optimizers have made
(rates may depend on it), and the log of the finished epochs. Of the optimizers' averages, twice as large as
the weights, only the mean of each is kept: if they began at zero, Adam, which corrects for that by its number
of steps, would make the first ones too long.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import h5py
import numpy as np
from keras import ops

from keras_gan import load_model
from keras_gan.files import creating, replacing
from keras_gan.zoo import packing, training


def averages(optimizer):
    """Its variables, but for the rate, which is the recipe's."""
    return [
        variable for variable in optimizer.variables if variable is not optimizer._learning_rate
    ]


def keep(recipe, workdir):
    """Writes RECIPE.weights.h5 and RECIPE.log.jsonl from a training's checkpoint."""
    model = load_model(workdir / "checkpoint.keras")
    log = training.read_log(workdir)
    if int(model.turns) != log[-1]["turns"]:
        sys.exit("The checkpoint is in the middle of an epoch: let the training end it first.")
    with replacing(recipe.with_suffix(".weights.h5")) as path:
        packing.save_float16(packing.in_float32(model), path)
        with h5py.File(path, "r+") as file:
            for player, optimizer in model.optimizers.items():
                values = map(ops.convert_to_numpy, averages(optimizer))
                file.attrs[player] = [np.mean(value, dtype="float64") for value in values]
    with replacing(recipe.with_suffix(".log.jsonl")) as path:
        shutil.copyfile(workdir / "log.jsonl", path)


def restore(recipe, workdir):
    """Writes a training's checkpoint and log from what was kept."""
    kept = recipe.with_suffix(".weights.h5")
    stated = json.loads(recipe.read_text("utf-8"))["recipe"]
    with creating(workdir) as folder:
        model = training.build({**stated, "from": str(kept)})
        with h5py.File(kept) as file:
            for player, optimizer in model.optimizers.items():
                for variable, mean in zip(averages(optimizer), file.attrs[player], strict=True):
                    variable.assign(ops.full_like(variable.value, mean))
        model.save(folder / "checkpoint.keras")
        shutil.copyfile(recipe.with_suffix(".log.jsonl"), folder / "log.jsonl")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", type=Path, help="its JSON file")
    parser.add_argument("workdir", type=Path, help="the training's folder")
    parser.add_argument("--restore", action="store_true", help="from what was kept")
    options = parser.parse_args()
    try:
        (restore if options.restore else keep)(options.recipe, options.workdir)
    except FileExistsError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
