"""Does half precision cost quality? FID of DCGAN and SNGAN, trained in float32 and in half precision.

    python tools/precision_fid.py --work /tmp/precision [--epochs 3] [--seeds 0 1]

The runs are those of tools/study.py (Fashion-MNIST, its classifier's features, 10,000 generated images), with
networks half as wide, once for each dtype policy and seed; a run that was cut off goes on. Prints a table:
FID, mean and range over the seeds, and its share of the first policy's.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
import numpy as np
from study import architecture, recipe

from keras_gan.metrics import Evaluator
from keras_gan.zoo import packing, training

POLICIES = ("float32", "mixed_bfloat16", "mixed_float16")
MODELS = {"DCGAN": ("NS", "batch"), "SNGAN": ("SNGAN", "spectral")}
WIDTH = 32


def halved(model, seed, epochs, policy):
    """The study's recipe for a model, half as wide, in another precision."""
    method, normalization = MODELS[model]
    networks = {
        part: [name, {**arguments, "width": WIDTH}]
        for part, (name, arguments) in architecture(normalization).items()
    }
    own = recipe(method, seed, epochs)
    own["arguments"].pop("image_shape", None)
    return {**own, "networks": networks, "dtype": policy}


def row(model, policy, fids, reference):
    """A line of the table; `reference` is the mean of the first policy."""
    mean, spread = np.mean(fids), f"{min(fids):.2f}, {max(fids):.2f}"
    return f"| {model} | {policy} | {mean:.2f} | {spread} | {mean / reference:.3f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of the runs' checkpoints")
    parser.add_argument("--data", type=Path, help="folder of data sets")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=list(POLICIES))
    args = parser.parse_args()
    keras.utils.disable_interactive_logging()
    evaluator = Evaluator("fashion_mnist", ["fid"], data_dir=args.data)
    print("| Model | Policy | FID | from, to | Of the first |\n|---|---|---|---|---|")
    for model in MODELS:
        for policy in args.policies:
            fids = []
            for seed in args.seeds:
                trained = training.train(
                    halved(model, seed, args.epochs, policy),
                    args.work / f"{model}_{policy}_{seed}",
                    data_dir=args.data,
                )
                fids.append(evaluator(packing.in_float32(trained))["fid"].value)
            if policy == args.policies[0]:
                reference = np.mean(fids)
            print(row(model, policy, fids, reference), flush=True)


if __name__ == "__main__":
    main()
