"""`precision`: trains every variant in half precision and checks that everything stays finite.

The networks are the smallest ones, the images those of MNIST, the optimizers the papers'. A row per variant
and policy: steps, updates skipped because a loss or gradient was not finite (a smaller loss scale is no
skipped update), both losses at the end, and whether they and all weights are finite. Exits 1 if one is not
finite or an update was skipped.
"""

import sys

import keras
import numpy as np

from keras_gan import data
from tools.benchmarks.robustness.variants import VARIANTS, arrays_of, columns_of, model_of, shape_of

POLICIES = ("mixed_bfloat16", "mixed_float16")
BATCH = 20
HEAD = "| Model | Policy | Steps | Skipped | Losses | Finite |\n|---|---|---|---|---|---|"


def add_arguments(parser):
    parser.add_argument("kinds", nargs="*", metavar="MODEL", help="all if none")
    parser.add_argument("--steps", type=int, default=2000, help="a multiple of 50")
    parser.add_argument("--policy", nargs="+", choices=POLICIES, default=POLICIES)
    parser.add_argument("--dataset", default="mnist")


def trained(kind, policy, steps, dataset):
    """A row of the table, and whether the training went well."""
    keras.config.set_dtype_policy(policy)
    model, side = model_of(kind), shape_of(kind)[0]
    model.compile()
    images, labels = data.arrays(dataset, image_size=side)
    epochs = -(-steps // 50)
    per_epoch = BATCH * model.batches_per_step * (steps // epochs)
    chosen = np.random.default_rng(0).integers(0, len(images), per_epoch)
    images, labels = images[chosen], labels[chosen] % 3
    others = columns_of(model, images, labels)
    history = model.fit(images, *others, batch_size=BATCH, epochs=epochs, verbose=0).history
    skipped = sum(sum(history.get(f"{player.name}_skipped", ())) for player in model.players)
    losses = [history[f"{player.name}_loss"][-1] for player in model.players]
    finite = all(np.isfinite(array).all() for array in [*arrays_of(model.weights), *losses])
    cells = [kind, policy, int(model.steps), f"{skipped:.0f}"]
    cells += [", ".join(f"{loss:.3g}" for loss in losses), "yes" if finite else "no"]
    return f"| {' | '.join(map(str, cells))} |", finite and not skipped


def run(args):
    well = True
    print(HEAD)
    for kind in args.kinds or VARIANTS:
        for policy in args.policy:
            row, fine = trained(kind, policy, args.steps, args.dataset)
            print(row, flush=True)
            well = well and fine
    sys.exit(not well)
