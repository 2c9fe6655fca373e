"""Likelihoods are those of SciPy, and what a decoder's outputs say sums to one."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from keras_gan.objectives import likelihoods
from keras_gan.objectives.likelihoods import Bernoulli, DiscretizedLogistic, Normal

SHAPE = (3, 2, 2, 2)
LEVELS = np.arange(256) / 127.5 - 1.0


def log_prob(likelihood, outputs, images):
    outputs, images = (np.asarray(x, "float32") for x in (outputs, images))
    return ops.convert_to_numpy(likelihood.log_prob(outputs, images))


def test_bernoulli_is_scipys(rng):
    logits, white = rng.normal(0, 3, SHAPE), rng.integers(0, 2, SHAPE)
    expected = stats.bernoulli.logpmf(white, 1 / (1 + np.exp(-logits))).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(log_prob(Bernoulli(), logits, 2 * white - 1), expected, rtol=1e-5)
    mean = ops.convert_to_numpy(Bernoulli().mean(logits))
    np.testing.assert_allclose(mean, 2 / (1 + np.exp(-logits)) - 1, atol=1e-6)


def test_bernoulli_draws_black_and_white_pixels_with_the_levels_as_probabilities(rng):
    images = np.full((1, 100, 100, 1), 0.4, "float32")  # 0.7 white
    drawn = ops.convert_to_numpy(Bernoulli().observe(images, rng.random))
    assert set(drawn.ravel()) == {-1.0, 1.0}
    assert (drawn > 0).mean() == pytest.approx(0.7, abs=0.02)
    whole = np.array([-1.0, 1.0], "float32").reshape(1, 1, 2, 1)
    np.testing.assert_array_equal(Bernoulli().observe(whole, rng.random), whole)


@pytest.mark.parametrize("scale", [0.2, None])
def test_normal_is_scipys(rng, scale):
    likelihood = Normal(scale)
    if scale is None:
        likelihood.log_scale.assign(np.log(0.3))
    means, images = rng.uniform(-1, 1, (2, *SHAPE))
    expected = stats.norm.logpdf(images, means, scale or 0.3).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(log_prob(likelihood, means, images), expected, rtol=1e-5)
    assert len(likelihood.trainable_variables) == (scale is None)


def test_discretized_logistic_is_the_probability_of_the_interval(rng):
    means, log_scales = rng.uniform(-1, 1, SHAPE), rng.uniform(-4, 0, SHAPE)
    levels = rng.integers(1, 255, SHAPE)
    upper, lower = ((levels + half) / 127.5 - 1 for half in (0.5, -0.5))
    logistic = stats.logistic(means, np.exp(log_scales))
    expected = np.log(logistic.cdf(upper) - logistic.cdf(lower)).sum(axis=(1, 2, 3))
    outputs = np.concatenate([means, log_scales], axis=-1)
    found = log_prob(DiscretizedLogistic(), outputs, levels / 127.5 - 1)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


@pytest.mark.parametrize("mean", [-1.2, -1.0, 0.1, 1.0])
@pytest.mark.parametrize("log_scale", [-9.0, -5.0, 0.0])
def test_all_256_levels_have_probability_one(mean, log_scale):
    """Also far in the tails, where the logistic function is 0 or 1 in float32."""
    outputs = np.broadcast_to(np.array([mean, log_scale]), (256, 1, 1, 2))
    found = log_prob(DiscretizedLogistic(), outputs, LEVELS[:, None, None, None])
    assert np.isfinite(found).all()
    assert np.exp(np.float64(found)).sum() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("likelihood", [Bernoulli(), Normal(0.1), DiscretizedLogistic()])
def test_a_likelihood_is_restored_from_its_config(likelihood):
    restored = likelihoods.get(keras.saving.serialize_keras_object(likelihood))
    assert type(restored) is type(likelihood)
    assert restored.get_config() == likelihood.get_config()


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"scale of a Normal likelihood must be above 0, got 0"):
        Normal(0.0)
    with pytest.raises(ValueError, match=r"no likelihood 'bernouli'\. Did you mean bernoulli"):
        likelihoods.get("bernouli")
