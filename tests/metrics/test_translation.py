"""Figures of translations, on models whose translations are known."""

import numpy as np
import pytest

from keras_gan import zoo
from keras_gan.evaluation import evaluate
from keras_gan.metrics.translation import distance, gradient_energy, translation_figures


class Known:
    """From A to B images are inverted, from B to A made black."""

    generators = {"AtoB": None, "BtoA": None}

    def __init__(self, aligned):
        self.aligned = aligned

    def translate(self, images, direction):
        return 255 - images if direction == "AtoB" else np.zeros_like(images)


class Judge:
    """Takes bright images for class 1; their mean and spread are the features."""

    def classify(self, images):
        bright = images.mean(axis=(1, 2, 3)) / 255.0
        return np.stack([1.0 - bright, bright], axis=1)

    def features(self, images):
        return np.stack([images.mean(axis=(1, 2, 3)), images.std(axis=(1, 2, 3))], axis=1)


@pytest.fixture
def images(rng):
    return rng.integers(0, 100, (6, 8, 8, 3), dtype=np.uint8)


def figures(model, *domains, judge=None):
    found = translation_figures(model, *domains, judge, "judge")
    return {figure.name: figure.value for figure in found}


def test_gradient_energy_by_hand():
    """Steps of 0 and 51 between columns, all alike along rows: the mean of 0.2^2, 0 and 0.2^2."""
    row = np.array([0, 51, 51, 102], np.uint8)
    image = np.broadcast_to(row[None, None, :, None], (1, 3, 4, 1))
    assert gradient_energy(image) == pytest.approx(0.04 * 2 / 3)
    assert distance(image, image + np.uint8(51)) == pytest.approx(0.2)


def test_unpaired(images):
    found = figures(Known(aligned=False), images, 255 - images, judge=Judge())
    assert found["sharpness_AtoB[pixels,6]"] == pytest.approx(1.0)
    assert found["sharpness_BtoA[pixels,6]"] == 0.0
    assert found["l1_input_AtoB[pixels,6]"] == pytest.approx(distance(images, 255 - images))
    assert found["cycle_error_AtoB[pixels,6]"] == pytest.approx(images.mean() / 255.0)
    assert found["cycle_error_BtoA[pixels,6]"] == pytest.approx(images.mean() / 255.0)
    # Every image comes back black.
    assert found["cycle_shuffled_AtoB[pixels,6]"] == found["cycle_error_AtoB[pixels,6]"]
    assert found["target_accuracy_AtoB[judge,6]"] == found["target_accuracy_BtoA[judge,6]"] == 1.0
    assert found["kid_AtoB[judge,6/6]"] < found["kid_BtoA[judge,6/6]"]
    assert "l1_AtoB[pixels,6]" not in found


def test_the_judge_may_know_other_classes(images):
    class Other(Judge):
        def classify(self, images):
            return np.pad(super().classify(images)[:, ::-1], [(0, 0), (3, 0)])

    found = translation_figures(Known(False), images, 255 - images, Other(), "other", (4, 3))
    accuracies = [each.value for each in found if each.name.startswith("target_accuracy")]
    assert accuracies == [1.0, 1.0]


def test_pairs_and_whether_the_input_matters(images):
    found = figures(Known(aligned=True), images, 255 - images)
    assert found["l1_AtoB[pixels,6]"] == 0.0 < found["l1_shuffled_AtoB[pixels,6]"]
    # Black, whatever comes in: as far from the right answers as from the others.
    assert found["l1_BtoA[pixels,6]"] == found["l1_shuffled_BtoA[pixels,6]"] > 0.0
    assert not any("accuracy" in name or "cycle" in name for name in found)


def test_evaluate_takes_models_that_translate(entries, rng):
    """An entry, on given images; the figures are those of its translations."""
    images = rng.integers(0, 256, (2, 3, 32, 32, 3), dtype=np.uint8)
    report = evaluate("tiny_cyclegan", tuple(images))
    made = zoo.load("tiny_cyclegan").translate(images[0], "AtoB")
    assert report["l1_input_AtoB"].value == pytest.approx(distance(made, images[0]))
    assert report.dataset == "given images" and report.model == "tiny_cyclegan"
    with pytest.raises(ValueError, match="figures of its own"):
        evaluate("tiny_cyclegan", tuple(images), ["fid"])
