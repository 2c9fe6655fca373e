"""The table of label sets, of a classifier whose answers are known."""

import numpy as np
import pytest

from keras_gan.data.catalogue.anime import EYES, HAIR
from tools.studies.label_sets import measured, one_each, table


class Sure:
    """A tagger that is right, with a probability that it is given."""

    def __init__(self, probability):
        self.probability = probability

    def probabilities(self, images):
        return images * self.probability + 0.01


@pytest.fixture
def splits(rng):
    """Tags of a hair and an eye color each, in the place of images too."""
    found = {}
    for name in ("fit", "validation", "test"):
        hair, eyes = (np.eye(len(each))[rng.integers(0, len(each), 40)] for each in (HAIR, EYES))
        tags = np.concatenate([hair, eyes], axis=1)
        found[name] = tags, tags.astype(int)
    return found


def test_a_threshold_is_tuned_for_the_unsure(splits):
    results = measured(Sure(0.3), splits)
    assert results["0.5", "micro F1"] == 0.0 and results["0.5", "tags"] == 0.0
    assert results["tuned", "micro F1"] == results["one each", "whole set right"] == 1.0
    assert measured(Sure(0.9), splits)["0.5", "whole set right"] == 1.0


def test_one_each_takes_the_most_probable():
    probabilities = np.full((1, 23), 0.1)
    probabilities[0, [3, 5, 20]] = 0.3, 0.2, 0.15
    assert np.flatnonzero(one_each(probabilities)).tolist() == [3, 20]


def test_differences_are_of_equal_seeds(splits):
    results = {
        w: [measured(Sure(p), splits) for p in ps]
        for w, ps in ((0.0, (0.3, 0.3)), (3.0, (0.9, 0.9)))
    }
    rows = {(name, way): values for name, way, *values in table(results)}
    assert rows["micro F1", "0.5"] == ["0.000 ± 0.000", "1.000 ± 0.000", "1.000 ± 0.000"]
    assert rows["tags", "one each"] == ["2.000 ± 0.000", "2.000 ± 0.000", "0.000 ± 0.000"]
