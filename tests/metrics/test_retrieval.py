"""Retrieval: the nearest candidate by the cosine."""

import numpy as np
import pytest
from sklearn.metrics import top_k_accuracy_score
from sklearn.metrics.pairwise import cosine_similarity

from keras_gan.metrics.retrieval import retrieval


def test_the_nearest_by_the_cosine_counts():
    found = np.array([[2.0, 0.1], [0.1, 5.0], [-1.0, -1.0]])
    people = np.array([[1.0, 0.0], [0.0, 0.1], [10.0, 10.0]])
    metric = retrieval(found, people, np.array([0, 1, 2]), "net")
    assert metric.name == "retrieval[net,3/3]"
    assert metric.value == pytest.approx(2 / 3)  # the last one points the other way


def test_it_is_the_top_1_accuracy_of_scikit_learn(rng):
    found, people = rng.normal(size=(200, 6)), rng.normal(size=(15, 6))
    own = rng.integers(0, 15, 200)
    found += people[own]
    expected = top_k_accuracy_score(own, cosine_similarity(found, people), k=1)
    assert retrieval(found, people, own, "net").value == pytest.approx(expected)
    of_each = np.broadcast_to(people, (200, 15, 6))
    assert retrieval(found, of_each, own, "net").value == pytest.approx(expected)


def test_a_tie_is_not_right():
    same = np.ones((4, 3))
    assert retrieval(same, np.ones((5, 3)), np.zeros(4, int), "net").value == 0.0


def test_what_does_not_fit_is_refused(rng):
    found = rng.normal(size=(4, 3))
    for candidates, own in (
        (np.ones((5, 2)), np.zeros(4, int)),
        (np.ones((3, 5, 3)), np.zeros(4, int)),
        (np.ones((5, 3)), np.full(4, 5)),
        (np.ones((5, 3)), np.zeros(3, int)),
    ):
        with pytest.raises(ValueError, match="must be"):
            retrieval(found, candidates, own, "net")
