#!/usr/bin/env python
"""Compares keras_gan.metrics with torchmetrics and torch-fidelity on the same features, and prints a table.

In an environment of their own: pip install torch torchmetrics torch-fidelity keras pillow
"""

import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import torch
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric
from torch_fidelity.metric_prc import prc_features_to_metric
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import KernelInceptionDistance

from keras_gan import metrics
from keras_gan.evaluation import inception as inception_2015

warnings.filterwarnings("ignore", category=UserWarning)


class Given(torch.nn.Module):
    """Stands in for a feature network: what is given are the features."""

    def __init__(self, num_features):
        super().__init__()
        self.num_features = num_features

    def forward(self, features):
        return features


def cases(rng):
    """Real and generated features by name: as a network gives them, correlated and rectified."""
    for name, num, width in (
        ("2,000 x 64", 2000, 64),
        ("5,000 x 512", 5000, 512),
        ("500 x 1,024", 500, 1024),
    ):
        mixing = rng.normal(size=(width, width)) * np.geomspace(1, 1e-3, width) / np.sqrt(width)
        real, generated = rng.normal(size=(2, num, width)) @ mixing
        yield name, np.maximum(real, 0), np.maximum(generated * 1.2 + 0.1 * mixing[0], 0)


def with_torchmetrics(metric, real, generated):
    metric.update(torch.from_numpy(real), real=True)
    metric.update(torch.from_numpy(generated), real=False)
    return metric.compute()


def rows():
    rng = np.random.default_rng(0)
    for name, real, generated in cases(rng):
        num, width = real.shape
        torch_real, torch_generated = torch.from_numpy(real), torch.from_numpy(generated)

        ours = metrics.fid(real, generated, features=name).value
        theirs = with_torchmetrics(FrechetInceptionDistance(Given(width)), real, generated)
        yield f"FID, {name}", "torchmetrics", ours, theirs.item()
        statistics = [fid_features_to_statistics(each) for each in (torch_generated, torch_real)]
        theirs = fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]
        yield f"FID, {name}", "torch-fidelity", ours, theirs

        ours = metrics.kid(real, generated, features=name, subsets=1, subset_size=num).value
        metric = KernelInceptionDistance(Given(width), subsets=1, subset_size=num)
        yield (
            f"KID, {name}",
            "torchmetrics",
            ours,
            with_torchmetrics(metric, real, generated)[0].item(),
        )
        theirs = kid_features_to_metric(
            torch_generated, torch_real, kid_subsets=1, kid_subset_size=num, verbose=False
        )
        yield f"KID, {name}", "torch-fidelity", ours, theirs["kernel_inception_distance_mean"]

        precision, recall = metrics.precision_recall(real, generated, features=name)
        theirs = prc_features_to_metric(torch_generated, torch_real, verbose=False)
        yield f"precision, {name}", "torch-fidelity", precision.value, theirs["precision"]
        yield f"recall, {name}", "torch-fidelity", recall.value, theirs["recall"]

    logits = rng.normal(size=(5000, 1008)) * 3
    score = metrics.inception_score(metrics.softmax(logits), features="", splits=10)
    theirs = isc_features_to_metric(torch.from_numpy(logits), splits=10, shuffle=False)
    yield "IS, 5,000 x 1,008, mean", "torch-fidelity", score.value, theirs["inception_score_mean"]
    yield (
        "IS, 5,000 x 1,008, deviation",
        "torch-fidelity",
        score.spread,
        theirs["inception_score_std"],
    )
    metric = InceptionScore(Given(1008), splits=1)
    metric.update(torch.from_numpy(logits))
    score = metrics.inception_score(metrics.softmax(logits), features="", splits=1)
    yield "IS, 5,000 x 1,008, one split", "torchmetrics", score.value, metric.compute()[0].item()

    ours, theirs = inception_features(rng)
    yield (
        "Inception features, random weights, norm",
        "torch-fidelity",
        *map(np.linalg.norm, (ours, theirs)),
    )
    gap = np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)
    yield "Inception features, 1 + relative gap", "torch-fidelity", 1 + gap, 1.0


def inception_features(rng):
    """Of both programs' networks, from one file of random weights written by torch.save."""
    state = {"fc.weight": torch.zeros(1008, 2048), "fc.bias": torch.zeros(1008)}
    for name, variable in inception_2015.torch_names(inception_2015.network()):
        shape = tuple(variable.shape)
        if len(shape) == 4:
            height, width, inputs, outputs = shape
            values = rng.normal(size=(outputs, inputs, height, width)) * np.sqrt(
                2 / np.prod(shape[:3])
            )
        else:
            values = (not name.endswith(("bias", "mean"))) + 0.3 * rng.uniform(-1, 1, shape)
        state[name] = torch.from_numpy(values).float()
        if name.endswith("running_var"):
            state[name.replace("running_var", "num_batches_tracked")] = torch.tensor(0)
    images = rng.integers(0, 256, (4, 299, 299, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path, old = Path(folder, "weights.pth"), Path(folder, "old.pth")
        torch.save(state, path)
        torch.save(state, old, _use_new_zipfile_serialization=False)
        for name, value in inception_2015.read_torch(old).items():
            np.testing.assert_array_equal(value, state[name].numpy())
        ours = metrics.inception(path)(images)
        reference = FeatureExtractorInceptionV3(
            "inception", ["2048"], feature_extractor_weights_path=str(path)
        )
        (theirs,) = reference(torch.from_numpy(images.transpose(0, 3, 1, 2)))
    return ours, theirs.numpy()


def main():
    print(f"{'figure':42} {'program':15} {'keras_gan':>18} {'program':>18} {'relative':>9}")
    worst = 0.0
    for name, program, ours, theirs in rows():
        gap = abs(ours - theirs) / abs(theirs)
        worst = max(worst, gap)
        print(f"{name:42} {program:15} {ours:18.12g} {theirs:18.12g} {gap:9.1e}", flush=True)
    print(f"largest relative difference {worst:.1e}")
    sys.exit(1 if worst > 1e-4 else 0)


if __name__ == "__main__":
    main()
