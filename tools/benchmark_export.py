#!/usr/bin/env python
"""Measures exported entries of the zoo, and writes the table of docs/serving/README.md.

    pip install '.[onnx,litert]'
    KERAS_GAN_DATA=... python tools/benchmark_export.py

Size, time for an image (asked for alone, and as one of 32; median of 30 requests), largest difference from
Keras on images in [-1, 1], and how float16 and int8 change the FID of 10,000 images, or a translator's KID.
While other processes keep the machine busy, times are left out.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import tensorflow as tf

from keras_gan import zoo
from keras_gan.files import replacing
from keras_gan.images import to_uint8
from keras_gan.models.sampler import Sampler
from keras_gan.models.translator import Translator
from keras_gan.serving import FORMATS, judging
from keras_gan.serving.runtimes import open_litert, open_onnx

README = Path(__file__).parents[1] / "docs" / "serving" / "README.md"
BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
HEAD = """\
| Entry | Format | Precision | MB | ms, 1 image | ms, of 32 | Largest difference | FID or KID |
|---|---|---|---|---|---|---|---|"""
OTHERS = 0.5  # processes that run beside, above which the machine is not quiet


def inputs_of(model, num):
    if isinstance(model, Translator):
        pixels = np.random.default_rng(0).integers(0, 256, (num, *model.image_shape))
        return {"images": pixels.astype(np.float32) / 127.5 - 1.0}
    labels = {}
    if model.num_classes is not None:
        labels = {"labels": np.arange(num, dtype=np.int32) % model.num_classes}
    return {"latents": model.latents(num, seed=0), **labels}


def made_by(model, inputs):
    if isinstance(model, Translator):
        return next(iter(model.generators.values())).predict_on_batch(inputs["images"])
    return model.decode(*inputs.values())


def opened(path, format):
    """What runs an exported file: from inputs to images."""
    if format == "onnx":
        return open_onnx(path.read_bytes())
    if format == "litert":
        return open_litert(path.read_bytes())
    loaded = tf.saved_model.load(str(path))
    network = loaded.signatures["serving_default"]

    def run(inputs, _loaded=loaded):
        if "images" in inputs:
            inputs = {"images": to_uint8(inputs["images"])}
        images = network(**{name: tf.constant(value) for name, value in inputs.items()})["images"]
        return images.numpy().astype(np.float32) / 127.5 - 1.0

    return run


def milliseconds(run, inputs, repeats=30):
    """The median time for an image, in a request of all inputs."""
    run(inputs)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run(inputs)
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times) / len(inputs["latents"])


def megabytes(path):
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def rows(name, quiet):
    """The lines of the table about an entry; of a translator, in its first direction."""
    model = zoo.load(name)
    translates = isinstance(model, Translator)
    few, many = (1, None) if translates else (1, 32)
    compared = inputs_of(model, 1 if translates else 64)
    with tempfile.TemporaryDirectory() as folder:
        for format, precisions in FORMATS.items():
            for precision in precisions if format != "keras" else ():
                path = zoo.export(name, folder, format=format, precision=precision)
                run, expected = opened(path, format), made_by(model, compared)
                if format == "saved_model":
                    expected = to_uint8(expected).astype(np.float32) / 127.5 - 1.0
                apart = np.abs(run(compared) - expected).max()
                times = [
                    f"{milliseconds(run, inputs_of(model, num)):.2f}" if quiet and num else ""
                    for num in (few, many)
                ]
                change = ""
                if precision != "float32":
                    report = json.loads(path.with_name(f"{path.name}.json").read_text())
                    change = told(report["judged"])
                yield (
                    f"| {name} | {format} | {precision} | {megabytes(path):.1f} | "
                    f"{times[0]} | {times[1]} | {apart:.1g} | {change} |"
                )


def told(judged):
    """What a report says of the images, in few words."""
    if "missing" in judged:
        return "not measured"
    metric = judged["figure"].partition("[")[0].partition("_")[0].upper()
    return f"{metric} {judged['keras']:.4g} → {judged['file']:.4g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="entries; all that make images if none")
    parser.add_argument("--num", type=int, default=10_000, help="images that the FID is of")
    args = parser.parse_args()
    quiet = os.getloadavg()[0] < OTHERS
    judging.NUM = args.num
    kinds = Sampler, Translator
    names = args.names or [each for each in zoo.list() if isinstance(zoo.load(each), kinds)]
    lines = []
    for name in names:
        for row in rows(name, quiet):
            print(row, flush=True)
            lines.append(row)
    packages = ("tensorflow", "onnxruntime", "ai-edge-litert")
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    times = "times on it" if quiet else "times left out, as it was busy"
    caption = (
        f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, {times}; {versions}; "
        f"FID of {args.num:,} images, and KID, Keras → the file."
    )
    if not args.names:
        before, rest = README.read_text("utf-8").split(BEGIN)
        after = rest.split(END)[1]
        table = "\n".join([HEAD, *lines])
        with replacing(README) as temporary:
            temporary.write_text(
                f"{before}{BEGIN}\n\n{table}\n\n{caption}\n\n{END}{after}", "utf-8"
            )


if __name__ == "__main__":
    main()
