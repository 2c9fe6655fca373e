"""Measures what real images get where generated ones are measured: zoo/floors.json, for the cards.

python -m tools.floors --data DIR

For each data set with entries that generate: as many images of its training split as an entry generates,
drawn at random, in the place of generated ones. No generator can be expected to get less, and one that copies
its training images gets the same.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from keras_gan import data, zoo
from keras_gan.evaluation import classifiers_of, evaluate
from keras_gan.files import replacing
from keras_gan.zoo import registry
from keras_gan.zoo.build import model_class
from keras_gan.zoo.pack import rounded

METRICS = ["fid", "kid", "prdc", "sharpness"]


def floors(data_dir, num=10_000):
    """Metrics by data set and name, and the data sets that are not here."""
    found, missing = {}, []
    for card in map(zoo.card, zoo.list()):
        dataset, size = card.recipe.dataset, card.recipe.image_size
        if (
            dataset in found
            or dataset in missing
            or model_class(card.recipe.model).verb != "generate"
        ):
            continue
        options = {"image_size": size, "data_dir": data_dir}
        try:
            images, _ = data.arrays(dataset, "train", **options)
        except FileNotFoundError:
            missing.append(dataset)
            continue
        chosen = np.random.default_rng(0).permutation(len(images))[:num]
        options["image_size"] = images.shape[1:3]
        options["num_real"] = num
        reports = [
            evaluate(images[chosen], dataset, METRICS, features=judge, **options)
            for judge in classifiers_of(dataset)
        ]
        print(*reports, sep="\n\n")
        found[dataset] = rounded(metric for report in reports for metric in report.metrics)
    return found, missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of data sets")
    path = registry.folder() / "floors.json"
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    found, missing = floors(parser.parse_args().data)
    kept = {name: before[name] for name in missing if name in before}
    print("Not here:", *missing or ["none"])
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({**found, **kept}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
