"""Trains every variant in half precision, and tells whether anything ceased to be finite.

    python tools/precision.py [KIND ...] [--turns 2000] [--policy mixed_bfloat16]

The networks are the small ones of tests/backend/turns.py, the images those of MNIST, the optimizers the
papers'. A row a variant and policy: turns played, moves skipped because a loss or gradient was not finite
(a loss scale that gives way is no skipped move), both losses at the end, and whether they and all weights
are finite. Exits 1 if one is not, or a move was skipped.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "backend"))

import keras
import numpy as np
from turns import options, small_networks, translating_networks

import keras_gan
from keras_gan import data
from keras_gan.networks import gan

TRANSLATORS = ("CycleGAN", "DiscoGAN", "DualGAN", "Pix2Pix")
ADVERSARIES = (
    *("GAN", "CGAN", "DCGAN", "LSGAN", "FGAN", "WGAN", "WGANGP", "SNGAN", "ImprovedGAN"),
    *("R3GAN", "ACGAN", "InfoGAN", "ProGAN", "MSGGAN", "SAGAN", "BigGAN", "StyleGAN2"),
)
POLICIES = ("mixed_bfloat16", "mixed_float16")
BATCH = 20
HEAD = "| Model | Policy | Steps | Skipped | Losses | Finite |\n|---|---|---|---|---|---|"


def model_of(kind):
    """A small model, and the arrays that it is fitted to but for their number."""
    if kind in TRANSLATORS:
        shape = (28, 28, 1)
        networks = translating_networks(kind, shape)
        return getattr(keras_gan, kind)(*networks, image_shape=shape, seed=0), shape
    networks, shape = small_networks(kind)
    if kind == "GAN":  # too small for the paper's rate, in any precision
        networks = gan.generator(shape), gan.discriminator(shape)
    return getattr(keras_gan, kind)(*networks, seed=0, **options(kind)), shape


def trained(kind, policy, turns):
    """A row of the table, and whether all went well."""
    keras.config.set_dtype_policy(policy)
    model, shape = model_of(kind)
    model.compile()
    images, labels = data.arrays("mnist", image_size=shape[0])
    picked = np.random.default_rng(0).integers(0, len(images), BATCH * model.batches_per_step * 50)
    images, labels = images[picked], labels[picked] % 3
    second = images[::-1] if kind in TRANSLATORS else labels if model.num_classes else None
    history = model.fit(images, second, batch_size=BATCH, epochs=turns // 50, verbose=0).history
    skipped = sum(sum(history.get(f"{player}_skipped", ())) for player in model.skipped)
    losses = [history[f"{player}_loss"][-1] for player in ("discriminator", "generator")]
    arrays = [np.asarray(keras.ops.convert_to_numpy(weight), "float64") for weight in model.weights]
    finite = all(np.isfinite(array).all() for array in [*arrays, np.array(losses)])
    count = int(model.steps)
    told = ", ".join(f"{loss:.3g}" for loss in losses)
    row = f"| {kind} | {policy} | {count} | {skipped:.0f} | {told} | {'yes' if finite else 'no'} |"
    return row, finite and not skipped and count == turns


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="all if none")
    parser.add_argument("--turns", type=int, default=2000, help="a multiple of 50")
    parser.add_argument("--policy", nargs="+", choices=POLICIES, default=POLICIES)
    args = parser.parse_args()
    well = True
    print(HEAD)
    for kind in args.kinds or [*ADVERSARIES, *TRANSLATORS]:
        for policy in args.policy:
            row, fine = trained(kind, policy, args.steps)
            print(row, flush=True)
            well = well and fine
    sys.exit(not well)


if __name__ == "__main__":
    main()
