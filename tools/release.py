"""Releases a training as an entry of the zoo: selects and packs its weights, measures them, writes the cards.

python -m tools.release dcgan_fashion_mnist --train-dir /tmp/train/dcgan_fashion_mnist

Snapshots are files `weights/EPOCH.weights.h5` in that folder: give the training the callback
`keras.callbacks.ModelCheckpoint(folder / "weights/{epoch:04d}.weights.h5", save_weights_only=True)`. Without
any there is only the last epoch.

Weights are selected by the validation part of the training split, which a recipe with the split "fit" leaves
out. A model that generates gets the weights of the snapshot with the smallest FID, or of a model with a
likelihood of discrete images the fewest bits for each pixel and channel. A model that translates
without pairs gets those with the smallest sum of the KIDs of its directions, among those with a target
accuracy of at least 80%, if there are any. All others, and those that were trained on the whole split, get
the last weights. The packed entry is then measured against the test split and, if it generates, against the
training split.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from keras_gan import data, load_model, zoo
from keras_gan.evaluation import Evaluator, classifiers_of, evaluate, image_size
from keras_gan.files import replacing
from keras_gan.zoo import pack, registry
from keras_gan.zoo.journal import shown
from keras_gan.zoo.recipe import Recipe
from keras_gan.zoo.workdir import read_log
from tools.cards import ROOT, update

SAMPLES = 5_000  # of each snapshot
ACCURATE = 0.8  # least target accuracy of a translator
SEED = 1  # theirs; the published figures have another


def progress(text):
    """Writes the text over the line of the text before."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def select(model, workdir, recipe, data_dir):
    """Loads the best snapshot of a training into its model.

    Returns:
        Its epoch, and in words how it was selected.
    """
    last = len(read_log(workdir))
    comparison = {"generate": by_fid, "translate": by_kid}.get(model.verb)
    comparison = by_bits if "bits_per_dim" in model.own_metrics else comparison
    if recipe.split != "fit" or comparison is None or (model.verb == "translate" and model.aligned):
        return last, f"the last of {last} epochs"
    final = workdir / "weights" / f"{last:04d}.weights.h5"
    if not final.exists():
        model.save_weights(final)
    compare = comparison(model, recipe.dataset, data_dir)
    metrics = {}
    for path in sorted((workdir / "weights").glob("*.weights.h5")):
        model.load_weights(path)
        metrics[path], name, text = compare(pack.to_release(model))
        progress("")
        print(f"epoch {int(path.name[:4]):3}  {text}", flush=True)
    best = min(metrics, key=metrics.get)
    model.load_weights(best)
    epoch = int(best.name[:4])
    return epoch, f"epoch {epoch} of {last} has the smallest {name}, {metrics[best][1]:.4g}"


def by_fid(model, dataset, data_dir):
    """The comparison of snapshots by FID.

    Returns:
        A function from a model to (whether it is out of the question, a value), the value's name, and a text.
    """
    options = {"image_size": image_size(model), "seed": SEED, "data_dir": data_dir}
    options["split"] = "validation"
    evaluator = Evaluator(dataset, ["fid"], SAMPLES, progress=progress, **options)

    def measure(model):
        fid = evaluator(model)["fid"]
        return (False, fid.value), fid.name.replace("]", f", seed {SEED}]"), fid

    return measure


def by_bits(model, dataset, data_dir):
    """The comparison of snapshots by the bits of a pixel and channel; the result is as of `by_fid`."""

    def measure(model):
        options = {"split": "validation", "data_dir": data_dir, "progress": progress}
        bits = evaluate(model, dataset, ["bits_per_dim"], **options)["bits_per_dim"]
        return (False, bits.value), bits.name, bits

    return measure


def by_kid(model, dataset, data_dir):
    """The comparison of snapshots by the KIDs of their directions; the result is as of `by_fid`."""

    def measure(model):
        options = {"split": "validation", "data_dir": data_dir, "progress": progress}
        found = evaluate(model, dataset, **options).metrics
        kids = [each for each in found if each.metric.startswith("kid_")]
        accuracies = [each for each in found if each.metric.startswith("target_accuracy_")]
        name = " + ".join(kid.name for kid in kids)
        name += f" at a target accuracy of at least {ACCURATE:.0%}"
        missed = any(accuracy.value < ACCURATE for accuracy in accuracies)
        text = "  ".join(map(str, [*accuracies, *kids]))
        return (missed, sum(kid.value for kid in kids)), name, text

    return measure


def measure(name, num, data_dir, without=()):
    """The metrics of a packed entry for its card: on the test split, then on the training split."""
    model, dataset = zoo.load(name), zoo.card(name).recipe.dataset
    if data.info(dataset).rate:
        print("Sounds are measured by tools.studies.sound_to_digit.")
        return {}
    options = {"data_dir": data_dir, "progress": progress}
    if model.verb == "generate":
        options |= {"num": num, "num_real": num}
        both = ["fid", "kid", "prdc"]
        some = {"intra_fid", "label_accuracy"}
        some |= {"disentanglement"} if data.info(dataset).factors else set()
        some &= set(model.evaluation_metrics)
        once = ["modes", "memorization", "sharpness", *model.own_metrics, *sorted(some)]
        once = [metric for metric in once if metric not in without]
        reports = [
            evaluate(name, dataset, both + once, **options),
            evaluate(name, dataset, both, split="train", **options),
        ]
        for other in classifiers_of(dataset)[1:]:
            reports.append(evaluate(name, dataset, [*both, "modes"], features=other, **options))
    else:
        reports = [evaluate(name, **options)]
    progress("")
    print(*reports, sep="\n\n")
    return pack.rounded(metric for report in reports for metric in report.metrics)


def release(folder, workdir, num, data_dir, without=()):
    """Completes the entry in `folder` from the training in `workdir`, or without one from its weights."""
    recipe = Recipe.parse(json.loads((folder / "entry.json").read_text("utf-8"))["recipe"])
    model = load_model(workdir / "checkpoint.keras") if workdir else zoo.load(folder.name)
    held_out = data.info(recipe.dataset).held_out
    options = {"image_size": recipe.image_size, "data_dir": data_dir}
    columns = shown(model.columns_of(data.source(recipe.dataset, held_out, **options)))
    of_training = []
    if workdir:
        epoch, selected = select(model, workdir, recipe, data_dir)
        print(selected, flush=True)
        of_training = model.measure_training(data.source(recipe.dataset, recipe.split, **options))
        pack.pack(folder, model, read_log(workdir)[:epoch], selected, columns)
    else:
        model.samples(folder / pack.SAMPLES, columns)
    metrics = measure(folder.name, num, data_dir, without)
    pack.update(folder, metrics={**metrics, **pack.rounded(of_training)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="the entry, whose recipe is in zoo/NAME/entry.json")
    parser.add_argument("--train-dir", type=Path, help="where it was trained")
    parser.add_argument("--data", type=Path, help="folder of data sets")
    parser.add_argument("--num", type=int, default=10_000, help="images to measure")
    parser.add_argument(
        "--without",
        nargs="*",
        default=[],
        help="metrics to leave out: log_likelihood, of large images",
    )
    parser.add_argument("--zoo", type=Path, default=registry.folder(), help="the folder of entries")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        # The entry is completed in a copy of the zoo, and takes its place when all is measured.
        os.environ["KERAS_GAN_HOME"] = scratch  # nothing that was cached before is published
        draft = Path(scratch) / "zoo"
        shutil.copytree(args.zoo, draft)
        registry.folder = lambda: draft
        release(draft / args.name, args.train_dir, args.num, args.data, args.without)
        parts = json.loads((draft / args.name / "entry.json").read_text("utf-8"))
        for path in (draft / args.name).iterdir():
            if path.name not in ("entry.json", "README.md"):
                with replacing(args.zoo / args.name / path.name) as temporary:
                    shutil.copyfile(path, temporary)
        generated = ("training", "data", "metrics", "weights")
        pack.update(args.zoo / args.name, **{part: parts[part] for part in generated})
    if args.zoo == ROOT / "zoo":
        registry.folder = lambda: args.zoo
        update(ROOT)


if __name__ == "__main__":
    main()
