"""Batches of arrays, aligned or not, and the columns that `fit` names."""

import numpy as np
import pytest

from keras_gan.game.feeding import Batches


def epoch_of(batches):
    return [np.concatenate([batch[name] for (batch,) in batches]) for name in "ab"]


def test_each_domain_has_an_order_of_its_own():
    batches = Batches({"a": np.arange(10), "b": np.arange(4)}, 2, seed=1, aligned=False)
    assert len(batches) == 5
    first = epoch_of([batches[i] for i in range(5)])
    assert sorted(first[0]) == list(range(10))
    assert sorted(first[1][:4]) == sorted(first[1][4:8]) == [0, 1, 2, 3]
    batches.begin(1)
    second = epoch_of([batches[i] for i in range(5)])
    for one, other in zip(first, second, strict=True):
        assert (one != other).any()
    again = Batches({"a": np.arange(10), "b": np.arange(4)}, 2, seed=1, aligned=False)
    again.begin(1)
    np.testing.assert_array_equal(epoch_of([again[i] for i in range(5)]), second)


def test_an_empty_domain_is_refused():
    with pytest.raises(ValueError, match="the data has 0 and 4"):
        Batches({"a": np.arange(0), "b": np.arange(4)}, 2, aligned=False)


def test_incomplete_steps_are_left_out():
    batches = Batches({"x": np.arange(10)}, 4, seed=1)
    drawn = [np.concatenate([batches[i][0]["x"] for i in range(len(batches))])]
    batches.begin(1)
    drawn.append(np.concatenate([batches[i][0]["x"] for i in range(len(batches))]))
    assert all(len(set(epoch)) == 8 for epoch in drawn)
    assert list(drawn[0]) != list(drawn[1])
    resumed = Batches({"x": np.arange(10)}, 4, seed=1)
    resumed.begin(1)
    np.testing.assert_array_equal(resumed.orders[0], batches.orders[0])
