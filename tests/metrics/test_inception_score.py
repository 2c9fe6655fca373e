"""Scores of class probabilities against definitions and hand-made histograms."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import entropy as scipy_entropy
from scipy.stats import sem

from keras_gan.metrics import inception_score, modes


@pytest.mark.parametrize("splits", [1, 3, 10])
def test_inception_score_is_the_definition(rng, splits):
    probabilities = softmax(rng.normal(size=(95, 6)) * 3, axis=1)
    scores = []
    for part in np.array_split(probabilities, splits):
        marginal = part.mean(axis=0)
        scores.append(np.exp(np.mean([scipy_entropy(row, marginal) for row in part])))
    figure = inception_score(probabilities, features="net", splits=splits)
    assert figure.value == pytest.approx(np.mean(scores), rel=1e-12)
    if splits == 1:
        assert figure.error is None
    else:
        assert figure.error == pytest.approx(sem(scores), abs=1e-12)
    assert figure.name == "inception_score[net,95]"


def test_inception_score_of_known_cases():
    certain = np.eye(5)[np.arange(100) % 5]
    assert inception_score(certain, features="net").value == pytest.approx(5)
    assert inception_score(np.full((100, 5), 0.2), features="net").value == pytest.approx(1)
    one_class = np.eye(5)[np.zeros(100, int)]
    assert inception_score(one_class, features="net").value == pytest.approx(1)


@pytest.mark.parametrize(
    ("probabilities", "match"),
    [
        (np.ones((5, 3)), r"sum to 3 to 3 .*softmax\(logits, axis=1\)"),
        (np.array([[1.5, -0.5], [1, 0]]), "smallest value -0.5"),
        (np.array([[1.0, 0.0]]), "n >= 2 images"),
        (np.array([[np.nan, 1], [1, 0]]), "must be finite"),
    ],
)
@pytest.mark.parametrize("metric", [inception_score, modes])
def test_bad_probabilities(metric, probabilities, match):
    with pytest.raises(ValueError, match=match):
        metric(probabilities, features="net")


@pytest.mark.parametrize("splits", [0, 5])
def test_bad_splits(splits):
    with pytest.raises(ValueError, match="splits must be from 1 to the 4 images"):
        inception_score(np.full((4, 2), 0.5), features="net", splits=splits)


def of_classes(labels, classes, confidence=0.9):
    rest = (1 - confidence) / (classes - 1)
    return np.where(np.eye(classes)[labels] == 1, confidence, rest)


def figures(found):
    return {figure.name.split("[")[0]: figure.value for figure in found.metrics}


def test_modes_of_a_balanced_generator():
    found = modes(of_classes(np.arange(1000) % 10, 10), features="net")
    assert found.histogram == {str(label): 100 for label in range(10)}
    assert found.missing == ()
    assert figures(found) == pytest.approx(
        {"class_entropy": np.log(10), "missing_modes": 0, "total_variation": 0, "confidence": 0.9}
    )
    assert all(figure.name.endswith("[net,1000]") for figure in found.metrics)


def test_modes_of_a_collapsed_generator():
    found = modes(of_classes(np.full(50, 2), 4), features="net", class_names=["a", "b", "c", "d"])
    assert found.histogram == {"a": 0, "b": 0, "c": 50, "d": 0}
    assert found.missing == ("a", "b", "d")
    assert figures(found) == pytest.approx(
        {"class_entropy": 0, "missing_modes": 3, "total_variation": 0.75, "confidence": 0.9}
    )


def test_modes_against_unequal_frequencies():
    """Frequencies 6:3:1:0 in the data; the generator has 50, 48, 1 and 1 of 100."""
    labels = np.repeat([0, 1, 2, 3], [50, 48, 1, 1])
    found = modes(of_classes(labels, 4), np.array([60, 30, 10, 0]), features="net")
    assert found.missing == ("2",)  # 1% is a tenth of 10%; class 3 is not in the data
    assert figures(found)["total_variation"] == pytest.approx(0.5 * (0.10 + 0.18 + 0.09 + 0.01))
    assert figures(found)["class_entropy"] == pytest.approx(scipy_entropy([50, 48, 1, 1]))
    strict = modes(of_classes(labels, 4), np.array([60, 30, 10, 0]), features="net", tolerance=0)
    assert strict.missing == ()


def test_modes_from_logits(rng):
    logits = rng.normal(size=(200, 7))
    found = modes(softmax(logits, axis=1), features="net")
    assert (
        list(found.histogram.values()) == np.bincount(logits.argmax(axis=1), minlength=7).tolist()
    )


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"frequencies": [1, 1]}, "frequencies must be 3 numbers"),
        ({"frequencies": [1, -1, 1]}, "frequencies must be 3 numbers of at least 0"),
        ({"frequencies": [0, 0, 0]}, "not all 0"),
        ({"class_names": ["a", "b"]}, "class_names must be 3 different names"),
        ({"class_names": ["a", "b", "a"]}, "class_names must be 3 different names"),
    ],
)
def test_bad_arguments(arguments, match):
    with pytest.raises(ValueError, match=match):
        modes(np.eye(3), features="net", **arguments)
