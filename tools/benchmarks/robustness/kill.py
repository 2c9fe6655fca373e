"""`kill`: kills trainings at random moments, resumes them, and compares the end with an uninterrupted one.

Three variants: several critic updates and gradients of gradients (WGAN-GP), a history of images (CycleGAN), a
moving average and a lazy penalty (SNGAN with R1). Each is killed by SIGKILL so many times on its way to the
end of its recipe. Prints the largest difference of any weight, optimizer state and random state from the
training that was not killed. TensorFlow's operations are made deterministic.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from keras_gan import data, load_model
from keras_gan.zoo import train
from tools.benchmarks.robustness.variants import arrays_of

SHAPE = [28, 28, 1]
COMMON = {"dataset": "digits", "split": "train", "image_size": 28, "batch_size": 36, "seed": 0}
R1 = {"class_name": "keras_gan>R1", "config": {"gamma": 0.1, "every": 4}}
LONGEST = 4.0  # seconds of training before a kill


def add_arguments(parser):
    parser.add_argument("--work", type=Path, required=True, help="a new folder for the trainings")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--process", action="store_true", help=argparse.SUPPRESS)


def adversarial(model, normalization, **arguments):
    """A recipe with small networks of DCGAN's."""
    small = {"image_shape": SHAPE, "width": 4}
    discriminator = {**small, "normalization": normalization}
    return {
        "model": model,
        "arguments": {"ema": 0.9, **arguments},
        "networks": {
            "generator": ["dcgan.generator", small],
            "discriminator": ["dcgan.discriminator", discriminator],
        },
        **COMMON,
    }


def translating(folder):
    """A recipe of CycleGAN on the images in `folder`."""
    resnet = ["resnet.generator", {"width": 4, "blocks": 1}]
    patchgan = ["patchgan.discriminator", {"width": 4}]
    return {
        "model": "CycleGAN",
        "arguments": {"image_shape": [28, 28, 3], "pool_size": 10},
        "networks": {
            **{f"generator_{direction}": resnet for direction in ("ab", "ba")},
            **{f"discriminator_{domain}": patchgan for domain in "ab"},
        },
        **COMMON,
        "dataset": str(folder),
        "batch_size": 4,
    }


class Mark(keras.callbacks.Callback):
    """Creates a file when a process has taken its first step."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_train_batch_end(self, batch, logs=None):
        self.path.touch()


def work(folder):
    """The process that is killed: trains by folder/recipe.json."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    keras.utils.disable_interactive_logging()
    recipe = json.loads((folder / "recipe.json").read_text())
    train.train(recipe, folder, callbacks=[Mark(folder / "training")])


def start(folder):
    """A process that has taken its first step."""
    mark = folder / "training"
    mark.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tools.benchmarks.robustness", "kill", "--process"]
    process = subprocess.Popen([*command, "--work", folder])
    while not mark.exists() and process.poll() is None:
        time.sleep(0.01)
    return process


def complete(folder, recipe, kills, rng):
    """The model at the end of a training that was killed so many times."""
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text(json.dumps(recipe))
    for _ in range(kills):
        process = start(folder)
        time.sleep(rng.uniform(0, LONGEST))
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            raise RuntimeError("The training ended before all kills; give it more epochs.")
    if start(folder).wait() != 0:
        raise RuntimeError(f"The training in {folder} did not resume.")
    return load_model(folder / "checkpoint.keras")


def run(args):
    if args.process:
        work(args.work)
        return
    pictures = (args.work / "pictures").resolve()
    for index, image in enumerate(data.arrays("digits", "train")[0][:200]):
        path = pictures / ("trainA" if index % 2 else "trainB") / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(path)
    recipes = {
        "WGANGP": adversarial("WGANGP", None),
        "CycleGAN": translating(pictures),
        "SNGAN, lazy R1": adversarial("SNGAN", "spectral", penalties=[R1]),
    }
    print("| Variant | Kills | Steps | Largest difference |\n|---|---|---|---|")
    for name, recipe in recipes.items():
        recipe["epochs"] = args.epochs
        place = args.work / name.split(",")[0]
        whole = complete(place / "whole", recipe, 0, None)
        killed = complete(place / "killed", recipe, args.kills, random.Random(0))
        states = [arrays_of([*m.variables, *m.optimizer.variables]) for m in (whole, killed)]
        largest = max(np.abs(a - b).max() for a, b in zip(*states, strict=True))
        print(f"| {name} | {args.kills} | {int(whole.steps)} | {largest:.3g} |", flush=True)
