#!/usr/bin/env python
"""Times keras_gan.metrics against scipy.linalg.sqrtm and torchmetrics, and measures memory; prints a table.

In an environment of their own: pip install torch torchmetrics torch-fidelity keras pillow scipy threadpoolctl
"""

import argparse
import os
import statistics
import sys
import time
import tracemalloc
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import torch
from scipy.linalg import sqrtm
from threadpoolctl import threadpool_limits
from torchmetrics.image.fid import FrechetInceptionDistance

from keras_gan import metrics


class Given(torch.nn.Module):
    """Stands in for a feature network: what is given are the features."""

    def __init__(self, num_features):
        super().__init__()
        self.num_features = num_features

    def forward(self, features):
        return features


def batches(features, size=500):
    return (features[start : start + size] for start in range(0, len(features), size))


def accumulated(features):
    result = metrics.Statistics(features.shape[1])
    for batch in batches(features):
        result.update(batch)
    return result


def by_sqrtm(real, generated):
    """The formula of Heusel et al. 2017 as its first program computes it."""
    gap = real.mean - generated.mean
    c1, c2 = real.covariance, generated.covariance
    return gap @ gap + np.trace(c1) + np.trace(c2) - 2 * np.trace(sqrtm(c1 @ c2)).real


def by_torchmetrics(real, generated):
    metric = FrechetInceptionDistance(Given(real.shape[1]))
    for features, is_real in ((real, True), (generated, False)):
        for batch in batches(features):
            metric.update(torch.from_numpy(batch), real=is_real)
    return metric.compute().item()


def compare(title, ways, repeats):
    """Runs each way in turn, so that another load on the machine falls on all; the first is ours."""
    seconds, values = {name: [] for name in ways}, {}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            values[name] = way()
            seconds[name].append(time.perf_counter() - start)
    ours = next(iter(ways))
    for name, times in seconds.items():
        ratios = [there / here for there, here in zip(times, seconds[ours], strict=True)]
        gap = abs(values[name] - values[ours]) / abs(values[ours])
        print(
            f"{title:12} {name:14} {min(times):8.2f} {statistics.median(times):9.2f} "
            f"{statistics.median(ratios):7.2f} {values[name]:18.12g} {gap:9.1e}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--num", type=int, default=50_000)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with threadpool_limits(arguments.threads):
        print(f"{arguments.threads} threads of {os.cpu_count()} cores; {loads()} before")
        compare_fid(arguments.num, arguments.width, arguments.repeats)
        print(f"{loads()} after")
        for metric in (metrics.precision_recall, metrics.density_coverage):
            measure_memory(metric, min(arguments.num, 10_000), arguments.width)


def loads():
    return "load " + ", ".join(f"{load:.1f}" for load in os.getloadavg())


def compare_fid(num, width, repeats):
    rng = np.random.default_rng(0)
    real = rng.standard_normal((num, width), dtype=np.float32)
    generated = rng.standard_normal((num, width), dtype=np.float32) * 1.1 + 0.02
    known = accumulated(real), accumulated(generated)
    print(f"FID on {num:,} x {width:,} float32, {repeats} repeats in turn")
    print(
        f"{'from':12} {'way':14} {'least s':>8} {'median s':>9} {'times':>7} {'value':>18} {'gap':>9}"
    )
    compare(
        "statistics",
        {
            "keras_gan": lambda: metrics.frechet_distance(*known),
            "scipy sqrtm": lambda: by_sqrtm(*known),
        },
        repeats,
    )
    compare(
        "features",
        {
            "keras_gan": lambda: metrics.frechet_distance(
                accumulated(real), accumulated(generated)
            ),
            "torchmetrics": lambda: by_torchmetrics(real, generated),
        },
        repeats,
    )


def measure_memory(metric, num, width):
    tracemalloc.start()
    real, generated = np.random.default_rng(0).standard_normal((2, num, width), dtype=np.float32)
    start = time.perf_counter()
    metric(real, generated, features="random")
    seconds, peak = time.perf_counter() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(
        f"{metric.__name__}, {num:,} x {num:,}, width {width:,}: {seconds:.1f} s, "
        f"peak {peak / 2**20:.0f} MiB with the features"
    )


if __name__ == "__main__":
    main()
