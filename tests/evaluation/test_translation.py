"""Reports on models that translate: known ones, and an entry."""

import numpy as np
import pytest

from keras_gan import data, zoo
from keras_gan.evaluation import evaluate
from keras_gan.evaluation.extractor import Extractor
from keras_gan.metrics import Features
from keras_gan.metrics.translation import distance
from keras_gan.tasks import Translation


class Known(Translation):
    """From A to B images are inverted, from B to A made black."""

    generators = {"AtoB": None, "BtoA": None}

    def __init__(self, aligned):
        super().__init__(image_shape=(8, 8, 3))
        self.aligned = aligned

    def translate(self, images, direction, size=None):
        return 255 - images if direction == "AtoB" else np.zeros_like(images)


class Brightness:
    """Takes bright images for the class `bright` and others for `dark`."""

    def __init__(self, num_classes):
        self.num_classes = num_classes
        self.example_shape = (8, 8, 3)


def brightness(num_classes=2, dark=0, bright=1, names=None):
    """An extractor whose features are mean and deviation of each image."""

    def features_and_logits(images):
        levels = (np.asarray(images) + 1.0) / 2.0
        mean, deviation = levels.mean(axis=(1, 2, 3)), levels.std(axis=(1, 2, 3))
        logits = np.full((len(images), num_classes), -9.0)
        logits[:, dark], logits[:, bright] = 1.0 - mean, mean
        return np.column_stack([mean, deviation, logits])

    network = Features(features_and_logits, "brightness")
    return Extractor("brightness", network, Brightness(num_classes), names)


@pytest.fixture
def images(rng):
    return rng.integers(0, 100, (6, 8, 8, 3), dtype=np.uint8)


@pytest.fixture
def classified(monkeypatch):
    """Lets the feature network be one of the function above."""

    def use(*args, **kwargs):
        monkeypatch.setattr(
            "keras_gan.evaluation.reference.extractor",
            lambda features, progress: brightness(*args, **kwargs),
        )
        return {"features": "brightness"}

    return use


def values(report):
    return {metric.name: metric.value for metric in report.metrics}


@pytest.mark.filterwarnings("ignore:FID with fewer images")
def test_unpaired(images, classified):
    found = values(evaluate(Known(aligned=False), (images, 255 - images), **classified()))
    assert found["sharpness_AtoB[pixels,6]"] == pytest.approx(1.0)
    assert found["sharpness_BtoA[pixels,6]"] == 0.0
    assert found["l1_input_AtoB[pixels,6]"] == pytest.approx(distance(images, 255 - images))
    assert found["cycle_error_AtoB[pixels,6]"] == pytest.approx(images.mean() / 255.0)
    assert found["cycle_error_BtoA[pixels,6]"] == pytest.approx(images.mean() / 255.0)
    # Every image comes back black.
    assert found["cycle_shuffled_AtoB[pixels,6]"] == found["cycle_error_AtoB[pixels,6]"]
    accuracies = [found[f"target_accuracy_{way}[brightness,6]"] for way in ("AtoB", "BtoA")]
    assert accuracies == [1.0, 1.0]
    assert found["kid_AtoB[brightness,6/6]"] < found["kid_BtoA[brightness,6/6]"]
    assert "fid_AtoB[brightness,6/6]" in found and "l1_AtoB[pixels,6]" not in found


def test_the_classifier_may_have_other_classes(images, classified, monkeypatch):
    """Those of a data set whose domains are two of them."""
    names = ("sky", "sea", "land", *data.info("horse2zebra").domains[::-1])
    options = classified(5, dark=4, bright=3, names=names)
    monkeypatch.setattr(data, "arrays", lambda *args, **kwargs: (images, 255 - images))
    model = Known(aligned=False)
    report = evaluate(model, "horse2zebra", ["target_accuracy"], **options)
    assert report.dataset == "horse2zebra test"
    assert [metric.value for metric in report.metrics] == [1.0, 1.0]


def test_pairs_and_whether_the_input_matters(images):
    found = values(evaluate(Known(aligned=True), (images, 255 - images)))
    assert found["l1_AtoB[pixels,6]"] == 0.0 < found["l1_shuffled_AtoB[pixels,6]"]
    # Black, whatever comes in: as far from the right answers as from the others.
    assert found["l1_BtoA[pixels,6]"] == found["l1_shuffled_BtoA[pixels,6]"] > 0.0
    assert not any("accuracy" in name or "cycle" in name for name in found)


def test_metrics_can_be_chosen(images):
    report = evaluate(Known(aligned=False), (images, 255 - images), ["l1_input"])
    assert [metric.metric for metric in report.metrics] == ["l1_input_AtoB", "l1_input_BtoA"]
    for metric, problem in (
        ("l1", "l1 is no metric of this Known; its metrics are sharpness, l1_input"),
        ("fid", "features must be given"),
        ("prdc", "prdc is no metric of this Known"),
    ):
        with pytest.raises(ValueError, match=problem):
            evaluate(Known(aligned=False), (images, 255 - images), [metric])


def test_an_entry_on_given_images(entries, rng):
    images = rng.integers(0, 256, (2, 3, 32, 32, 3), dtype=np.uint8)
    report = evaluate("tiny_cyclegan", tuple(images))
    made = zoo.load("tiny_cyclegan").translate(images[0], "AtoB")
    assert report["l1_input_AtoB"].value == pytest.approx(distance(made, images[0]))
    assert report.dataset == "given images" and report.model == "tiny_cyclegan"
