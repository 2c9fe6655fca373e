"""The modes that GANs find of mixtures of Gaussians: figure, table and results of docs/theory.

    pip install matplotlib  # not a dependency of keras_gan
    python -m tools.studies.mixtures mixtures collapse [--steps N] [--seeds 3] [--out FOLDER]

`mixtures` trains GANs of equal networks and budgets on 8 Gaussians on a ring and 25 on a grid, and counts the
modes they find; runs that are among the results are not repeated. `collapse` slows the discriminator down
until the plain game collapses.
"""

import argparse
import json
import time
from pathlib import Path

import keras
import numpy as np

import keras_gan
from keras_gan.layers import MinibatchDiscrimination, SpectralNormalization
from keras_gan.penalties import DRAGAN, R1, R2, GradientPenalty, WeightClipping
from tools.pages import DOCS, markdown_table, publish, write
from tools.studies.theory import draw, mlp

PAGE = DOCS / "theory"
STEPS = 5000


def mixture(name):
    """Centers (k, 2) and the standard deviation of a ring of 8 or a grid of 25."""
    if name == "ring":
        angles = 2 * np.pi * np.arange(8) / 8
        return np.sqrt(2.0) * np.stack([np.cos(angles), np.sin(angles)], 1), 0.02 / np.sqrt(2.0)
    grid = np.arange(-4, 5, 2) / np.sqrt(8.0)
    return np.stack(np.meshgrid(grid, grid), -1).reshape(-1, 2), 0.05 / np.sqrt(8.0)


def modes_found(samples, centers, deviation):
    """Modes with a sample within 3 deviations, and the fraction of samples that close to one."""
    gaps = np.linalg.norm(samples[:, None] - centers[None], axis=-1)
    good = gaps.min(axis=1) < 3 * deviation
    return len(np.unique(gaps.argmin(axis=1)[good])), float(good.mean())


UNITS = (128, 128, 128)
# Arguments of GAN, and of its discriminator. A penalty of 0.1 is what the authors of WGAN-GP take for toys.
MIXTURES = {
    "minimax": ({"objective": "minimax"}, {}),
    "non-saturating": ({}, {}),
    "minibatch discrimination": ({}, {"before_last": lambda: [MinibatchDiscrimination(8, 3)]}),
    "feature matching": ({"objective": "feature_matching"}, {}),
    "least squares": ({"objective": "least_squares"}, {}),
    "hinge": ({"objective": "hinge"}, {}),
    "f: KL": ({"objective": "kl"}, {}),
    "f: reverse KL": ({"objective": "reverse_kl"}, {}),
    "f: Pearson": ({"objective": "pearson"}, {}),
    "f: squared Hellinger": ({"objective": "squared_hellinger"}, {}),
    "relativistic": ({"objective": "relativistic"}, {}),
    "DRAGAN": ({"penalties": [DRAGAN()]}, {}),
    "R1": ({"penalties": [R1(0.1)]}, {}),
    "WGAN": (
        {"objective": "wasserstein", "penalties": [WeightClipping(0.1)], "discriminator_steps": 5},
        {},
    ),
    "WGAN-GP": (
        {"objective": "wasserstein", "penalties": [GradientPenalty(0.1)], "discriminator_steps": 5},
        {},
    ),
    # Its Lipschitz constant is the one thing to tune (section 4 of the paper): images have thousands of
    # dimensions for a slope to add up over, the plane has two.
    "SNGAN": (
        {"objective": "hinge", "discriminator_steps": 5},
        {"wrap": SpectralNormalization, "scale": 10.0},
    ),
    "R3GAN": ({"objective": "relativistic", "penalties": [R1(0.1), R2(0.1)]}, {}),
}


def mixture_run(method, name, seed, steps, slow=False, batch=256):
    """The modes and 500 samples of one GAN, trained on one mixture.

    With `slow`, the discriminator learns at a tenth of the generator's rate, neither rate falls, and no
    moving average is taken: the plain game collapses.
    """
    keras.utils.set_random_seed(seed)
    options, inside = MIXTURES[method]
    inside = {**inside, "before_last": inside.get("before_last", list)()}
    gan = keras_gan.GAN(
        mlp(2, 2, UNITS, "relu"),
        mlp(2, 1, UNITS, "leaky_relu", **inside),
        seed=seed,
        ema=None if slow else 0.99,
        **options,
    )

    def rate(player):
        if slow:
            return 1e-4 if player.name == "discriminator" else 1e-3
        return keras.optimizers.schedules.CosineDecay(1e-3, steps * player.updates)

    optimizers = {
        player.name: keras.optimizers.Adam(rate(player), 0.5, 0.9) for player in gan.players
    }
    gan.compile(optimizers, steps_per_execution=50)
    centers, deviation = mixture(name)
    rng = np.random.default_rng(seed)
    per_epoch = 50 * batch * gan.batches_per_step
    began = time.perf_counter()
    for epoch in range(-(-steps // 50)):
        examples = centers[rng.integers(0, len(centers), per_epoch)]
        examples = (examples + rng.normal(0.0, deviation, examples.shape)).astype("float32")
        gan.fit(examples, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
    samples = gan.decode(gan.latents(2500, seed=1))
    modes, good = modes_found(samples, centers, deviation)
    return {
        "method": method,
        "mixture": name,
        "seed": seed,
        "steps": steps,
        "modes": modes,
        "good": round(good, 4),
        "seconds": round(time.perf_counter() - began, 1),
        "samples": np.round(samples[:500], 3).tolist(),
    }


def mixtures(methods, steps, seeds, kept):
    """All runs, but for those that are among `kept` already; `kept` grows with each."""
    done = {(row["method"], row["mixture"], row["seed"], row["steps"]) for row in kept}
    for seed in range(seeds):
        for name in ("ring", "grid"):
            for method in methods:
                if (method, name, seed, steps) in done:
                    continue
                kept.append(mixture_run(method, name, seed, steps))
                print({k: v for k, v in kept[-1].items() if k != "samples"}, flush=True)
                yield kept


def collapse(seeds):
    """Modes of the ring that the plain game and minibatch discrimination find with a slow discriminator."""
    for method in ("non-saturating", "minibatch discrimination"):
        for seed in range(seeds):
            row = mixture_run(method, "ring", seed, 3000, slow=True)
            yield {name: value for name, value in row.items() if name != "samples"}


def mixture_table(rows):
    """Markdown: modes found in each run, and the fraction of good samples, mean over the runs."""
    lines = []
    for method in MIXTURES:
        cells = [method]
        for name in ("ring", "grid"):
            runs = [row for row in rows if (row["method"], row["mixture"]) == (method, name)]
            cells.append(", ".join(str(row["modes"]) for row in runs))
            cells.append(f"{np.mean([row['good'] for row in runs]):.0%}" if runs else "")
        lines.append(cells)
    return markdown_table(["Method", "Modes of 8", "Good", "Modes of 25", "Good"], lines)


COLUMNS = 6  # of a figure with a column for each method


def plot_mixtures(rows, axes):
    shown = [row for row in rows if row["seed"] == 0]
    for figure in axes.flat:
        figure.set_axis_off()
    for index, method in enumerate(MIXTURES):
        for line, name in enumerate(("ring", "grid")):
            figure = axes[2 * (index // COLUMNS) + line][index % COLUMNS]
            for row in shown:
                if (row["method"], row["mixture"]) == (method, name):
                    centers, _ = mixture(name)
                    figure.scatter(*centers.T, s=30, facecolors="none", edgecolors="lightgray")
                    figure.scatter(*np.transpose(row["samples"]), s=1, color="C0")
                    figure.set_title(f"{method}\n{row['modes']} modes", fontsize=7)
                    edge = 1.3 * centers.max()
                    figure.set(xlim=(-edge, edge), ylim=(-edge, edge), aspect="equal")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="+", choices=("mixtures", "collapse"))
    parser.add_argument("--steps", type=int, default=STEPS, help="of each GAN on a mixture")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", nargs="+", choices=MIXTURES, default=list(MIXTURES))
    parser.add_argument("--out", type=Path, default=PAGE)
    args = parser.parse_args()
    if "mixtures" in args.parts:
        path = args.out / "mixtures.json"
        rows = json.loads(path.read_text()) if path.exists() else []
        for kept in mixtures(args.methods, args.steps, args.seeds, rows):
            write(path, json.dumps(kept))
        height = 2 * -(-len(MIXTURES) // COLUMNS)
        size = (1.5 * COLUMNS, 1.8 * height)
        draw(args.out / "mixtures.png", plot_mixtures, rows, COLUMNS, height, size)
        print(mixture_table(rows))
        if args.out == PAGE:
            publish("theory", "mixtures", mixture_table(rows))
    if "collapse" in args.parts:
        rows = []
        for row in collapse(args.seeds):
            print(row, flush=True)
            rows.append(row)
        write(args.out / "collapse.json", json.dumps(rows))


if __name__ == "__main__":
    main()
