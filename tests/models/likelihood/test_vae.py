"""The VAE: its bound by hand, known answers of the linear model, encoding, bad input."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats
from sklearn.decomposition import PCA

from keras_gan import VAE
from keras_gan.models.likelihood.bounds import kl_to_prior
from keras_gan.networks import vae
from keras_gan.objectives.likelihoods import Normal

SHAPE = (4, 4, 1)


def make(likelihood="bernoulli", **settings):
    parameters = 2 if likelihood == "discretized_logistic" else 1
    networks = vae.encoder(SHAPE, 3, 8), vae.decoder(SHAPE, 3, 8, parameters)
    return VAE(*networks, likelihood=likelihood, seed=0, **settings)


def linear(width, latent_dim, scale=None):
    """A VAE of vectors whose networks are affine: probabilistic PCA."""
    networks = (
        keras.Sequential([keras.Input((width,)), keras.layers.Dense(2 * latent_dim)]),
        keras.Sequential([keras.Input((latent_dim,)), keras.layers.Dense(width)]),
    )
    return VAE(*networks, likelihood=Normal(scale), seed=0)


def exact(model, examples):
    """log p(x) of a linear model by SciPy: N(b, W W^T + s^2 I)."""
    kernel, bias = (np.float64(w) for w in model.generator.get_weights())
    variance = float(model.likelihood.deviation()) ** 2
    covariance = kernel.T @ kernel + variance * np.eye(len(bias))
    return stats.multivariate_normal(bias, covariance).logpdf(examples)


@pytest.fixture
def vectors(rng):
    """1,000 vectors of 6 numbers about a plane, in [-1, 1]."""
    plane = rng.normal(0, 0.25, (1000, 2)) @ rng.normal(size=(2, 6))
    return (plane + rng.normal(0, 0.1, (1000, 6)) + 0.1).astype("float32")


def test_the_defaults_are_the_papers():
    model = VAE()
    assert model.encoder.count_params() == 412_540 and model.generator.count_params() == 403_284
    assert model.latent_dim == 20 and model.image_shape == (28, 28, 1) and model.beta == 1.0
    assert type(model.likelihood).__name__ == "Bernoulli"
    deviations = [w.std() for w in model.generator.get_weights() if w.ndim == 2]
    np.testing.assert_allclose(deviations, 0.1, rtol=0.05)


def test_kl_is_the_integral(rng):
    mean, deviation = 0.7, 0.4
    q, p = stats.norm(mean, deviation), stats.norm()
    expected = q.expect(lambda z: q.logpdf(z) - p.logpdf(z))
    found = kl_to_prior(np.array([[mean]]), np.array([[2 * np.log(deviation)]]))
    assert float(found[0]) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("beta", [1.0, 4.0])
def test_loss_is_the_negative_bound_by_hand(rng, beta):
    model = make(beta=beta)
    images = np.sign(rng.normal(size=(5, *SHAPE))).astype("float32")
    noise = rng.normal(size=(5, 3)).astype("float32")
    model.normal = lambda shape: ops.convert_to_tensor(noise)
    loss, parts = model.loss_on(images)
    means, log_variances = np.split(ops.convert_to_numpy(model.encoder(images)), 2, axis=1)
    logits = model.generator(means + np.exp(log_variances / 2) * noise)
    white = (images > 0).astype("float64")
    probabilities = 1 / (1 + np.exp(-np.float64(ops.convert_to_numpy(logits))))
    cross = -(white * np.log(probabilities) + (1 - white) * np.log(1 - probabilities))
    divergence = 0.5 * (means**2 + np.exp(log_variances) - 1 - log_variances)
    reconstruction, divergence = cross.sum() / 5, divergence.sum() / 5
    assert float(parts["reconstruction"]) == pytest.approx(reconstruction, rel=1e-5)
    assert float(parts["kl"]) == pytest.approx(divergence, rel=1e-4)
    assert float(loss) == pytest.approx(reconstruction + beta * divergence, rel=1e-5)


def test_parts_of_the_loss_are_logged(rng):
    model = make()
    model.compile()
    images = rng.integers(0, 256, (16, *SHAPE), dtype=np.uint8)
    history = model.fit(images, batch_size=8, verbose=0).history
    (loss,), (kl,) = history["vae_loss"], history["vae_kl"]
    assert loss == pytest.approx(history["vae_reconstruction"][0] + kl, rel=1e-5)


def test_importance_weights_reach_the_exact_likelihood_of_a_linear_model(vectors):
    """From below: the bound, then the estimate of 20 samples, then of 1,000."""
    model = linear(6, 2, 0.2)
    truth = exact(model, vectors[:50])
    bound = model.elbo(vectors[:50], samples=400)["elbo"]
    few, many = (model.log_likelihood(vectors[:50], samples) for samples in (20, 1000))
    assert bound.mean() < few.mean() < truth.mean() + 0.01
    assert many.mean() == pytest.approx(truth.mean(), abs=0.1)


@pytest.mark.slow
@pytest.mark.graph
def test_a_linear_vae_is_probabilistic_pca(vectors):
    """Its likelihood is the largest that a linear model can have, which scikit-learn has in closed form."""
    model = linear(6, 2)
    rate = keras.optimizers.schedules.CosineDecay(2e-2, 2000, 1e-3)
    model.compile({"vae": keras.optimizers.Adam(rate)})
    model.fit(np.tile(vectors, (50, 1)), batch_size=500, epochs=20, verbose=0)
    best = PCA(2).fit(vectors).score(vectors)
    likelihood = exact(model, vectors).mean()
    bound = model.elbo(vectors, samples=100)["elbo"].mean()
    assert best - 1e-2 <= likelihood <= best + 1e-5
    assert best - 1e-2 <= bound <= best + 1e-2


def test_reconstruction_is_the_mean_at_the_mean(rng):
    model = make()
    images = rng.integers(0, 256, (5, *SHAPE), dtype=np.uint8)
    means, deviations = model.encode(images)
    assert means.shape == deviations.shape == (5, 3) and (deviations > 0).all()
    np.testing.assert_array_equal(model.reconstruct(images), model.synthesize(means))
    np.testing.assert_allclose(model.encode(images / 127.5 - 1)[0], means, atol=1e-6)


def test_averages_are_what_the_trained_model_uses(rng):
    model = make(ema=0.5)
    images = rng.integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    before = model.reconstruct(images), model.elbo(images)["elbo"]
    for network in (model.encoder, model.generator):
        network.set_weights([weight + 1 for weight in network.get_weights()])
    np.testing.assert_array_equal(model.reconstruct(images), before[0])
    np.testing.assert_array_equal(model.elbo(images)["elbo"], before[1])


@pytest.mark.parametrize("likelihood", ["bernoulli", "discretized_logistic"])
def test_bits_are_the_likelihoods(rng, likelihood):
    model = make(likelihood)
    images = rng.integers(0, 256, (7, *SHAPE), dtype=np.uint8)
    bits = -model.log_likelihood(images, 10) / np.log(2) / 16
    metric = model.bits_per_dim(images, 10)
    assert metric.value == pytest.approx(bits.mean())
    assert metric.error == pytest.approx(bits.std(ddof=1) / 7**0.5)
    assert metric.name == "bits_per_dim[10 samples,7]"


def test_a_zero_decoder_has_one_bit_a_pixel(rng):
    model = make()
    model.generator.set_weights([0 * weight for weight in model.generator.get_weights()])
    model.encoder.set_weights([0 * weight for weight in model.encoder.get_weights()])
    images = rng.integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    assert model.bits_per_dim(images, 3).value == pytest.approx(1.0, abs=1e-6)
    assert model.elbo(images)["kl"].max() == 0.0


def test_a_model_measures_itself(rng):
    model = make()
    assert {"fid", "reconstruction", "elbo", "bits_per_dim"} <= set(model.evaluation_metrics)
    assert "bits_per_dim" not in make("normal").evaluation_metrics
    images = rng.integers(0, 256, (6, *SHAPE), dtype=np.uint8)
    differences = np.square(model.reconstruct(images) - np.float64(images))
    assert model.measure("reconstruction", images).value == pytest.approx(differences.mean() ** 0.5)
    assert model.measure("elbo", images).value == pytest.approx(model.elbo(images)["elbo"].mean())


def test_strided_networks_are_mirror_images():
    """Parameters of four convolutions of 4x4 with 32, 32, 64 and 64 channels and a layer of 256 units."""
    encoder, decoder = vae.strided_encoder(), vae.strided_decoder()
    convolutions = 16 * (32 * 32 + 32 * 64 + 64 * 64)
    assert encoder.count_params() == (
        convolutions + 16 * 32 + 192 + 1024 * 256 + 256 + 256 * 20 + 20
    )
    assert decoder.count_params() == (
        convolutions + 16 * 32 + 129 + 10 * 256 + 256 + 256 * 1024 + 1024
    )
    model = VAE(encoder, decoder, seed=0)
    assert (model.example_shape, model.latent_dim) == ((64, 64, 1), 10)
    with pytest.raises(ValueError, match=r"divisible by 16, got \(28, 28, 1\)"):
        vae.strided_decoder((28, 28, 1))


def test_convolutional_networks_are_dcgans_mirror():
    encoder = vae.convolutional_encoder((28, 28, 1), 5, 4)
    assert encoder.output_shape == (None, 10)
    with pytest.raises(ValueError, match="28, 32, 64 or 128 pixels"):
        vae.convolutional_encoder((30, 30, 1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make(beta=-1.0), r"beta must not be negative, got -1"),
        (lambda: VAE(num_classes=3), "VAE is not conditional"),
        (lambda: VAE(latent_dim=0), "latent_dim must be a whole number of at least 1, got 0"),
        (
            lambda: VAE(vae.encoder(SHAPE, 4), vae.decoder(SHAPE, 3)),
            r"The encoder must return \(n, 6\), .*3 latents; got \(None, 8\)",
        ),
        (
            lambda: VAE(vae.encoder((5, 5, 1), 3), vae.decoder(SHAPE, 3)),
            r"outputs examples \(4, 4, 1\), but the encoder takes \(5, 5, 1\)",
        ),
        (
            lambda: VAE(
                vae.encoder(SHAPE, 3), vae.decoder(SHAPE, 3), likelihood="discretized_logistic"
            ),
            "DiscretizedLogistic likelihood takes 2 outputs of the generator for each channel, got 1",
        ),
        (lambda: make("normal").bits_per_dim(np.zeros((1, *SHAPE))), "Normal, is a density"),
        (lambda: make().encode(np.zeros((2, 5, 5, 1), np.uint8)), r"takes examples \(n, 4, 4, 1\)"),
        (lambda: make().elbo(np.zeros((2, *SHAPE), np.uint8), samples=0), "samples must be"),
        (lambda: make().generate(1, labels=1), "labels"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
