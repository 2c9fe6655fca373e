"""Walks, truncation, style mixing, directions, projections of an entry: pictures and tables of docs/latent.

    python -m tools.studies.latent [--only mixing sefa] [--data DIR]

Seeds and numbers of images are those below.
"""

import argparse
from pathlib import Path

import numpy as np

from keras_gan import StyleGAN2, data, evaluation, latent, metrics, zoo
from keras_gan.modalities.images import sheet
from tools.pages import DOCS, markdown_table, publish

ENTRY, CLASSIFIER = "stylegan2_anime_faces", "anime_hair_classifier"
PAGE = DOCS / "latent"
TRUNCATION = StyleGAN2.shown_truncation
TRUNCATIONS = (0.0, 0.3, 0.5, 0.7, 0.85, 1.0)
COLORS = ("blonde", "blue", "green", "pink", "black")
LAYERS = (range(0, 3), range(3, 5), range(5, 10))  # coarse, middle, fine
STEP = 3.0  # standard deviations


def draw(name, images, columns):
    """Writes a picture of the page."""
    sheet(PAGE / f"{name}.png", images, columns, scale=2)


def walk(model, _):
    """A closed walk."""
    latent.write_gif(
        PAGE / "walk.gif", latent.walk(model, 5, 80, 4, truncation=TRUNCATION), 0.06, 2
    )


def truncation(model, data_dir):
    """Faces at several truncations, and FID at those that leave a distribution."""
    images = [model.generate(8, 0, truncation=psi) for psi in TRUNCATIONS]
    draw("truncation", np.concatenate(images), 8)
    reals = data.arrays("anime_faces", "test", data_dir=data_dir)[0]
    features = metrics.Features(zoo.load(CLASSIFIER).features, CLASSIFIER)
    curve = evaluation.truncation_curve(model, reals, features, TRUNCATIONS[1:], 5000)
    rows = [("0", "one face"), *((f"{psi:g}", f"{fid:.3f}") for psi, fid in curve)]
    figure = f"FID [{CLASSIFIER}, 5000/{len(reals)}]"
    publish("latent", "truncation", markdown_table(("psi", figure), rows))


def mixing(model, _):
    """Faces with styles of two: some layers from the column's face, the others from the row's."""
    rows, columns = (
        model.styles(model.latents(num, seed), TRUNCATION) for num, seed in ((6, 3), (6, 9))
    )
    blank = np.full((1, *model.example_shape), 255, np.uint8)
    pictures = [blank, model.synthesize(columns)]
    for row, layers in zip(rows, (i for i in LAYERS for _ in range(2)), strict=True):
        mixed = row[None].repeat(len(columns), axis=0)
        mixed[:, layers] = columns[:, layers]
        pictures += [model.synthesize(row[None]), model.synthesize(mixed)]
    draw("mixing", np.concatenate(pictures), 1 + len(columns))


def sefa(model, _):
    """A face moved along the strongest directions."""
    w = model.styles(model.latents(10_000, 2))[:, 0]
    start = model.styles(model.latents(1, 5), TRUNCATION)
    directions, _ = latent.sefa(model, 4)
    steps = np.linspace(-STEP, STEP, 9)
    moved = [
        start + step * (w @ direction).std() * direction
        for direction in directions
        for step in steps
    ]
    draw("sefa", model.synthesize(np.concatenate(moved)), len(steps))


def hair(model, _):
    """Faces with hair of other colors, and the fraction of 500 that the classifier assigns to them."""
    classifier = zoo.load(CLASSIFIER)
    names = data.info("anime_hair").classes
    w = model.styles(model.latents(10_000, 2))
    seen = classifier.classify(model.synthesize(w)).argmax(axis=1)
    fresh = model.styles(model.latents(500, 6), TRUNCATION)
    before = classifier.classify(model.synthesize(fresh)).argmax(axis=1)
    shown, rows = [model.synthesize(fresh[:5])], []
    for color in COLORS:
        wanted = names.index(color)
        direction = latent.attribute(w[:, 0], seen == wanted, "logistic")
        moved = fresh + STEP * (w[:, 0] @ direction).std() * direction
        images = model.synthesize(moved)
        after = classifier.classify(images).argmax(axis=1)
        rows.append((color, *(f"{np.mean(seen_ == wanted):.1%}" for seen_ in (before, after))))
        shown.append(images[:5])
    draw("hair", np.stack(shown, axis=1).reshape(-1, *model.example_shape), 1 + len(COLORS))
    publish("latent", "hair", markdown_table(("Hair", "Before", "After the step"), rows))


def projection(model, data_dir):
    """Held-out pictures and generated faces, and the closest faces that were found."""
    held_out = data.arrays("anime_faces", "test", data_dir=data_dir)[0][10:18]
    own = model.generate(8, 12, truncation=TRUNCATION)
    found = [latent.project(model, images) for images in (held_out, own)]
    pictures = [held_out, found[0].images, own, found[1].images]
    draw("projection", np.concatenate(pictures), 8)
    distances = [each.distances for each in found]
    rows = [
        (kind, f"{gaps.mean():.1f}", f"{gaps.min():.1f}, {gaps.max():.1f}")
        for kind, gaps in zip(("held out", "generated"), distances, strict=True)
    ]
    headings = ("Pictures", "Root mean square difference, in levels of 255", "From, to")
    publish("latent", "projection", markdown_table(headings, rows))


PARTS = {part.__name__: part for part in (walk, truncation, mixing, sefa, hair, projection)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--data", type=Path, help="folder of data sets")
    args = parser.parse_args()
    model = zoo.load(ENTRY)
    for name in args.only:
        PARTS[name](model, args.data)
        print("written:", name, flush=True)


if __name__ == "__main__":
    main()
