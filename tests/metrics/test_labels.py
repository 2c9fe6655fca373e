"""Metrics of sets of labels, beside scikit-learn and the bootstrap."""

import numpy as np
import pytest

from keras_gan.metrics import macro_f1, micro_f1, possible, subset_accuracy


@pytest.fixture
def sets(rng):
    true = rng.random((300, 5)) < [0.5, 0.3, 0.2, 0.1, 0.6]
    return np.where(rng.random(true.shape) < 0.8, true, rng.random(true.shape) < 0.3), true


@pytest.mark.parametrize(("metric", "average"), [(micro_f1, "micro"), (macro_f1, "macro")])
def test_f1_is_that_of_scikit_learn(sets, metric, average):
    f1_score = pytest.importorskip("sklearn.metrics").f1_score
    found = metric(*sets, "toys")
    assert found.name == f"{average}_f1[toys,300]"
    assert found.value == pytest.approx(f1_score(sets[1], sets[0], average=average))


@pytest.mark.parametrize("metric", [micro_f1, macro_f1])
def test_errors_are_those_of_the_bootstrap(sets, metric, rng):
    draws = [rng.integers(0, 300, 300) for _ in range(400)]
    values = [metric(sets[0][draw], sets[1][draw], "toys").value for draw in draws]
    assert metric(*sets, "toys").error == pytest.approx(np.std(values), rel=0.15)


def test_whole_sets(sets):
    accuracy_score = pytest.importorskip("sklearn.metrics").accuracy_score
    value = subset_accuracy(*sets, "toys").value
    assert value == pytest.approx(accuracy_score(sets[1], sets[0]))


def test_sets_that_occur():
    found = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
    assert possible(found, np.array([[1, 0], [1, 1], [1, 1]]), "toys").value == 0.5


def test_labels_that_are_nowhere_count_as_nothing():
    nothing = np.zeros((3, 2), bool)
    assert micro_f1(nothing, nothing, "toys").value == macro_f1(nothing, nothing, "toys").value == 0
    with pytest.raises(ValueError, match=r"must be \(n, labels\)"):
        micro_f1(nothing, nothing[:2], "toys")
