"""Are GANs created equal? (Lucic et al. 2018): every objective with one architecture and one budget.

    python -m tools.studies.study --work /tmp/study --data DIR [--epochs 10] [--seeds 0 1 2]

The data are Fashion-MNIST, the architecture is DCGAN's for 28x28 images, the budget a number of epochs (as in
the paper: with several discriminator updates per step, the generator gets fewer updates), the hyper-
parameters are those of each method's paper. Every run is a training by a recipe (`keras_gan.zoo.train`).
Finished runs are not repeated, interrupted ones resume from their checkpoint. Writes docs/study.
"""

import argparse
import gc
import json
from pathlib import Path

import keras
import numpy as np

from keras_gan import data
from keras_gan.evaluation import Evaluator
from keras_gan.zoo import pack, train
from keras_gan.zoo.workdir import read_log
from tools.pages import DOCS, markdown_table, marked, write

REAL = "training split"  # measured like a generator
METRICS = ["fid", "kid", "prdc", "modes"]
COLUMNS = ("fid", "kid", "precision", "recall", "coverage", "missing_modes")

SHAPE = [28, 28, 1]
EMA = 0.995  # of every generator, over about 200 updates; only R3GAN's paper has one, of 0.999
COMMON = {
    "dataset": "fashion_mnist",
    "split": "train",
    "image_size": 28,
    "batch_size": 64,
    "dtype": "mixed_bfloat16",
}


def architecture(normalization):
    """The architecture, its discriminator with another normalization than DCGAN's."""
    shape = {"image_shape": SHAPE}
    return {
        "generator": ["dcgan.generator", shape],
        "discriminator": ["dcgan.discriminator", {**shape, "normalization": normalization}],
    }


# Name: model, its arguments, and its networks where the model's own are not those of DCGAN.
METHODS = {
    "MM": ("DCGAN", {"objective": "minimax"}, {}),
    "NS": ("DCGAN", {}, {}),
    "LSGAN": ("LSGAN", {}, {}),
    "WGAN": ("WGAN", {}, {}),
    "WGAN-GP": ("WGANGP", {}, {}),
    "DRAGAN": ("DCGAN", {"penalties": ["dragan"]}, architecture(None)),
    "SNGAN": ("SNGAN", {}, architecture("spectral")),
    "f-GAN, KL": ("FGAN", {"objective": "kl"}, {}),
    "f-GAN, reverse KL": ("FGAN", {"objective": "reverse_kl"}, {}),
    "f-GAN, Pearson": ("FGAN", {"objective": "pearson"}, {}),
    "f-GAN, Hellinger": ("FGAN", {"objective": "squared_hellinger"}, {}),
    "Improved GAN": ("ImprovedGAN", {}, {}),
    "R3GAN": ("R3GAN", {}, architecture(None)),
}


def recipe(method, seed, epochs):
    """The recipe of one run."""
    model, arguments, networks = METHODS[method]
    shape = {} if networks else {"image_shape": SHAPE}
    return {
        "model": model,
        "arguments": {**shape, **arguments, "ema": EMA},
        **({"networks": networks} if networks else {}),
        **COMMON,
        "epochs": epochs,
        "seed": seed,
    }


def run(method, seed, epochs, work, data_dir):
    """The model of one run, trained to its end, and its folder."""
    workdir = work / f"{method.replace(', ', ' ').replace(' ', '_')}_{seed}"
    return train.train(recipe(method, seed, epochs), workdir, data_dir=data_dir), workdir


def study(methods, seeds, epochs, work, data_dir, kept):
    """Trains and measures all runs that are not in `kept`, and adds them to it."""
    done = {(row["method"], row["seed"], row["epochs"]) for row in kept}
    evaluator = Evaluator("fashion_mnist", METRICS, data_dir=data_dir)
    if (REAL, None, epochs) not in done:
        row = {"method": REAL, "seed": None, "epochs": epochs, "seconds": None}
        kept.append(row | training_split(evaluator, data_dir))
        yield kept
    for seed in seeds:
        for method in methods:
            if (method, seed, epochs) in done:
                continue
            model, workdir = run(method, seed, epochs, work, data_dir)
            kept.append(
                {
                    "method": method,
                    "seed": seed,
                    "epochs": epochs,
                    **measured(evaluator, pack.in_float32(model)),
                }
            )
            pace = np.median([line["seconds"] / line["steps"] for line in read_log(workdir)])
            kept[-1]["seconds"] = round(1000 * float(pace) / model.discriminator_steps, 1)
            print(json.dumps(kept[-1]), flush=True)
            yield kept
            keras.backend.clear_session()
            gc.collect()


def measured(evaluator, model):
    """The metrics of a model, or of images, by column; all None for a model whose weights are NaN."""
    weights = getattr(model, "weights", [])
    if not all(np.isfinite(keras.ops.convert_to_numpy(weight)).all() for weight in weights):
        return dict.fromkeys(COLUMNS)
    report = evaluator(model)
    return {name: report[name].value for name in COLUMNS}


def table(rows, epochs):
    """Markdown: mean and standard deviation over the runs of each method, the smallest FID first."""
    runs = {
        method: [row for row in rows if (row["method"], row["epochs"]) == (method, epochs)]
        for method in (REAL, *METHODS)
    }

    def cells(method):
        for name in (*COLUMNS, "seconds"):
            values = [row[name] for row in runs[method] if row[name] is not None]
            digits = 1 if name in ("fid", "missing_modes", "seconds") else 3
            spread = f" ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else ""
            yield f"{np.mean(values):.{digits}f}{spread}" if values else "-"

    def fid(method):
        return np.mean([np.inf if row["fid"] is None else row["fid"] for row in runs[method]])

    headings = ["Method", "Runs", "FID", "KID", "Precision", "Recall", "Coverage", "Missing modes"]
    methods = sorted(filter(runs.get, runs), key=fid)
    lines = [[method, len(runs[method]), *cells(method)] for method in methods]
    return markdown_table([*headings, "s / 1000 steps"], lines)


def training_split(evaluator, data_dir):
    """The metrics of the training split itself, the best that a generator can reach."""
    images, _ = data.arrays("fashion_mnist", "train", data_dir=data_dir)
    chosen = np.random.default_rng(0).permutation(len(images))[:10_000]
    return measured(evaluator, images[chosen])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of the runs' checkpoints")
    parser.add_argument("--data", type=Path, help="folder of data sets")
    parser.add_argument("--epochs", type=int, default=20, help="the budget")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--out", type=Path, default=DOCS / "study")
    args = parser.parse_args()
    keras.utils.disable_interactive_logging()

    results = args.out / "results.json"
    rows = json.loads(results.read_text("utf-8")) if results.exists() else []
    for kept in study(args.methods, args.seeds, args.epochs, args.work, args.data, rows):
        write(results, json.dumps(kept, indent=1) + "\n")
    if (page := args.out / "README.md").exists():
        write(page, marked(page.read_text("utf-8"), "study", table(rows, args.epochs)))


if __name__ == "__main__":
    main()
