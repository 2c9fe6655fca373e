"""The VAE's closed forms are those of TensorFlow Probability; skipped where that is not installed."""

import numpy as np
import pytest
from keras import ops

from keras_gan import VAE, backend
from keras_gan.networks import vae
from keras_gan.objectives.likelihoods import Bernoulli, DiscretizedLogistic, Normal

pytest.importorskip("tensorflow_probability")
pytestmark = pytest.mark.both
SHAPE = (4, 4, 1)


@pytest.fixture
def distributions():
    return backend.probability().distributions


def log_prob(likelihood, outputs, images):
    return ops.convert_to_numpy(likelihood.log_prob(*map(ops.convert_to_tensor, (outputs, images))))


def test_the_posterior_is_the_encoders(distributions, rng):
    model = VAE(vae.encoder(SHAPE, 3), vae.decoder(SHAPE, 3), seed=0)
    images = (255 * rng.integers(0, 2, (5, *SHAPE))).astype("uint8")
    posterior = model.posterior(images)
    means, deviations = model.encode(images)
    np.testing.assert_array_equal(posterior.mean(), means)
    np.testing.assert_allclose(posterior.stddev(), deviations, rtol=1e-6)
    prior = distributions.MultivariateNormalDiag(np.zeros(3, "float32"), np.ones(3, "float32"))
    divergence = ops.convert_to_numpy(posterior.kl_divergence(prior))
    np.testing.assert_allclose(model.elbo(images)["kl"], divergence, rtol=1e-5)


def test_likelihoods_are_its_own(distributions, rng):
    tfd = distributions
    outputs = rng.normal(0, 1, (3, *SHAPE)).astype("float32")
    white = rng.integers(0, 2, (3, *SHAPE)).astype("float32")
    expected = tfd.Independent(tfd.Bernoulli(logits=outputs), 3).log_prob(white)
    np.testing.assert_allclose(log_prob(Bernoulli(), outputs, 2 * white - 1), expected, rtol=1e-6)
    images = rng.uniform(-1, 1, (3, *SHAPE)).astype("float32")
    expected = tfd.Independent(tfd.Normal(outputs, 0.3), 3).log_prob(images)
    np.testing.assert_allclose(log_prob(Normal(0.3), outputs, images), expected, rtol=1e-6)


def test_discretized_logistic_is_its_quantized_one(distributions, rng):
    tfd = distributions
    means = rng.uniform(-1, 1, (3, *SHAPE)).astype("float32")
    scales = rng.uniform(0.05, 0.3, (3, *SHAPE)).astype("float32")
    levels = rng.integers(0, 256, (3, *SHAPE)).astype("float32")
    # A quantized distribution rounds up: level k has what lies between k - 1 and k.
    logistic = tfd.Logistic((means + 1.0) * 127.5 - 0.5, scales * 127.5)
    quantized = tfd.QuantizedDistribution(logistic, low=0.0, high=255.0)
    expected = ops.sum(quantized.log_prob(levels), axis=(1, 2, 3))
    outputs = np.concatenate([means, np.log(scales)], axis=-1)
    found = log_prob(DiscretizedLogistic(), outputs, levels / 127.5 - 1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
