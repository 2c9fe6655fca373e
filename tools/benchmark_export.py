#!/usr/bin/env python
"""Measures exported entries of the zoo, and writes the table of docs/serving/README.md.

    pip install '.[onnx,litert]'
    python tools/benchmark_export.py                        # times, on a quiet machine
    KERAS_GAN_DATA=... python tools/benchmark_export.py     # and FIDs, which take long

Size, time for an image (asked for alone, and as one of 32; median of 30 requests), largest difference from
Keras on images in [-1, 1], and how float16 and int8 change the FID of 10,000 images, or a translator's KID.
Times while other processes keep the machine busy, and FIDs without data, stay what they were: all figures are
kept in docs/serving/benchmark.json.
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
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import tensorflow as tf
from pages import DOCS, publish, versions, write

from keras_gan import serving, zoo
from keras_gan.modalities.images import to_people
from keras_gan.serving import FORMATS
from keras_gan.serving.files import open_litert, open_onnx
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.translation import Translation

FIGURES = DOCS / "serving" / "benchmark.json"
HEAD = """\
| Entry | Format | Precision | MB | ms, 1 image | ms, of 32 | Largest difference | FID or KID |
|---|---|---|---|---|---|---|---|"""
OTHERS = 0.5  # processes that run beside, above which the machine is not quiet


def inputs_of(model, num):
    if isinstance(model, Translation):
        pixels = np.random.default_rng(0).integers(0, 256, (num, *model.image_shape))
        return {"images": pixels.astype(np.float32) / 127.5 - 1.0}
    labels = {}
    if model.num_classes is not None:
        labels = {"labels": np.arange(num, dtype=np.int32) % model.num_classes}
    return {"latents": model.latents(num, seed=0), **labels}


def made_by(model, inputs):
    if isinstance(model, Translation):
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
            inputs = {"images": to_people(inputs["images"])}
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
    return 1000 * statistics.median(times) / len(next(iter(inputs.values())))


def megabytes(path):
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def measured(name, quiet):
    """The figures of an entry's files, by format and precision; of a translator, in its first direction."""
    model = zoo.load(name)
    translates = isinstance(model, Translation)
    compared = inputs_of(model, 1 if translates else 64)
    with tempfile.TemporaryDirectory() as folder:
        for format, precisions in FORMATS.items():
            for precision in precisions if format != "keras" else ():
                path = serving.export(name, folder, format=format, precision=precision)
                run, expected = opened(path, format), made_by(model, compared)
                if format == "saved_model":
                    expected = to_people(expected).astype(np.float32) / 127.5 - 1.0
                figures = {
                    "megabytes": megabytes(path),
                    "difference": float(np.abs(run(compared) - expected).max()),
                }
                if quiet:
                    figures["one"] = milliseconds(run, inputs_of(model, 1))
                    figures["many"] = (
                        None if translates else milliseconds(run, inputs_of(model, 32))
                    )
                if precision != "float32":
                    metric = json.loads(path.with_name(f"{path.name}.json").read_text())["metric"]
                    figures |= {} if "missing" in metric else {"metric": metric}
                yield f"{format} {precision}", figures


def row(name, file, figures):
    """A line of the table."""
    format, precision = file.split()
    one, many = (
        "" if figures.get(key) is None else f"{figures[key]:.2f}" for key in ("one", "many")
    )
    return (
        f"| {name} | {format} | {precision} | {figures['megabytes']:.1f} | {one} | {many} | "
        f"{figures['difference']:.1g} | {told(figures.get('metric'))} |"
    )


def told(metric):
    """The metric of a report in few words."""
    if metric is None:
        return ""
    kind = metric["name"].partition("[")[0].partition("_")[0].upper()
    return f"{kind} {metric['keras']:.4g} → {metric['file']:.4g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="entries; all that make images if none")
    args = parser.parse_args()
    quiet = os.getloadavg()[0] < OTHERS
    kept = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {"entries": {}}
    entries = kept["entries"]
    makers = [each for each in zoo.list() if isinstance(zoo.load(each), (Generation, Translation))]
    for name in args.names or makers:
        for file, figures in measured(name, quiet):
            entry = entries.setdefault(name, {})
            entry[file] = entry.get(file, {}) | figures
            print(row(name, file, entry[file]), flush=True)
            write(FIGURES, json.dumps(kept, indent=1) + "\n")
    if quiet:
        packages = versions("tensorflow", "onnxruntime", "ai-edge-litert")
        kept["times"] = f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores; {packages}"
        write(FIGURES, json.dumps(kept, indent=1) + "\n")
    lines = [row(name, *each) for name in makers for each in entries.get(name, {}).items()]
    caption = (
        f"Times: {kept.get('times', 'not measured')}. FID of 10,000 images, and KID of a "
        "translator's first direction: Keras → the file."
    )
    publish("serving", "benchmark", "\n".join([HEAD, *lines, "", caption]))


if __name__ == "__main__":
    main()
