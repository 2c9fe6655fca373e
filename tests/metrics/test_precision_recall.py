"""Metrics of nearest neighbors against scikit-learn, with ties, and closed forms."""

import sys
import tracemalloc

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from keras_gan.metrics import (
    density_coverage,
    nearest_neighbor_accuracy,
    precision_recall,
    support_size,
)


def gaussians(rng):
    return rng.normal(size=(120, 6)), rng.normal(size=(90, 6)) * 0.8 + 0.2


def grid_points(rng):
    """Whole numbers in a small cube: nearly all distances are tied, many points are equal."""
    return rng.integers(0, 4, (120, 3)), rng.integers(0, 5, (90, 3))


def copies(rng):
    """Generated images are copies of real ones, at distances that are no whole numbers."""
    real = rng.normal(size=(120, 6)) * 1000 + 123.456
    return real, real[rng.integers(0, 120, 90)]


def far_from_the_origin(rng):
    real = rng.normal(size=(120, 6)) + 1e6
    return real, np.concatenate([real[:30], rng.normal(size=(60, 6)) + 1e6])


def one_image(rng):
    return rng.normal(size=(120, 6)), np.full((90, 6), 0.3)


def one_far_away(rng):
    """One vector far from all others, of each kind, does not make the comparison of others coarser."""
    real, generated = gaussians(rng)
    real[0], generated[0] = 1e9, -1e9
    return real, generated


CASES = pytest.mark.parametrize(
    "case", [gaussians, grid_points, copies, far_from_the_origin, one_image, one_far_away]
)


def distances(first, second):
    """By scikit-learn, from trees: without the matrix product that could break ties."""
    search = NearestNeighbors(n_neighbors=len(second), algorithm="kd_tree").fit(second)
    found, order = search.kneighbors(first)
    unsorted = np.empty_like(found)
    np.put_along_axis(unsorted, order, found, axis=1)
    return unsorted


def radii(points, k):
    """Distance to the k-th nearest other point: without a query, a point is not its own neighbor."""
    search = NearestNeighbors(n_neighbors=k, algorithm="kd_tree").fit(points)
    return search.kneighbors()[0][:, -1]


@CASES
@pytest.mark.parametrize("k", [1, 3, 5])
def test_precision_and_recall(rng, case, k):
    real, generated = case(rng)
    between = distances(real, generated)
    precision, recall = precision_recall(real, generated, features="net", k=k)
    assert precision.value == (between <= radii(real, k)[:, None]).any(axis=0).mean()
    assert recall.value == (between <= radii(generated, k)).any(axis=1).mean()
    assert precision.name == "precision[net,90/120]"
    assert recall.name == "recall[net,90/120]"


@CASES
@pytest.mark.parametrize("k", [1, 3, 5])
def test_density_and_coverage(rng, case, k):
    real, generated = case(rng)
    inside = distances(real, generated) <= radii(real, k)[:, None]
    density, coverage = density_coverage(real, generated, features="net", k=k)
    assert density.value == pytest.approx(inside.sum() / (k * len(generated)), rel=1e-14)
    assert coverage.value == inside.any(axis=1).mean()
    assert density.name == "density[net,90/120]"
    assert coverage.name == "coverage[net,90/120]"


def test_coverage_of_one_distribution_is_the_closed_form():
    """Naeem et al. 2020, section 3: with n of each, 1 - prod (n - i) / (2n - 1 - i) over i < k."""
    rng = np.random.default_rng(0)
    n, k = 500, 5
    expected = 1 - np.prod([(n - i) / (2 * n - 1 - i) for i in range(k)])
    values = [density_coverage(*rng.normal(size=(2, n, 8)), features="net", k=k) for _ in range(10)]
    assert np.mean([coverage.value for _, coverage in values]) == pytest.approx(expected, abs=0.005)
    assert np.mean([density.value for density, _ in values]) == pytest.approx(1, abs=0.1)


def test_quality_and_diversity_are_told_apart(rng):
    real = rng.normal(size=(400, 4))
    dropped = real[real[:, 0] > 0.3] + 0.001  # good, but only a part
    noisy = rng.normal(size=(400, 4)) * 4  # everywhere, also where nothing is
    precision, recall = precision_recall(real, dropped, features="net")
    assert precision.value > 0.95
    assert recall.value < 0.7
    precision, recall = precision_recall(real, noisy, features="net")
    assert precision.value < 0.3
    assert recall.value > 0.8


@pytest.mark.parametrize("case", [gaussians, copies])
def test_nearest_neighbor_accuracy(rng, case):
    real, generated = case(rng)
    real = real[:90]
    together = np.concatenate([real, generated])
    found, order = NearestNeighbors(n_neighbors=179, algorithm="kd_tree").fit(together).kneighbors()
    labels = np.arange(180) < 90
    right = []
    for label, row, others in zip(labels, found, order, strict=True):
        # All neighbors at the least distance; with both kinds among them it is a tie.
        nearest = labels[others[row == row[0]]] == label
        right.append(nearest.all() if nearest.all() or not nearest.any() else 0.5)
    figure = nearest_neighbor_accuracy(real, generated, features="net")
    assert figure.value == pytest.approx(np.mean(right), rel=1e-14)
    assert figure.name == "nearest_neighbor_accuracy[net,90/90]"


def test_nearest_neighbor_accuracy_of_known_cases(rng):
    real = rng.normal(size=(400, 5))
    assert nearest_neighbor_accuracy(real, real + 100, features="net").value == 1
    assert nearest_neighbor_accuracy(real, real, features="net").value == 0  # memorized
    same = nearest_neighbor_accuracy(real, rng.normal(size=(400, 5)), features="net")
    assert same.value == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 800))
    # Every distance is tied: half right.
    assert nearest_neighbor_accuracy(np.ones((4, 2)), np.ones((4, 2)), features="net").value == 0.5


@pytest.mark.parametrize("support", [50, 500])
def test_support_size_of_a_known_support(rng, support):
    real = rng.normal(size=(2000, 8))
    generated = rng.normal(size=(support, 8))[rng.integers(0, support, 2000)]
    figure = support_size(real, generated, features="net")
    assert figure.value == pytest.approx(support, abs=4 * figure.error + 0.05 * support)
    assert figure.name == "support_size[net,2000/2000]"


def test_support_size_without_duplicates_is_a_bound(rng):
    spread_out = np.arange(100.0)[:, None]
    figure = support_size(np.arange(100.0)[:, None] / 10, spread_out, features="net")
    assert figure.value == (100 * 99 / 2) / 3
    assert figure.error is None
    assert figure.definition.startswith("Lower bound (95%)")


@CASES
def test_blocks_change_nothing(rng, case, monkeypatch):
    real, generated = case(rng)
    metrics = [precision_recall, density_coverage]
    whole = [metric(real, generated, features="net") for metric in metrics]
    accuracy = nearest_neighbor_accuracy(real[:90], generated, features="net")
    monkeypatch.setattr(
        sys.modules["keras_gan.metrics.precision_recall"], "_BLOCK", 7 * len(generated)
    )
    assert [metric(real, generated, features="net") for metric in metrics] == whole
    assert nearest_neighbor_accuracy(real[:90], generated, features="net") == accuracy


def test_memory_does_not_grow_with_the_square(rng):
    """10,000 x 10,000 distances would be 800 MB."""
    real, generated = rng.normal(size=(2, 10_000, 4))
    tracemalloc.start()
    precision_recall(real, generated, features="net")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6


@pytest.mark.parametrize("metric", [precision_recall, density_coverage])
@pytest.mark.parametrize("k", [0, 9])
def test_bad_k(rng, metric, k):
    with pytest.raises(
        ValueError, match="k must be at least 1 and less than the number of images, 9"
    ):
        metric(rng.normal(size=(9, 2)), rng.normal(size=(9, 2)), features="net", k=k)


@pytest.mark.parametrize(
    "metric", [precision_recall, density_coverage, nearest_neighbor_accuracy, support_size]
)
def test_bad_features(metric):
    with pytest.raises(ValueError, match="widths 3 and 4"):
        metric(np.eye(3), np.eye(4), features="net")
    with pytest.raises(ValueError, match="real must hold feature vectors"):
        metric(np.eye(3)[:1], np.eye(3), features="net")
    with pytest.raises(ValueError, match="generated must be finite"):
        metric(np.eye(3), np.full((3, 3), np.inf), features="net")


def test_other_bad_arguments(rng):
    with pytest.raises(ValueError, match="as many real as generated"):
        nearest_neighbor_accuracy(rng.normal(size=(4, 2)), rng.normal(size=(5, 2)), features="net")
    with pytest.raises(ValueError, match="quantile must be from 0 to 1"):
        support_size(rng.normal(size=(4, 2)), rng.normal(size=(5, 2)), features="net", quantile=2)
