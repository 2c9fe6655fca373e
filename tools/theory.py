"""What discriminators measure, measured: the figures and tables of docs/theory.

    pip install matplotlib scipy  # not dependencies of keras_gan
    python tools/theory.py gaussians lines mixtures collapse [--turns N] [--seeds 3]

`gaussians` trains a discriminator of every objective between N(1, 1) and N(0, 1), to its optimum, and
compares its estimate with numerical integration. `lines` does it between two parallel lines of the plane, for
several distances, and measures the gradient that reaches the generator. `mixtures` trains whole GANs of equal
networks and budgets on 8 Gaussians on a ring and 25 on a grid, and counts the modes they find; what was run
before is kept. `collapse` slows the discriminator down until the plain game collapses. Each writes its
results as JSON, and its figure, under --out.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
import numpy as np
from keras import layers, ops
from scipy import integrate, stats

import keras_gan
from keras_gan import backend
from keras_gan.layers import MinibatchDiscrimination, SpectralNormalization
from keras_gan.objectives import DIVERGENCES, FDivergence
from keras_gan.penalties import (
    DRAGAN,
    R1,
    R2,
    GradientPenalty,
    WeightClipping,
    squared_gradient_norms,
)

# Discriminators trained to their optimum against a generator that rests.


def mlp(
    inputs,
    outputs,
    units=(64, 64),
    activation="tanh",
    wrap=lambda layer: layer,
    before_last=(),
    scale=1.0,
):
    """Hidden layers of so many units on scaled inputs, each wrapped, and what comes before the last."""
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Rescaling(scale),
            *(wrap(layers.Dense(width, activation)) for width in units[:-1]),
            wrap(layers.Dense(units[-1], activation, name="features")),
            *before_last,
            wrap(layers.Dense(outputs)),
        ]
    )


def judge(generator, examples, turns=1500, batch=512, rate=3e-3, activation="tanh", **options):
    """A GAN whose discriminator alone was trained, for `turns` moves with a falling rate."""
    gan = keras_gan.GAN(
        generator, mlp(examples.shape[1], 1, activation=activation), seed=0, **options
    )
    falling = keras.optimizers.schedules.CosineDecay(rate, turns)
    resting = {"generator": keras.optimizers.SGD(0.0)}
    adam = keras.optimizers.Adam(falling, 0.5, 0.99)
    gan.compile({"discriminator": adam, **resting}, steps_per_execution=50)
    epochs = -(-turns * batch // len(examples))
    gan.fit(examples, batch_size=batch, epochs=epochs, verbose=0)
    return gan


def identity(width=1):
    """The generator of N(0, 1)."""
    generator = keras.Sequential([keras.Input((width,)), layers.Dense(width, use_bias=False)])
    generator.set_weights([np.eye(width)])
    return generator


def integral(name, shift):
    """The divergence of N(shift, 1) from N(0, 1) that the objective of this name estimates."""
    p, q = stats.norm(shift, 1.0).pdf, stats.norm(0.0, 1.0).pdf
    if name in DIVERGENCES:
        f = FDivergence(name).divergence.f
        integrand = lambda x: q(x) * float(f(ops.convert_to_tensor(p(x) / q(x))))  # noqa: E731
    else:
        middle = lambda x: (p(x) + q(x)) / 2  # noqa: E731
        integrand = {
            "minimax": lambda x: (
                (p(x) * np.log(p(x) / middle(x)) + q(x) * np.log(q(x) / middle(x))) / 2
            ),
            "least_squares": lambda x: (p(x) - q(x)) ** 2 / (p(x) + q(x)),
            "hinge": lambda x: abs(p(x) - q(x)) / 2,
        }[name]
    return integrate.quad(integrand, -8.0, 8.0 + shift, limit=200)[0]


def gaussian_estimate(name, shift=1.0, turns=1500, size=200_000):
    """What a discriminator trained between N(shift, 1) and N(0, 1) estimates on fresh examples."""
    rng = np.random.default_rng(0)
    examples, fresh = rng.normal(shift, 1.0, (2, size, 1)).astype("float32")
    return judge(identity(), examples, turns, objective=name).estimate(fresh, seed=1)


def gaussians(turns):
    rows = []
    for name in ("minimax", "least_squares", "hinge", *DIVERGENCES):
        row = {"objective": name, "integral": integral(name, 1.0)}
        rows.append(row | {"estimate": gaussian_estimate(name, turns=turns or 1500)})
        print(f"{name:25}{rows[-1]['integral']:9.4f}{rows[-1]['estimate']:9.4f}", flush=True)
    return rows


# Two lines, {0} x [0, 1] of the data and {d} x [0, 1] of the generator.


class Line(layers.Layer):
    """Latents ~ N(0, 1) to points (distance, U(0, 1))."""

    def __init__(self, distance, **kwargs):
        super().__init__(**kwargs)
        self.distance = distance

    def build(self, input_shape):
        self.position = self.add_weight(
            shape=(1,), initializer=keras.initializers.Constant(self.distance)
        )

    def call(self, latents):
        heights = (1.0 + ops.erf(latents / np.sqrt(2.0))) / 2.0
        return ops.concatenate([0.0 * latents + self.position, heights], axis=1)


LINES = {
    "minimax": {"objective": "minimax"},
    "wgan_gp": {"objective": "wasserstein", "penalties": [GradientPenalty(100.0)]},
    "wgan": {"objective": "wasserstein", "penalties": [WeightClipping(0.1)]},
}


def line_judgement(method, distance, turns=1500):
    """The estimate, the slope of the generator's loss in its distance, and the critic's gradient norm."""
    generator = keras.Sequential([keras.Input((1,)), Line(distance)])
    data = np.random.default_rng(0).uniform(size=(51_200, 2)).astype("float32") * [0.0, 1.0]
    data = data.astype("float32")
    gan = judge(generator, data, turns, activation="leaky_relu", **LINES[method])
    real = ops.convert_to_tensor(data[:1000])
    fakes = backend.Forward(lambda: gan.fakes(real), gan.generator.trainable_variables)
    _, slopes = fakes.value_and_grad(lambda made: gan.generator_loss(made, real), lambda loss: loss)
    share = np.random.default_rng(1).uniform(size=(1000, 1)).astype("float32")
    between = real * share + (1.0 - share) * ops.stop_gradient(fakes.made)
    norms = ops.sqrt(squared_gradient_norms(gan.discriminator, between))
    return {
        "method": method,
        "distance": distance,
        "estimate": gan.estimate(data[1000:11_000], seed=1),
        "slope": float(ops.convert_to_numpy(slopes[0])[0]),
        "gradient_norm": float(ops.mean(norms)),
    }


def lines(turns):
    rows = []
    for method in LINES:
        for distance in (0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0):
            rows.append(line_judgement(method, distance, turns or 1500))
            print(
                {k: v if isinstance(v, str) else round(v, 5) for k, v in rows[-1].items()},
                flush=True,
            )
    return rows


# Mixtures of Gaussians in the plane.


def mixture(name):
    """Centers (k, 2) and the standard deviation of a ring of 8 or a grid of 25."""
    if name == "ring":
        angles = 2 * np.pi * np.arange(8) / 8
        return np.sqrt(2.0) * np.stack([np.cos(angles), np.sin(angles)], 1), 0.02 / np.sqrt(2.0)
    grid = np.arange(-4, 5, 2) / np.sqrt(8.0)
    return np.stack(np.meshgrid(grid, grid), -1).reshape(-1, 2), 0.05 / np.sqrt(8.0)


def modes_found(samples, centers, deviation):
    """Modes with a sample within 3 deviations, and the share of samples that are that close to one."""
    gaps = np.linalg.norm(samples[:, None] - centers[None], axis=-1)
    good = gaps.min(axis=1) < 3 * deviation
    return len(np.unique(gaps.argmin(axis=1)[good])), float(good.mean())


UNITS = (128, 128, 128)
# Arguments of GAN, and of its discriminator. A penalty of 0.1 is what the authors of WGAN-GP take for toys.
MIXTURES = {
    "minimax": ({"objective": "minimax"}, {}),
    "non-saturating": ({}, {}),
    "minibatch discrimination": ({}, {"before_last": lambda: [MinibatchDiscrimination(8, 3)]}),
    "feature matching": ({"feature_matching": "features"}, {}),
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


def mixture_run(method, name, seed, turns, slow=False, batch=256):
    """Trains one GAN on one mixture; what it found, and 500 of its samples.

    A slow discriminator learns at a tenth of the generator's rate, neither of which falls, and no average is
    taken: the plain game collapses.
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
        return keras.optimizers.schedules.CosineDecay(1e-3, turns * player.updates)

    optimizers = {
        player.name: keras.optimizers.Adam(rate(player), 0.5, 0.9) for player in gan.players
    }
    gan.compile(optimizers, steps_per_execution=50)
    centers, deviation = mixture(name)
    rng = np.random.default_rng(seed)
    per_epoch = 50 * batch * gan.batches_per_step
    began = time.perf_counter()
    for epoch in range(-(-turns // 50)):
        examples = centers[rng.integers(0, len(centers), per_epoch)]
        examples = (examples + rng.normal(0.0, deviation, examples.shape)).astype("float32")
        gan.fit(examples, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
    samples = gan.decode(gan.latents(2500, seed=1))
    modes, good = modes_found(samples, centers, deviation)
    return {
        "method": method,
        "mixture": name,
        "seed": seed,
        "steps": turns,
        "modes": modes,
        "good": round(good, 4),
        "seconds": round(time.perf_counter() - began, 1),
        "samples": np.round(samples[:500], 3).tolist(),
    }


def mixtures(turns, seeds, kept):
    """All runs, but for those that are among `kept` already; `kept` grows with each."""
    done = {(row["method"], row["mixture"], row["seed"], row["steps"]) for row in kept}
    for seed in range(seeds):
        for name in ("ring", "grid"):
            for method in MIXTURES:
                if (method, name, seed, turns) in done:
                    continue
                kept.append(mixture_run(method, name, seed, turns))
                print({k: v for k, v in kept[-1].items() if k != "samples"}, flush=True)
                yield kept


def collapse(seeds):
    """Modes of the ring that the plain game and minibatch discrimination find with a slow discriminator."""
    for method in ("non-saturating", "minibatch discrimination"):
        for seed in range(seeds):
            row = mixture_run(method, "ring", seed, 3000, slow=True)
            yield {name: value for name, value in row.items() if name != "samples"}


def mixture_table(rows):
    """Markdown: modes found in each run, and the share of good samples, mean over the runs."""
    text = "| Method | Modes of 8 | Good | Modes of 25 | Good |\n|---|---|---|---|---|\n"
    for method in MIXTURES:
        cells = []
        for name in ("ring", "grid"):
            runs = [row for row in rows if (row["method"], row["mixture"]) == (method, name)]
            cells.append(", ".join(str(row["modes"]) for row in runs))
            cells.append(f"{np.mean([row['good'] for row in runs]):.0%}" if runs else "")
        text += f"| {method} | {' | '.join(cells)} |\n"
    return text


# Figures.


def plot_gaussians(rows, axes):
    names = [row["objective"] for row in rows]
    places = np.arange(len(rows))
    axes.barh(places - 0.2, [row["integral"] for row in rows], 0.4, label="integral")
    axes.barh(places + 0.2, [row["estimate"] for row in rows], 0.4, label="discriminator")
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set_title("Divergence of N(1, 1) from N(0, 1)")
    axes.legend()


def plot_lines(rows, axes):
    titles = {
        "estimate": "What the discriminator measures",
        "slope": "Gradient that reaches the generator",
    }
    for figure, quantity in zip(axes, titles, strict=True):
        for method in LINES:
            mine = [row for row in rows if row["method"] == method]
            figure.plot(
                [row["distance"] for row in mine],
                [row[quantity] for row in mine],
                marker="o",
                label=method,
            )
        figure.set_title(titles[quantity])
        figure.set_xlabel("distance of the lines")
    axes[0].axhline(np.log(2), color="gray", linewidth=0.7)
    axes[0].text(4.5, np.log(2) + 0.12, "log 2", color="gray")
    axes[0].legend()


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


def draw(path, plot, rows, columns=1, lines=1, size=(6, 4)):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(lines, columns, figsize=size, layout="constrained")
    plot(rows, axes)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def write(path, rows):
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(rows))
    os.replace(temporary, path)


def main(parts, out, turns, seeds):
    out.mkdir(parents=True, exist_ok=True)
    if "gaussians" in parts:
        rows = gaussians(turns)
        write(out / "gaussians.json", rows)
        draw(out / "gaussians.png", plot_gaussians, rows, size=(7, 5))
    if "lines" in parts:
        rows = lines(turns)
        write(out / "lines.json", rows)
        draw(out / "lines.png", plot_lines, rows, columns=2, size=(9, 3.5))
    if "mixtures" in parts:
        path = out / "mixtures.json"
        rows = json.loads(path.read_text()) if path.exists() else []
        for kept in mixtures(turns or 5000, seeds, rows):
            write(path, kept)
        height = 2 * -(-len(MIXTURES) // COLUMNS)
        size = (1.5 * COLUMNS, 1.8 * height)
        draw(out / "mixtures.png", plot_mixtures, rows, COLUMNS, height, size)
        (out / "mixtures.md").write_text(mixture_table(rows))
        print(mixture_table(rows))
    if "collapse" in parts:
        rows = []
        for row in collapse(seeds):
            print(row, flush=True)
            rows.append(row)
        write(out / "collapse.json", rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="+", choices=("gaussians", "lines", "mixtures", "collapse"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "docs" / "theory")
    parser.add_argument(
        "--turns", type=int, help="moves of each discriminator, or turns of each GAN"
    )
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    main(arguments.parts, arguments.out, arguments.steps, arguments.seeds)
