"""What a discriminator of label sets gives a tagger: LabelGAN with and without it, at equal thresholds.

KERAS_GAN_DATA=DIR python -m tools.studies.label_sets --folder FOLDER [--seeds N] [--epochs N]

Trains `RECIPE` with and without the adversarial weight, each with several seeds, in FOLDER/WEIGHT-SEED
(trainings that are there go on, or are read), and writes the table of docs/conditional. The adversarial loss
makes all probabilities larger, which a lower threshold does too: each metric is given at 0.5, and at the
threshold that is best for it on the validation part of the training split. The last rows are the control that
knows what nobody told the model: that a face has one color of hair and one of eyes. "±" is the standard error
over seeds, of the difference as of pairs of the same seed.
"""

import argparse
from pathlib import Path

import numpy as np

from keras_gan import data
from keras_gan.data.catalogue.anime import EYES, HAIR
from keras_gan.metrics import labels as measures
from keras_gan.zoo.train import train
from tools.pages import markdown_table, publish

WEIGHT = 3.0
RECIPE = {
    "model": "LabelGAN",
    "arguments": {
        "image_shape": [32, 32, 3],
        "num_tags": len(HAIR) + len(EYES),
        "tag_names": [f"{color} hair" for color in HAIR] + [f"{color} eyes" for color in EYES],
    },
    "dataset": "anime_tags",
    "split": "fit",
    "image_size": 32,
    "batch_size": 64,
    "epochs": 20,
    "steps_per_execution": 10,
}
THRESHOLDS = np.arange(0.1, 0.91, 0.05)


def metrics(found, true, known):
    """The metrics of sets (n, tags) that were found, by name, and the mean number of tags."""
    rows = {
        "micro F1": measures.micro_f1(found, true, "test").value,
        "macro F1": measures.macro_f1(found, true, "test").value,
        "whole set right": measures.subset_accuracy(found, true, "test").value,
        "set occurs": measures.possible(found, known, "test").value,
    }
    return rows | {"tags": found.sum(axis=1).mean()}


def one_each(probabilities):
    """The most probable color of the hair, and of the eyes: bool (n, tags)."""
    hair, eyes = np.split(probabilities, [len(HAIR)], axis=1)
    chosen = [np.eye(part.shape[1], dtype=bool)[part.argmax(axis=1)] for part in (hair, eyes)]
    return np.concatenate(chosen, axis=1)


def measured(model, splits):
    """Metrics by (way of choosing, name) of one model.

    Args:
        model: a `LabelGAN`.
        splits: "fit", "validation" and "test" to (images, tags).
    """
    known = splits["fit"][1]
    chosen, test = (model.probabilities(splits[name][0]) for name in ("validation", "test"))
    true = splits["test"][1]
    results = {("0.5", name): value for name, value in metrics(test >= 0.5, true, known).items()}
    tried = [metrics(chosen >= each, splits["validation"][1], known) for each in THRESHOLDS]
    for name in ("micro F1", "macro F1", "whole set right", "set occurs"):
        best = THRESHOLDS[np.argmax([each[name] for each in tried])]
        results["tuned", name] = metrics(test >= best, true, known)[name]
    alone = metrics(one_each(test), true, known)
    return results | {("one each", name): value for name, value in alone.items()}


def table(results):
    """The rows, from weight to a list of `measured`, one for each seed, of the plain classifier first."""
    plain, adversarial = results.values()
    for way, name in plain[0]:
        one, other = (np.array([each[way, name] for each in runs]) for runs in (plain, adversarial))
        yield [name, way, _text(one), _text(other), _text(other - one)]


def _text(values):
    error = values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else np.nan
    return f"{values.mean():.3f} ± {error:.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="of the trainings")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, help="of each, instead of the recipe's")
    options = parser.parse_args()
    splits = {
        split: data.arrays(RECIPE["dataset"], split, image_size=RECIPE["image_size"])
        for split in ("fit", "validation", "test")
    }
    results = {0.0: [], WEIGHT: []}
    for seed in range(options.seeds):
        for weight in results:
            arguments = {**RECIPE["arguments"], "adversarial_weight": weight}
            recipe = {**RECIPE, "arguments": arguments, "seed": seed}
            folder = options.folder / f"{weight:g}-{seed}"
            model = train(recipe, folder, epochs=options.epochs)
            results[weight].append(measured(model, splits))
            print(folder, results[weight][-1], flush=True)
    headings = ["Metric", "threshold", "without", "with the discriminator", "difference"]
    text = markdown_table(headings, table(results))
    print(text)
    publish("conditional", "label_sets", text)


if __name__ == "__main__":
    main()
