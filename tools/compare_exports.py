#!/usr/bin/env python
"""Exports every entry of the zoo, and writes how far its SavedModel is from Keras to docs/serving/README.md.

    python tools/compare_exports.py            # all entries, and the table
    python tools/compare_exports.py dcgan_mnist

Each signature is asked for images, and its answer compared with what `generate`, or `translate`, makes of the
same request: the largest difference in levels of 255. Exits 1 if one is above 1.
"""

import argparse
import os
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import tensorflow as tf
from pages import publish

from keras_gan import serving, zoo
from keras_gan.serving.tensorflow.decoding import to_png
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.translation import Translation

NUM, SEED = 16, 3
TRUNCATION = 0.7


def of_sampler(model):
    """Of each signature: its name, a request, and what Keras makes of it."""
    request, options, batch = {"num": NUM, "seed": SEED}, {}, {}
    if model.num_classes is not None:
        request["label"] = options["labels"] = model.num_classes - 1
        batch["labels"] = np.arange(NUM, dtype=np.int32) % model.num_classes
    whole = model.generate(NUM, SEED, **batch)
    if model.truncations is not None:
        request["truncation"] = options["truncation"] = TRUNCATION
    drawn = model.generate(NUM, SEED, **options)
    yield "serving_default", {"latents": model.latents(NUM, SEED), **batch}, whole
    yield "sample", request, drawn
    yield "sample_png", request, drawn


def of_translator(model):
    """The same, for images whose sides the network does not take as they are."""
    height, width, channels = model.image_shape
    shape = (2, height + 3, width - 5, channels)
    images = np.random.default_rng(SEED).integers(0, 256, shape, np.uint8)
    for index, direction in enumerate(model.generators):
        made, ending = model.translate(images, direction), f"_{direction}" * bool(index)
        yield f"translate{ending}" if index else "serving_default", {"images": images}, made
        yield f"translate_image_bytes{ending}", {"image_bytes": to_png(images)}, made


def differences(name):
    """Signature to its largest difference from Keras, in levels; None for an entry that makes no images."""
    model = zoo.load(name)
    if not isinstance(model, (Generation, Translation)):
        return None
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        loaded = tf.saved_model.load(str(serving.export(name, folder)))
        ask = of_sampler if isinstance(model, Generation) else of_translator
        for signature, request, expected in ask(model):
            graph = loaded.signatures[signature]
            wanted = graph.structured_input_signature[1]
            inputs = {key: tf.cast(value, wanted[key].dtype) for key, value in request.items()}
            (made,) = graph(**inputs).values()
            if made.dtype == tf.string:
                made = tf.map_fn(tf.io.decode_png, made, fn_output_signature=tf.uint8)
            found[signature] = int(np.abs(made.numpy().astype(int) - expected).max())
        if set(found) != set(loaded.signatures):
            raise RuntimeError(f"{name} has other signatures: {sorted(loaded.signatures)}.")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="entries; all if none")
    names = parser.parse_args().names
    lines, worst = (
        ["| Entry | Signatures, and their largest difference in levels of 255 |", "|---|---|"],
        0,
    )
    for name in names or zoo.list():
        found = differences(name)
        if found is None:
            told = "a classifier: not compared"
        else:
            told = ", ".join(f"`{signature}` {levels}" for signature, levels in found.items())
            worst = max(worst, *found.values())
        lines.append(f"| {name} | {told} |")
        print(lines[-1], flush=True)
    caption = (
        f"{date.today()}, TensorFlow {version('tensorflow')}: {NUM} images of each generator, 2 of each "
        "translator, by `tools/compare_exports.py`."
    )
    if not names:
        publish("serving", "equality", "\n".join([*lines, "", caption]))
    sys.exit(worst > 1)


if __name__ == "__main__":
    main()
