"""Attributes: labels, conditions and losses by hand, and the names that users give."""

import numpy as np
import pytest
from keras import ops

from keras_gan.tasks.attributes import Attributes

LOOKS = {"hair": ["black", "blue", "pink"], "eyes": ["blue", "red"]}
FACE = {"face": ["male", "young"], "mood": ["calm", "angry", "happy"]}


def looks(masked=False):
    return Attributes.of(LOOKS, False, masked)


def celebrities(masked=False):
    return Attributes.of(FACE, ["face"], masked)


def test_sizes():
    assert (looks().columns, looks().num, looks().condition_dim) == (2, 5, 5)
    assert (celebrities(True).columns, celebrities(True).condition_dim) == (3, 5 + 2)
    assert Attributes.of("ab", False, False).columns == 1
    assert Attributes.of(["male"], True, False).columns == 1


@pytest.mark.both
def test_conditions_are_the_attributes_and_what_is_known():
    labels = ops.convert_to_tensor(np.int32([[2, 0], [0, 1]]))
    expected = [[0, 0, 1, 1, 0], [1, 0, 0, 0, 1]]
    np.testing.assert_array_equal(looks().conditions(labels), expected)
    labels = ops.convert_to_tensor(np.int32([[1, 0, -1], [-1, -1, 2]]))
    expected = [[1, 0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1, 0, 1]]
    np.testing.assert_array_equal(celebrities(True).conditions(labels), expected)


@pytest.mark.both
def test_the_loss_is_a_softmax_for_each_group_and_sigmoids_for_an_independent_one(rng):
    logits = rng.normal(size=(4, 5)).astype("float32")
    labels = np.int32([[1, 0, 2], [0, 0, 0], [1, 1, -1], [-1, -1, 1]])
    probability = 1.0 / (1.0 + np.exp(-logits[:3, :2]))
    right = np.where(labels[:3, :2] == 1, probability, 1.0 - probability)
    moods = np.exp(logits[:, 2:]) / np.exp(logits[:, 2:]).sum(axis=1, keepdims=True)
    known = [0, 1, 3]
    expected = -np.log(right).sum() / 4 - np.log(moods[known, labels[known, 2]]).sum() / 4
    found = celebrities(True).loss(ops.convert_to_tensor(labels), ops.convert_to_tensor(logits))
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_predicted_labels_are_those_of_the_largest_logits():
    logits = np.array([[2.0, -1.0, 0.0, 3.0, 1.0], [-2.0, 1.0, 5.0, 3.0, 1.0]])
    np.testing.assert_array_equal(celebrities().predicted(logits), [[1, 0, 1], [0, 1, 0]])
    np.testing.assert_array_equal(looks().predicted(logits), [[0, 0], [2, 0]])


@pytest.mark.parametrize(
    ("attributes", "to", "columns"),
    [
        (looks(), "pink", {0: 2}),
        (looks(), "eyes=blue", {1: 0}),
        (looks(), {"hair": "blue", "eyes": "red"}, {0: 1, 1: 1}),
        (looks(), ["pink", "eyes=blue"], {0: 2, 1: 0}),
        (Attributes.of("abc", False, False), 1, {0: 1}),
        (celebrities(), "young", {1: 1}),
        (celebrities(), {"male": False, "mood": "happy"}, {0: 0, 2: 2}),
    ],
)
def test_what_users_ask_for(attributes, to, columns):
    assert attributes.wanted(to) == columns


def test_every_attribute_has_a_name_of_its_own():
    assert looks().every() == {
        "black": {0: 0},
        "hair=blue": {0: 1},
        "pink": {0: 2},
        "eyes=blue": {1: 0},
        "red": {1: 1},
    }


def test_classes_of_a_data_set_are_all_combinations():
    ids = np.arange(6)
    np.testing.assert_array_equal(looks().of_classes(ids, 6), [*np.ndindex(3, 2)])
    with pytest.raises(ValueError, match=r"\(black, .* are not the data's 7 classes"):
        looks().of_classes(ids, 7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Attributes.of(["a"], False, False), "at least two that exclude each other"),
        (lambda: Attributes.of({"hair": ["a", "a"]}, False, False), r"got \['a', 'a'\] of hair"),
        (lambda: Attributes.of({}, False, False), "at least one group"),
        (lambda: Attributes.of(LOOKS, ["nose"], False), "no group of domains 'nose'"),
        (lambda: looks().check(None, 2), r"labels \(n, 2\) of the images must be given"),
        (lambda: looks().check(np.zeros(2, int), 2), "one column for each of hair, eyes"),
        (lambda: looks().check(np.zeros((2, 2)), 2), "must be integers"),
        (lambda: looks().check(np.int32([[0, 2]]), 1), "labels of eyes must be 0 to 1, got 2 to 2"),
        (lambda: looks().check(np.int32([[-1, 0]]), 1), "labels of hair must be 0 to 2, got -1"),
        (lambda: looks(True).check(np.int32([[-2, 0]]), 1), "must be -1 to 2"),
        (lambda: looks().wanted(None), "to must name one of black, hair=blue, pink"),
        (lambda: looks().wanted([]), "to must name one of"),
        (lambda: looks().wanted(1), "to must name one of"),
        (lambda: looks().wanted("blue"), "several groups: say hair=blue or eyes=blue"),
        (lambda: looks().wanted("pnik"), "no domain 'pnik'. Did you mean pink"),
        (lambda: looks().wanted({"hiar": "pink"}), "no group of domains 'hiar'. Did you mean hair"),
        (lambda: looks().wanted({"eyes": "pink"}), "no domain of eyes 'pink'"),
        (lambda: looks().wanted({"pink": True}), "no group of domains 'pink'"),
    ],
)
def test_bad_names_and_labels_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_labels_of_one_domain_warn():
    with pytest.warns(UserWarning, match="labels hold one domain only"):
        looks().warn_of_one(np.int32([[1, 0], [1, 0]]))
