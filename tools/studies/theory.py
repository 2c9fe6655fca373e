"""The divergences that discriminators measure, against integrals: figures and results of docs/theory.

    pip install matplotlib  # not a dependency of keras_gan
    python -m tools.studies.theory gaussians lines [--steps N] [--out FOLDER]

`gaussians` trains a discriminator of every objective between N(1, 1) and N(0, 1), to its optimum, and
compares its estimate with numerical integration. `lines` does so between two parallel lines of the plane, for
several distances, and measures the gradient that reaches the generator.
"""

import argparse
import json
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops
from scipy import integrate, stats

import keras_gan
from keras_gan import backend
from keras_gan.objectives import DIVERGENCES, FDivergence
from keras_gan.penalties import GradientPenalty, WeightClipping, squared_gradient_norms
from tools.pages import DOCS, write

STEPS = 1500  # updates of a discriminator

# Discriminators trained to their optimum against a generator that does not learn.


def discriminator(width, activation):
    """A fully connected network of points (n, width) to logits (n, 1)."""
    hidden = [layers.Dense(64, activation) for _ in range(2)]
    return keras.Sequential([keras.Input((width,)), *hidden, layers.Dense(1)])


def trained(generator, examples, steps, activation="tanh", **options):
    """A GAN whose discriminator alone was trained, for `steps` updates with a falling rate."""
    batch, rate = 512, 3e-3
    network = discriminator(examples.shape[1], activation)
    gan = keras_gan.GAN(generator, network, seed=0, **options)
    falling = keras.optimizers.schedules.CosineDecay(rate, steps)
    still = {"generator": keras.optimizers.SGD(0.0)}
    adam = keras.optimizers.Adam(falling, 0.5, 0.99)
    gan.compile({"discriminator": adam, **still}, steps_per_execution=50)
    epochs = -(-steps * batch // len(examples))
    gan.fit(examples, batch_size=batch, epochs=epochs, verbose=0)
    return gan


def identity():
    """The generator of N(0, 1)."""
    generator = keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False)])
    generator.set_weights([np.eye(1)])
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


def gaussian_estimate(name, shift=1.0, steps=STEPS, size=200_000):
    """The estimate, on fresh examples, of a discriminator trained between N(shift, 1) and N(0, 1)."""
    rng = np.random.default_rng(0)
    examples, fresh = rng.normal(shift, 1.0, (2, size, 1)).astype("float32")
    return trained(identity(), examples, steps, objective=name).estimate(fresh, seed=1)


def gaussians(steps):
    rows = []
    for name in ("minimax", "least_squares", "hinge", *DIVERGENCES):
        row = {"objective": name, "integral": integral(name, 1.0)}
        rows.append(row | {"estimate": gaussian_estimate(name, steps=steps)})
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


def line_estimate(method, distance, steps=STEPS):
    """The estimate, the derivative of the generator's loss in the distance, the critic's gradient norm."""
    generator = keras.Sequential([keras.Input((1,)), Line(distance)])
    data = np.random.default_rng(0).uniform(size=(51_200, 2)).astype("float32") * [0.0, 1.0]
    data = data.astype("float32")
    gan = trained(generator, data, steps, activation="leaky_relu", **LINES[method])
    real = ops.convert_to_tensor(data[:1000])
    fakes = backend.Forward(lambda: gan.fakes(real), gan.generator.trainable_variables)
    _, slopes = fakes.value_and_grad(
        lambda generated: (gan.generator_loss(generated, real), None), lambda loss: loss
    )
    weights = np.random.default_rng(1).uniform(size=(1000, 1)).astype("float32")
    between = real * weights + (1.0 - weights) * ops.stop_gradient(fakes.outputs)
    norms = ops.sqrt(squared_gradient_norms(gan.discriminator, between))
    return {
        "method": method,
        "distance": distance,
        "estimate": gan.estimate(data[1000:11_000], seed=1),
        "slope": float(ops.convert_to_numpy(slopes[0])[0]),
        "gradient_norm": float(ops.mean(norms)),
    }


def lines(steps):
    rows = []
    for method in LINES:
        for distance in (0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0):
            rows.append(line_estimate(method, distance, steps))
            print(
                {k: v if isinstance(v, str) else round(v, 5) for k, v in rows[-1].items()},
                flush=True,
            )
    return rows


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
        "estimate": "Estimate of the discriminator",
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


def draw(path, plot, rows, columns=1, size=(6, 4)):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, columns, figsize=size, layout="constrained")
    plot(rows, axes)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


PARTS = {
    "gaussians": (gaussians, plot_gaussians, {"size": (7, 5)}),
    "lines": (lines, plot_lines, {"columns": 2, "size": (9, 3.5)}),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--steps", type=int, default=STEPS, help="updates of each discriminator")
    parser.add_argument("--out", type=Path, default=DOCS / "theory")
    args = parser.parse_args()
    for name in args.parts:
        measure, plot, shape = PARTS[name]
        rows = measure(args.steps)
        write(args.out / f"{name}.json", json.dumps(rows))
        draw(args.out / f"{name}.png", plot, rows, **shape)


if __name__ == "__main__":
    main()
