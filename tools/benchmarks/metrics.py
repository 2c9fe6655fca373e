#!/usr/bin/env python
"""Parity and speed of keras_gan.metrics against torchmetrics, torch-fidelity and SciPy, in one table.

In an environment of its own:

    pip install -e . torch torchmetrics torch-fidelity threadpoolctl
    python -m tools.benchmarks.metrics [--num 5000] [--width 512] [--repeats 3]

All programs get the same features, correlated and rectified like those of a network. Each row holds both
values, their relative difference and the shortest time of each program; the programs take turns, so that
other load on the machine falls on all of them. Exits 1 if a relative difference is above 1e-4.
"""

import argparse
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import numpy as np
import torch
from scipy.linalg import sqrtm
from threadpoolctl import threadpool_limits
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric
from torch_fidelity.metric_prc import prc_features_to_metric
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import KernelInceptionDistance

from keras_gan import metrics
from keras_gan.evaluation.inception import network, preprocess
from tools.convert_inception import assign, torch_names
from tools.pages import markdown_table, occasion

TOLERANCE = 1e-4
BATCH = 500


class Identity(torch.nn.Module):
    """A feature network whose inputs are the features."""

    def __init__(self, num_features):
        super().__init__()
        self.num_features = num_features

    def forward(self, features):
        return features


def features(num, width, rng):
    """Real and generated features (num, width), correlated and rectified."""
    mixing = rng.normal(size=(width, width)) * np.geomspace(1, 1e-3, width) / np.sqrt(width)
    real, generated = rng.normal(size=(2, num, width)) @ mixing
    return np.maximum(real, 0), np.maximum(generated * 1.2 + 0.1 * mixing[0], 0)


def by_sqrtm(real, generated):
    """FID by the formula of Heusel et al. 2017, with SciPy's matrix square root."""
    gap = real.mean(axis=0) - generated.mean(axis=0)
    c1, c2 = np.cov(real, rowvar=False), np.cov(generated, rowvar=False)
    return gap @ gap + np.trace(c1) + np.trace(c2) - 2 * np.trace(sqrtm(c1 @ c2)).real


def by_torchmetrics(metric, real, generated):
    """The value, or the first of several values, of a torchmetrics metric."""
    for batch in torch.from_numpy(real).split(BATCH):
        metric.update(batch, real=True)
    for batch in torch.from_numpy(generated).split(BATCH):
        metric.update(batch, real=False)
    value = metric.compute()
    return (value[0] if isinstance(value, tuple) else value).item()


def by_fidelity(real, generated):
    """FID by torch-fidelity."""
    statistics = [fid_features_to_statistics(each) for each in (generated, real)]
    return fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]


def distances(num, width, rng):
    """FID, KID, precision and recall: title, our function, and the other programs' functions by name."""
    real, fake = features(num, width, rng)
    torch_real, torch_fake = torch.from_numpy(real), torch.from_numpy(fake)
    kid_options = {"kid_subsets": 1, "kid_subset_size": num, "verbose": False}
    size = f"{num:,} x {width:,}"

    def prc(key):
        return lambda: prc_features_to_metric(torch_fake, torch_real, verbose=False)[key]

    def of_kid():
        metric = KernelInceptionDistance(Identity(width), subsets=1, subset_size=num)
        return by_torchmetrics(metric, real, fake)

    yield (
        f"FID, {size}",
        lambda: metrics.fid(real, fake, features=size).value,
        {
            "torchmetrics": lambda: by_torchmetrics(
                FrechetInceptionDistance(Identity(width)), real, fake
            ),
            "torch-fidelity": lambda: by_fidelity(torch_real, torch_fake),
            **({"scipy sqrtm": lambda: by_sqrtm(real, fake)} if num > width else {}),
        },
    )
    yield (
        f"KID, {size}",
        lambda: metrics.kid(real, fake, features=size).value,
        {
            "torchmetrics": of_kid,
            "torch-fidelity": lambda: kid_features_to_metric(torch_fake, torch_real, **kid_options)[
                "kernel_inception_distance_mean"
            ],
        },
    )
    for index, key in enumerate(("precision", "recall")):
        yield (
            f"{key}, {size}",
            lambda i=index: metrics.precision_recall(real, fake, features=size)[i].value,
            {"torch-fidelity": prc(key)},
        )


def scores(rng):
    """The Inception score with ten splits and with one, as `distances`."""
    logits = rng.normal(size=(5000, 1008)) * 3
    probabilities = torch.softmax(torch.from_numpy(logits), 1).numpy()

    def score(splits):
        return metrics.inception_score(probabilities, features="", splits=splits).value

    def of_torchmetrics():
        metric = InceptionScore(Identity(1008), splits=1)
        metric.update(torch.from_numpy(logits))
        return metric.compute()[0].item()

    def of_fidelity():
        found = isc_features_to_metric(torch.from_numpy(logits), splits=10, shuffle=False)
        return found["inception_score_mean"]

    yield "IS, 10 splits, 5,000 x 1,008", lambda: score(10), {"torch-fidelity": of_fidelity}
    yield "IS, 1 split, 5,000 x 1,008", lambda: score(1), {"torchmetrics": of_torchmetrics}


def inception(rng):
    """Inception's features of four images from the same random weights, as `distances`."""
    ours, state = network(), {}
    for name, variable in torch_names(ours):
        shape = tuple(variable.shape)
        if len(shape) == 4:
            height, width, inputs, outputs = shape
            values = rng.normal(size=(outputs, inputs, height, width))
            values *= np.sqrt(2 / (height * width * inputs))
        else:
            values = (not name.endswith(("bias", "mean"))) + 0.3 * rng.uniform(-1, 1, shape)
        state[name] = values.astype(np.float32)
    assign(ours, state)
    state |= {"fc.weight": np.zeros((1008, 2048)), "fc.bias": np.zeros(1008)}
    counts = [
        name.replace("running_var", "num_batches_tracked") for name in state if "_var" in name
    ]
    state |= dict.fromkeys(counts, np.array(0))
    images = rng.integers(0, 256, (4, 299, 299, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "weights.pth")
        torch.save({name: torch.from_numpy(value) for name, value in state.items()}, path)
        reference = FeatureExtractorInceptionV3(
            "inception", ["2048"], feature_extractor_weights_path=str(path)
        )
    theirs = torch.from_numpy(images.transpose(0, 3, 1, 2))
    yield (
        "Inception features, random weights, norm",
        lambda: ours.predict(preprocess(images), verbose=0),
        {"torch-fidelity": lambda: reference(theirs)[0].numpy()},
    )


def timed(program):
    """The program's value and its seconds."""
    began = time.perf_counter()
    value = program()
    return value, time.perf_counter() - began


def rows(comparisons, repeats):
    """Table rows of (metric, program, both values, relative difference, both times)."""
    for title, ours, others in comparisons:
        programs = {"keras_gan": ours, **others}
        runs = [{name: timed(one) for name, one in programs.items()} for _ in range(repeats)]
        seconds = {name: min(run[name][1] for run in runs) for name in programs}
        values = {name: runs[-1][name][0] for name in programs}
        for name in others:
            gap = np.linalg.norm(values["keras_gan"] - values[name]) / np.linalg.norm(values[name])
            norms = [np.linalg.norm(values[each]) for each in ("keras_gan", name)]
            times = [seconds["keras_gan"], seconds[name]]
            yield [title, name, *norms, gap, *times]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--num", type=int, default=5000, help="real and generated features each")
    parser.add_argument("--width", type=int, default=512, help="of a feature vector")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    torch.set_num_threads(arguments.threads)
    rng = np.random.default_rng(0)
    found = []
    with threadpool_limits(arguments.threads):
        # In the second case the covariances are singular: fewer features than their width.
        for num, width in ((arguments.num, arguments.width), (500, 1024)):
            found += rows(distances(num, width, rng), arguments.repeats)
        found += rows(scores(rng), arguments.repeats)
        found += rows(inception(rng), 1)
    headings = [
        "Metric",
        "Program",
        "keras_gan",
        "Program's",
        "Difference",
        "keras_gan, s",
        "Its s",
    ]
    formats = ("{}", "{}", "{:.10g}", "{:.10g}", "{:.1e}", "{:.3f}", "{:.3f}")
    cells = [[f.format(cell) for f, cell in zip(formats, row, strict=True)] for row in found]
    print(markdown_table(headings, cells))
    print(f"\n{occasion('torch', 'torchmetrics', 'torch-fidelity', 'scipy')}")
    sys.exit(int(max(row[4] for row in found) > TOLERANCE))


if __name__ == "__main__":
    main()
