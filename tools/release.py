"""Makes an entry of the zoo from a training: selects and packs its weights, measures them, writes the cards.

python tools/release.py dcgan_fashion_mnist --train-dir /tmp/train/dcgan_fashion_mnist

A generator's weights are those of the snapshot with the smallest FID. A translator's have the smallest
sum of the KIDs of its directions, on the test split, of those whose translations the judge takes for the
target in four of five cases, where there are any. A classifier's and Pix2Pix's are the last ones. What
is packed is then measured against the test split and against the training split, a classifier and a
translator against the former alone.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
from cards import ROOT, update

from keras_gan import Classifier, Pix2Pix, data, load_model, zoo
from keras_gan.evaluation import Evaluator, evaluate, image_size
from keras_gan.files import replacing
from keras_gan.zoo import pack, registry, train
from keras_gan.zoo.recipe import Recipe

SAMPLES = 5_000  # of each snapshot
RECOGNIZED = 0.8  # share of translations
SEED = 1  # theirs; the published figures have another


def progress(text):
    """Overwrites the line in which the last progress was told."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def select(model, workdir, dataset, data_dir):
    """Loads the best snapshot of a training into its model.

    Returns:
        Its epoch, and in words how it was selected.
    """
    last = len(train.read_log(workdir))
    if isinstance(model, (Classifier, Pix2Pix)):
        return last, f"the last of {last} epochs"
    final = workdir / "weights" / f"{last:04d}.weights.h5"
    if not final.exists():
        model.save_weights(final)
    judge = comparing(model, dataset, data_dir)
    figures = {}
    for path in sorted((workdir / "weights").glob("*.weights.h5")):
        model.load_weights(path)
        figures[path], name, told = judge(pack.to_release(model))
        progress("")
        print(f"epoch {int(path.name[:4]):3}  {told}", flush=True)
    best = min(figures, key=figures.get)
    model.load_weights(best)
    epoch = int(best.name[:4])
    return epoch, f"epoch {epoch} of {last} has the smallest {name}, {figures[best][1]:.4g}"


def comparing(model, dataset, data_dir):
    """What snapshots are compared by.

    Returns:
        A function from a model to (whether it is out of the question, a figure), the figure's name, and all
        of it in words.
    """
    options = {"data_dir": data_dir, "progress": progress}
    if hasattr(model, "translate"):

        def kids(model):
            figures = evaluate(model, dataset, **options).metrics
            kinds = [figure.metric.partition("_")[0] for figure in figures]
            chosen = [each for kind, each in zip(kinds, figures, strict=True) if kind == "kid"]
            taken = [each for kind, each in zip(kinds, figures, strict=True) if kind == "target"]
            name = (
                " + ".join(figure.name for figure in chosen)
                + f" at a target accuracy of at least {RECOGNIZED:.0%}"
            )
            missed = any(figure.value < RECOGNIZED for figure in taken)
            told = "  ".join(map(str, [*taken, *chosen]))
            return (missed, sum(figure.value for figure in chosen)), name, told

        return kids
    options |= {"image_size": image_size(model), "seed": SEED}
    evaluator = Evaluator(dataset, ["fid"], SAMPLES, **options)

    def fid(model):
        figure = evaluator(model)["fid"]
        return (False, figure.value), figure.name.replace("]", f" test, seed {SEED}]"), figure

    return fid


def measure(name, num, data_dir):
    """The metrics of a packed entry, for its card: against the test split, then the training split."""
    card = zoo.card(name)
    options = {"data_dir": data_dir, "progress": progress}
    if card.recipe.model == "Classifier" or hasattr(zoo.load(name), "translate"):
        reports = [evaluate(name, **options)]
    else:
        model = zoo.load(name)
        metrics = ["fid", "kid", "prdc"]
        own = ["modes", "memorization"]
        if model.num_classes is not None:
            own += ["intra_fid", "label_accuracy"]
        options |= {"num": num, "num_real": num}
        dataset = card.recipe.dataset
        reports = [
            evaluate(name, dataset, metrics + own, **options),
            evaluate(name, dataset, metrics, split="train", **options),
        ]
    progress("")
    print(*reports, sep="\n\n")
    figures = {figure.name: figure.to_dict() for report in reports for figure in report.metrics}
    return {
        name: {part: figure[part] for part in ("value", "spread", "definition")}
        for name, figure in figures.items()
    }


def shown(recipe, data_dir):
    """Eight images of each domain for the samples, spread over the split that nothing was learned from."""
    split = data.info(recipe.dataset).held_out
    domains = data.arrays(recipe.dataset, split, image_size=recipe.image_size, data_dir=data_dir)
    return [images[:: max(1, len(images) // 8)][:8] for images in domains]


def release(folder, workdir, num, data_dir):
    """Makes the entry in `folder` from the training in `workdir`, or without one from its weights."""
    recipe = Recipe.parse(json.loads((folder / "entry.json").read_text("utf-8"))["recipe"])
    model = load_model(workdir / "checkpoint.keras") if workdir else zoo.load(folder.name)
    images = shown(recipe, data_dir) if hasattr(model, "translate") else ()
    if workdir:
        epoch, selected = select(model, workdir, recipe.dataset, data_dir)
        print(selected, flush=True)
        pack.pack(folder, model, train.read_log(workdir)[:epoch], selected, images)
    else:
        pack.draw(folder, model, images)
    pack.update(folder, metrics=measure(folder.name, num, data_dir))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="the entry, whose recipe is in zoo/NAME/entry.json")
    parser.add_argument("--train-dir", type=Path, help="where it was trained")
    parser.add_argument("--data", type=Path, help="folder of data sets")
    parser.add_argument("--num", type=int, default=10_000, help="images to measure")
    parser.add_argument("--zoo", type=Path, default=registry.folder(), help="the folder of entries")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        # The entry is made in a copy of the zoo, and takes its place when all is known.
        os.environ["KERAS_GAN_HOME"] = scratch  # nothing that was cached before is published
        draft = Path(scratch) / "zoo"
        shutil.copytree(args.zoo, draft)
        registry.folder = lambda: draft
        release(draft / args.name, args.train_dir, args.num, args.data)
        parts = json.loads((draft / args.name / "entry.json").read_text("utf-8"))
        for name in ("samples.png", registry.MODEL, parts["weights"]["file"]):
            if (made := draft / args.name / name).exists():
                with replacing(args.zoo / args.name / name) as temporary:
                    shutil.copyfile(made, temporary)
        generated = ("training", "data", "metrics", "weights")
        pack.update(args.zoo / args.name, **{part: parts[part] for part in generated})
    if args.zoo == ROOT / "zoo":
        registry.folder = lambda: args.zoo
        update(ROOT)


if __name__ == "__main__":
    main()
