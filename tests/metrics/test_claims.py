"""Claims of the lectures on metrics, on real Fashion-MNIST images that stand in for generators' own.

Each experiment prints its figures: pytest tests/metrics/test_claims.py -s
"""

import functools

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from keras_gan import data
from keras_gan.evaluation import Evaluator
from keras_gan.metrics import memorization

JUDGE = "fashion_mnist_classifier"
NUM = 1000  # images of each stand-in


@pytest.fixture(scope="module")
def split(arrays):
    """Images and labels of a split."""
    return functools.partial(arrays, "fashion_mnist")


@pytest.fixture(scope="module")
def training(split):
    return split("train")[0][:5000]


@pytest.fixture(scope="module")
def test(split):
    return split("test")


@pytest.fixture(scope="module")
def evaluator(test):
    """Measures against 2,000 images, which the stand-ins do not use."""
    metrics = ["fid", "is", "prdc", "modes"]
    return Evaluator(test[0][:2000], metrics, features=JUDGE)


@pytest.fixture(scope="module")
def stand_in(evaluator, test):
    """The report of test images of given classes."""
    images, labels = test[0][2000:], test[1][2000:]

    def report(classes):
        chosen = images[np.isin(labels, classes)][:NUM]
        return shown(f"classes {list(classes)}", evaluator(chosen))

    return report


@pytest.fixture(scope="module")
def all_classes(stand_in):
    return stand_in(range(10))


def shown(name, report):
    print(f"\n{name}: {report}")
    return report


def test_one_class_is_confident_but_neither_diverse_nor_near(stand_in, all_classes):
    """A collapsed generator: each image is fine, so a look at single images tells nothing."""
    bags = 8
    one = stand_in([bags])
    assert one["confidence"].value > all_classes["confidence"].value - 0.02
    assert one["inception_score"].value < 0.5 * all_classes["inception_score"].value
    assert one["coverage"].value < 0.5 * all_classes["coverage"].value
    assert one["class_entropy"].value < 0.5 * all_classes["class_entropy"].value
    assert one["fid"].value > 10 * all_classes["fid"].value


def test_dropped_classes_cost_recall_and_coverage_but_no_precision(stand_in, all_classes):
    kept = ("trouser", "dress", "sandal", "bag", "ankle boot")
    names = data.info("fashion_mnist").classes
    half = stand_in([names.index(name) for name in kept])
    assert half["precision"].value == pytest.approx(all_classes["precision"].value, rel=0.05)
    for metric in ("recall", "coverage"):
        assert half[metric].value <= 0.7 * all_classes[metric].value, metric
    assert set(half.modes.missing) == set(names) - set(kept)
    assert all_classes.modes.missing == ()


@pytest.mark.slow
def test_copies_have_a_good_fid_and_are_found(training, test, evaluator, all_classes):
    copies, new = training[:100], test[0][-200:]
    report = shown("copies", evaluator(training[:NUM]))
    # The floor is that of new images; the classifier has learned the training images, which are apart.
    assert report["fid"].value < 2 * all_classes["fid"].value

    images = np.concatenate([copies, copies[:, :, ::-1], new])
    found = memorization(images, training, test[0][2000:2500], evaluator.reference.network)
    near = found.distances <= found.threshold
    copied, mirrored = near & ~found.mirror, near & found.mirror
    print(
        f"\ncopied: {copied[:100].mean():.1%} of copies; mirrored: {mirrored[100:200].mean():.1%} of "
        f"mirrored copies; either: {near[200:].mean():.1%} of new images"
    )
    assert copied[:100].mean() >= 0.99
    assert mirrored[100:200].mean() >= 0.95
    assert near[200:].mean() <= 0.05


@pytest.fixture
def disturbances(rng):
    """Ways to spoil images, each with growing amounts."""

    def blurred(images, sigma):
        return gaussian_filter(images.astype(float), (0, sigma, sigma, 0))

    def noisy(images, deviation):
        return images + rng.normal(scale=deviation, size=images.shape)

    def mixed(images, share):
        return (1 - share) * images + share * np.roll(images, 1, axis=0)

    return ((blurred, (0.5, 0.8, 1.2)), (noisy, (8, 16, 32)), (mixed, (0.1, 0.25, 0.5)))


@pytest.mark.slow
def test_fid_rises_with_every_disturbance(test, evaluator, disturbances, all_classes):
    images = test[0][2000 : 2000 + NUM]
    only_fid = Evaluator(test[0][:2000], ["fid"], features=JUDGE)
    for spoil, amounts in disturbances:
        spoilt = [np.clip(np.rint(spoil(images, amount)), 0, 255) for amount in amounts]
        values = [only_fid(each.astype(np.uint8))["fid"].value for each in spoilt]
        values.insert(0, all_classes["fid"].value)
        print(f"\nfid, {spoil.__name__} by {(0, *amounts)}: {np.round(values, 2).tolist()}")
        assert all(np.diff(values) > 0), spoil.__name__
