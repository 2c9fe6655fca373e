"""What a predictor sees where the future is not certain: four games on the mazes of `pacman`.

python -m tools.studies.futures --folder FOLDER [--epochs N]

Trains each of `GAMES` in FOLDER/NAME (trainings that are there go on, or are read), and writes the table and
the picture of docs/conditional. Figures are of the test clips after whose first four frames Pac-Man stands at
a junction of two ways, so that two frames may follow. A prediction that is nearer to their mean than to each
of them shows two half figures. "Both ways" are the clips of which 8 draws hold either future at least once;
"the first way" is how often the nearer one is the first of the two, 0.5 in the data.
"""

import argparse
from pathlib import Path

import numpy as np

from keras_gan import data
from keras_gan.data.catalogue.pacman import PAST, futures
from keras_gan.metrics.pixels import decibels, psnr, ssim
from keras_gan.modalities.images import sheet
from keras_gan.zoo.train import train
from tools.pages import DOCS, markdown_table, publish

DRAWS, STEPS, SHOWN = 8, 16, 6
RECIPE = {
    "model": "VideoPredictor",
    "dataset": "pacman",
    "split": "train",
    "image_size": 48,
    "batch_size": 32,
    "epochs": 14,
    "seed": 0,
    "steps_per_execution": 10,
}
GAMES = {
    "squared error alone": {"adversarial_weight": 0.0, "gradient_weight": 0.0},
    "absolute error, gradient difference": {"adversarial_weight": 0.0, "power": 1},
    "the paper's, with a discriminator": {},
    "discriminator, noise, mode seeking": {
        "adversarial_weight": 1.0,
        "distance_weight": 0.0,
        "gradient_weight": 0.0,
        "noise_dim": 8,
        "diversity": 0.02,
        "ema": 0.995,
    },
}


def junctions(clips, possible):
    """The clips after whose first frames two may follow, and those two: (n, 2, height, width, 1)."""
    found = [index for index, frames in enumerate(possible) if len(frames) == 2]
    return clips[found], np.stack([possible[index] for index in found])


def nearest(drawn, two):
    """Which of two futures each draw is nearest to, or 2 for their mean: (n, draws).

    Args:
        drawn: uint8 (n, draws, height, width, 1).
        two: uint8 (n, 2, height, width, 1).
    """
    targets = np.concatenate([two, two.mean(axis=1, keepdims=True)], axis=1)
    gaps = drawn[:, :, None].astype(np.float64) - targets[:, None]
    return np.square(gaps).mean(axis=(3, 4, 5)).argmin(axis=2)


def measured(model, clips, two):
    """The figures of a model, by name."""
    seen, truth = clips[:, :PAST], clips[:, PAST]
    draws = DRAWS if model.noise_dim else 1
    drawn = model.predict_next(seen, draws=draws, seed=0)
    near = nearest(drawn, two)
    single = near < 2
    continued = model.continue_video(seen[:50], steps=STEPS, seed=0)
    return {
        "PSNR to the frame that came": psnr(drawn[:, 0], truth).value,
        "to the nearer future": _nearer(drawn[:, 0], two).mean(),
        "SSIM": ssim(drawn[:, 0], truth).value,
        "one figure": single.mean(),
        "both ways": np.mean([{0, 1} <= set(row) for row in near]),
        "the first way": (near == 0).sum() / max(1, single.sum()),
        f"gradients after {STEPS} frames": _gradients(continued[:, -1]) / _gradients(truth),
    }


def _nearer(images, two):
    """PSNR (n,) of images to the nearer one of two futures (n, 2, height, width, 1)."""
    errors = np.square(images[:, None].astype(np.float64) - two).mean(axis=(2, 3, 4))
    return decibels(errors.min(axis=1))


def _gradients(images):
    """The mean difference of neighboring pixels: 1 of real frames means as sharp as these."""
    images = images.astype(np.float64)
    return np.abs(np.diff(images, axis=1)).mean() + np.abs(np.diff(images, axis=2)).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="of the trainings")
    parser.add_argument("--epochs", type=int, help="of each, instead of the recipe's")
    options = parser.parse_args()
    clips, two = junctions(data.arrays("pacman", "test")[0], futures("test"))
    mean = two.mean(axis=1).round().astype(np.uint8)
    rows, pictures = [], [clips[:SHOWN, PAST - 1], *two[:SHOWN].swapaxes(0, 1), mean[:SHOWN]]
    for name, arguments in GAMES.items():
        model = train(
            {**RECIPE, "arguments": arguments}, options.folder / name, epochs=options.epochs
        )
        found = measured(model, clips, two)
        rows.append([name, *(f"{value:.3f}" for value in found.values())])
        print(rows[-1], flush=True)
        draws = 3 if model.noise_dim else 1
        drawn = model.predict_next(clips[:SHOWN, :PAST], draws=draws, seed=0)
        pictures += [*drawn.swapaxes(0, 1)]
    truth = clips[:, PAST]
    for name, images in (("the mean of both", mean), ("the last frame again", clips[:, PAST - 1])):
        best = _nearer(images, two).mean()
        controls = psnr(images, truth).value, best, ssim(images, truth).value
        rows.append([name, *(f"{value:.3f}" for value in controls), "", "", "", ""])
    headings = ["Game", *found]
    publish("conditional", "futures", markdown_table(headings, rows))
    columns = np.stack(pictures, axis=1).reshape(-1, *clips.shape[2:])
    sheet(DOCS / "conditional" / "futures.png", columns, columns=len(pictures), scale=2)


if __name__ == "__main__":
    main()
