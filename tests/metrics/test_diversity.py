"""Diversity against all pairs."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from keras_gan.metrics import diversity


def test_is_the_ratio_over_all_pairs(rng):
    real, generated = rng.normal(size=(60, 5)), rng.normal(size=(40, 5)) * 0.3 + 7
    expected = np.sqrt(np.mean(pdist(generated) ** 2) / np.mean(pdist(real) ** 2))
    figure = diversity(real, generated, features="net")
    assert figure.value == pytest.approx(expected, rel=1e-12)
    assert figure.name == "diversity[net,40/60]"


def test_one_image_has_none(rng):
    real, one = rng.normal(size=(60, 5)), np.tile(rng.normal(size=5), (10, 1))
    assert diversity(real, one, features="net").value == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="real must hold different images"):
        diversity(np.ones((10, 5)), real, features="net")
