"""Kills trainings at random moments, lets them go on, and compares the end with that of one left in peace.

    python tools/kill.py --work /tmp/kill [--kills 20]

Three variants: several critic moves and gradients of gradients (WGANGP), a history of images (CycleGAN), a
moving average and a lazy penalty (SNGAN with R1). Each is killed by SIGKILL so many times, on its way to the
end of its recipe. Prints a table: the largest difference of any weight, optimizer state and random state from
the training that was not killed. TensorFlow's operations are made deterministic.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
import numpy as np
from PIL import Image

from keras_gan import data, load_model
from keras_gan.zoo import train

SHAPE = [28, 28, 1]
DCGAN = {
    "generator": ["dcgan.generator", {"image_shape": SHAPE, "width": 4}],
    "discriminator": ["dcgan.discriminator", {"image_shape": SHAPE, "width": 4}],
}
CRITIC = ["dcgan.discriminator", {"image_shape": SHAPE, "width": 4, "normalization": None}]
SPECTRAL = ["dcgan.discriminator", {"image_shape": SHAPE, "width": 4, "normalization": "spectral"}]
R1 = {"class_name": "keras_gan>R1", "config": {"gamma": 0.1, "every": 4}}
COMMON = {"dataset": "digits", "split": "train", "image_size": 28, "batch_size": 36, "seed": 0}
LONGEST = 4.0  # seconds of training before a kill


def recipes(pictures):
    """Name to recipe; `pictures` holds trainA and trainB."""
    resnet = ["resnet.generator", {"width": 4, "blocks": 1}]
    patchgan = ["patchgan.discriminator", {"width": 4}]
    translator = {
        "model": "CycleGAN",
        "arguments": {"image_shape": [28, 28, 3], "pool_size": 10},
        "networks": {
            "generator_ab": resnet,
            "generator_ba": resnet,
            "discriminator_a": patchgan,
            "discriminator_b": patchgan,
        },
        **COMMON,
        "dataset": str(pictures),
        "batch_size": 4,
    }
    gan = {"arguments": {"ema": 0.9}, **COMMON}
    return {
        "WGANGP": {**gan, "model": "WGANGP", "networks": {**DCGAN, "discriminator": CRITIC}},
        "CycleGAN": translator,
        "SNGAN, lazy R1": {
            **gan,
            "model": "SNGAN",
            "arguments": {"ema": 0.9, "penalties": [R1]},
            "networks": {**DCGAN, "discriminator": SPECTRAL},
        },
    }


class Mark(keras.callbacks.Callback):
    """Makes a file when the first turn of a process has been played."""

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
    train.train(recipe, folder, callbacks=[Mark(folder / "playing")])


def start(folder):
    """A process that works, once it has played a turn."""
    mark = folder / "playing"
    mark.unlink(missing_ok=True)
    process = subprocess.Popen([sys.executable, __file__, "--work", folder, "--process"])
    while not mark.exists() and process.poll() is None:
        time.sleep(0.01)
    return process


def run(folder, recipe, kills, rng):
    """Trains to the end, killed so many times on the way."""
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text(json.dumps(recipe))
    for _ in range(kills):
        process = start(folder)
        time.sleep(rng.uniform(0, LONGEST))
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            raise RuntimeError("The training was at its end before all kills; give it more epochs.")
    if start(folder).wait() != 0:
        raise RuntimeError(f"The training in {folder} did not go on.")
    return load_model(folder / "checkpoint.keras")


def state(model):
    """All that a model goes on from."""
    return [np.asarray(keras.ops.convert_to_numpy(variable)) for variable in model.variables] + [
        np.asarray(keras.ops.convert_to_numpy(variable)) for variable in model.optimizer.variables
    ]


def main(folder, kills, epochs):
    pictures = folder / "pictures"
    images = data.arrays("digits", "train")[0][:200]
    for index, image in enumerate(images):
        path = pictures / ("trainA" if index % 2 else "trainB") / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(path)
    print("| Variant | Kills | Steps | Largest difference |\n|---|---|---|---|")
    for name, recipe in recipes(pictures.resolve()).items():
        recipe["epochs"] = epochs
        place = folder / name.split(",")[0]
        whole = run(place / "whole", recipe, 0, None)
        killed = run(place / "killed", recipe, kills, random.Random(0))
        gaps = [np.abs(a - b).max() for a, b in zip(state(whole), state(killed), strict=True)]
        print(f"| {name} | {kills} | {int(whole.steps)} | {max(gaps):.3g} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for the trainings, not there yet"
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.process:
        work(arguments.work)
    else:
        main(arguments.work, arguments.kills, arguments.epochs)
