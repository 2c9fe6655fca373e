#!/usr/bin/env python
"""Difference from Keras, size and latency of exported entries of the zoo: the tables of docs/serving.

    pip install '.[onnx,litert]'
    python -m tools.benchmarks.exports              # all generators and translators, on a quiet machine
    python -m tools.benchmarks.exports dcgan_mnist  # prints its rows; the page stays as it is
    KERAS_GAN_DATA=... python -m tools.benchmarks.exports  # with FIDs, which take long

Every signature of a SavedModel is compared with `generate` or `translate` on the same request, in levels of
255; an ONNX or LiteRT file with Keras on images in [-1, 1]. Latencies are medians of 30 requests, of one
image alone and of one in a batch of 32. How float16 and int8 change the FID of 10,000 images, or the KID of
translations, is read from the export's own report. Measurements of a busy machine, and FIDs without data,
keep their earlier value: all results are in docs/serving/benchmark.json. Exits 1 if a signature differs by
more than one level.
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

os.environ["KERAS_BACKEND"] = "tensorflow"

import numpy as np
import tensorflow as tf

from keras_gan import serving, zoo
from keras_gan.modalities.images import to_people
from keras_gan.serving import FORMATS
from keras_gan.serving.files import open_litert, open_onnx
from keras_gan.serving.tensorflow.decoding import to_png
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.translation import Translation
from tools.pages import DOCS, markdown_table, publish, versions, write

RESULTS = DOCS / "serving" / "benchmark.json"
QUIET = 0.5  # processes that run besides, above which nothing is timed
NUM, SEED, TRUNCATION = 16, 3, 0.7
HEADINGS = ["Entry", "Format", "Precision", "MB", "ms, 1 image", "ms, of 32", "Largest difference"]
HEADINGS.append("FID or KID")


def inputs_of(model, num):
    """Inputs of the network in a file, for `num` images."""
    if isinstance(model, Translation):
        pixels = np.random.default_rng(0).integers(0, 256, (num, *model.image_shape))
        return {"images": pixels.astype(np.float32) / 127.5 - 1.0}
    labels = {}
    if model.num_classes is not None:
        labels = {"labels": np.arange(num, dtype=np.int32) % model.num_classes}
    return {"latents": model.latents(num, seed=0), **labels}


def by_keras(model, inputs):
    """The network's images in [-1, 1]."""
    if isinstance(model, Translation):
        return next(iter(model.generators.values())).predict_on_batch(inputs["images"])
    return model.decode(*inputs.values())


def requests(model):
    """A request to each signature of a SavedModel, and the images that Keras answers it with."""
    if isinstance(model, Translation):
        height, width, channels = model.image_shape
        # Sides that the network does not take as they are.
        shape = (2, height + 3, width - 5, channels)
        images = np.random.default_rng(SEED).integers(0, 256, shape, np.uint8)
        for index, direction in enumerate(model.generators):
            translated = model.translate(images, direction, size="full")
            ending = f"_{direction}" * bool(index)
            name = f"translate{ending}" if index else "serving_default"
            yield name, {"images": images}, translated
            yield f"translate_image_bytes{ending}", {"image_bytes": to_png(images)}, translated
        return
    request, options, batch = {"num": NUM, "seed": SEED}, {}, {}
    if model.num_classes is not None:
        request["label"] = options["labels"] = model.num_classes - 1
        batch["labels"] = np.arange(NUM, dtype=np.int32) % model.num_classes
    latents = {"latents": model.latents(NUM, SEED), **batch}
    yield "serving_default", latents, model.generate(NUM, SEED, **batch)
    if model.truncations is not None:
        request["truncation"] = options["truncation"] = TRUNCATION
    for name in ("sample", "sample_png"):
        yield name, request, model.generate(NUM, SEED, **options)


def compared(model, path):
    """Signature to its largest difference from Keras, in levels of 255."""
    loaded, found = tf.saved_model.load(str(path)), {}
    for name, request, expected in requests(model):
        graph = loaded.signatures[name]
        specs = graph.structured_input_signature[1]
        inputs = {key: tf.cast(value, specs[key].dtype) for key, value in request.items()}
        (images,) = graph(**inputs).values()
        if images.dtype == tf.string:
            images = tf.map_fn(tf.io.decode_png, images, fn_output_signature=tf.uint8)
        found[name] = int(np.abs(images.numpy().astype(int) - expected).max())
    if set(found) != set(loaded.signatures):
        raise RuntimeError(f"{path} has further signatures: {sorted(loaded.signatures)}.")
    return found


def opened(path, format):
    """A function from inputs to images that runs an exported file."""
    if format != "saved_model":
        return {"onnx": open_onnx, "litert": open_litert}[format](path.read_bytes())
    loaded = tf.saved_model.load(str(path))
    network = loaded.signatures["serving_default"]

    def run(inputs, _loaded=loaded):
        if "images" in inputs:
            inputs = {"images": to_people(inputs["images"])}
        return network(**{name: tf.constant(value) for name, value in inputs.items()})["images"]

    return run


def milliseconds(run, inputs, repeats=30):
    """The median time per image of a request of all inputs."""
    run(inputs)
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        run(inputs)
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times) / len(next(iter(inputs.values())))


def measured(name, quiet):
    """The results of an entry's files, by format and precision."""
    model = zoo.load(name)
    translates = isinstance(model, Translation)
    with tempfile.TemporaryDirectory() as folder:
        for format, precision in [(f, p) for f in FORMATS if f != "keras" for p in FORMATS[f]]:
            path = serving.export(name, folder, format=format, precision=precision)
            files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
            run, results = opened(path, format), {}
            results["megabytes"] = sum(file.stat().st_size for file in files) / 1e6
            if format == "saved_model":
                results["signatures"] = compared(model, path)
                results["difference"] = max(results["signatures"].values()) / 127.5
            else:
                inputs = inputs_of(model, 1 if translates else 64)
                gaps = np.abs(run(inputs) - by_keras(model, inputs))
                results["difference"] = float(gaps.max())
            if quiet:
                results["one"] = milliseconds(run, inputs_of(model, 1))
                many = None if translates else milliseconds(run, inputs_of(model, 32))
                results["many"] = many
            if precision != "float32":
                report = json.loads(path.with_name(f"{path.name}.json").read_text())["metric"]
                results |= {} if "missing" in report else {"metric": report}
            yield f"{format} {precision}", results


def row(name, file, results):
    """Cells of the table of files."""
    times = [results.get(key) for key in ("one", "many")]
    times = ["" if milliseconds is None else f"{milliseconds:.2f}" for milliseconds in times]
    report, quality = results.get("metric"), ""
    if report:
        metric = report["name"].partition("[")[0].partition("_")[0].upper()
        quality = f"{metric} {report['keras']:.4g} → {report['file']:.4g}"
    size = f"{results['megabytes']:.1f}"
    return [name, *file.split(), size, *times, f"{results['difference']:.1g}", quality]


def signatures(name, entry):
    """Cells of the table of signatures."""
    levels = entry["saved_model float32"]["signatures"]
    return [name, ", ".join(f"`{signature}` {each}" for signature, each in levels.items())]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="entries; all that generate or translate if none")
    names = parser.parse_args().names
    quiet = os.getloadavg()[0] < QUIET
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {"entries": {}}
    entries = kept["entries"]
    for name in names or zoo.list():
        if not isinstance(zoo.load(name), (Generation, Translation)):
            continue
        for file, results in measured(name, quiet):
            known = entries.setdefault(name, {})
            known[file] = known.get(file, {}) | results
            print(" | ".join(row(name, file, known[file])), flush=True)
        print(" | ".join(signatures(name, entries[name])), flush=True)
        if not names:
            write(RESULTS, json.dumps(kept, indent=1) + "\n")
    where = f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores"
    if quiet:
        packages = versions("tensorflow", "onnxruntime", "ai-edge-litert")
        kept["times"] = f"{where}; {packages}"
    if not names:
        write(RESULTS, json.dumps(kept, indent=1) + "\n")
        table = markdown_table(
            HEADINGS,
            [row(name, *each) for name, files in entries.items() for each in files.items()],
        )
        caption = (
            f"Times: {kept.get('times', 'not measured')}. FID of 10,000 images, and KID of a "
            "translator's first direction: Keras → the file."
        )
        publish("serving", "benchmark", f"{table}\n\n{caption}")
        headings = ["Entry", "Signatures, and their largest difference in levels of 255"]
        table = markdown_table(headings, [signatures(*each) for each in entries.items()])
        count = f"{NUM} images of each generator, 2 of each translator"
        caption = f"{where}, TensorFlow {tf.__version__}: {count}."
        publish("serving", "equality", f"{table}\n\n{caption}")
    found = [
        results.get("signatures", {}) for name in entries for results in entries[name].values()
    ]
    sys.exit(max((level for each in found for level in each.values()), default=0) > 1)


if __name__ == "__main__":
    main()
