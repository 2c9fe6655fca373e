"""BigGAN and SAGAN: settings, projection, orthogonal penalty, truncation, standing statistics."""

import keras
import numpy as np
import pytest
import variants
from keras import ops
from scipy.stats import kstest, truncnorm

from keras_gan import SAGAN, BigGAN
from keras_gan.layers import BatchNormalization, SelfAttention
from keras_gan.networks import biggan

SHAPE = (32, 32, 1)


def make(kind=BigGAN, **settings):
    model = variants.make(kind.__name__, **settings)
    model.compile()
    return model


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.mark.parametrize(
    ("kind", "updates", "rates", "betas"),
    [(BigGAN, 2, (2e-4, 5e-5), (0.0, 0.999)), (SAGAN, 1, (4e-4, 1e-4), (0.0, 0.9))],
)
def test_the_defaults_are_the_papers(kind, updates, rates, betas):
    model = make(kind)
    assert type(model.objective).__name__ == "Hinge"
    assert model.batches_per_step == updates
    for name, rate in zip(("discriminator", "generator"), rates, strict=True):
        adam = model.optimizers[name]
        assert float(adam.learning_rate) == pytest.approx(rate)
        assert (adam.beta_1, adam.beta_2) == betas
    assert (model.ema == 0.9999) == (kind is BigGAN)


def test_attention_is_where_it_is_asked_for():
    for network in (make().generator, make().discriminator):
        sides = [x.output.shape[1] for x in network.layers if isinstance(x, SelfAttention)]
        assert set(sides) == {8}


def test_logits_are_linear_and_a_projection_on_the_class(rng):
    """For one image, the logits of two classes differ by the product of features and embeddings."""
    network = make().discriminator
    image = rng.uniform(-1, 1, (1, *SHAPE)).astype("float32").repeat(3, axis=0)
    logits = numpy(network([image, np.arange(3)]))[:, 0]
    features = keras.Model(network.inputs, network.get_layer("features").output)
    features = numpy(features([image, np.arange(3)]))[0]
    last = [x for x in network.layers if hasattr(x, "normalized_kernel")]
    embeddings, kernel = (
        next(numpy(x.normalized_kernel()) for x in last if type(x.layer).__name__ == kind)
        for kind in ("Embedding", "Dense")
    )
    np.testing.assert_allclose(logits, features @ kernel + embeddings @ features, rtol=1e-4)


def test_orthogonal_penalty_is_the_products_of_different_filters(rng):
    model = make()
    expected = 0.0
    for weight in model.generator.trainable_weights:
        if weight.name == "kernel":
            filters = numpy(weight).reshape(-1, weight.shape[-1])
            for i in range(filters.shape[1]):
                products = filters.T @ filters[:, i]
                expected += np.sum(products**2) - products[i] ** 2
    assert float(model.orthogonal_penalty()) == pytest.approx(expected, rel=1e-3, abs=1e-5)
    fakes, labels = rng.normal(size=(4, *SHAPE)).astype("float32"), np.array([0, 1, 2, 0])
    losses = []
    for model.orthogonal in (0.5, 0.0):
        losses.append(float(model.generator_loss(fakes, fakes, labels)))
    assert losses[0] - losses[1] == pytest.approx(0.5 * expected, rel=1e-2, abs=1e-4)


def test_weights_start_orthogonal():
    kernels = [w for w in biggan.generator(width=2).trainable_weights if w.name == "kernel"]
    for kernel in kernels:
        matrix = numpy(kernel).reshape(-1, kernel.shape[-1])
        small = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
        np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-4)


def test_parts_of_the_latents_reach_their_blocks(rng):
    """The last part changes only the last block; a class changes images of one latent."""
    network = biggan.generator(SHAPE, 3, 8, 2, True, 4)
    latents = np.zeros((2, 8), "float32")
    latents[1, 6:] = 1.0
    doubled = [x.input for x in network.layers if isinstance(x, keras.layers.UpSampling2D)]
    blocks = [x for x in doubled if not isinstance(x._keras_history.operation, keras.layers.ReLU)]
    assert [x.shape[1] for x in blocks] == [4, 8, 16]
    maps = keras.Model(network.inputs, [*blocks, network.output])([latents, np.zeros(2, "int32")])
    assert [np.ptp(numpy(x), axis=0).max() > 1e-6 for x in maps] == [False, False, False, True]
    images = numpy(network([latents[[1, 1]], np.array([0, 1])]))
    assert np.abs(images[0] - images[1]).max() > 1e-5


@pytest.mark.parametrize("truncation", [2.0, 0.5])
def test_truncated_latents_are_truncated_normal(truncation):
    model = make()
    latents = model.latents(500, seed=1, truncation=truncation)
    assert np.abs(latents).max() <= truncation
    assert kstest(latents.ravel(), truncnorm(-truncation, truncation).cdf).pvalue > 0.01
    whole = model.latents(500, seed=1)
    np.testing.assert_array_equal(np.argsort(latents[0]), np.argsort(whole[0]))
    images = model.generate(2, seed=1, labels=1, truncation=truncation)
    assert images.shape == (2, *SHAPE)
    assert (images != model.generate(2, seed=1, labels=1)).any()


@pytest.mark.parametrize(("ema", "truncation"), [(None, None), (0.9, None), (0.9, 0.5)])
def test_standing_statistics_are_those_of_minibatches(ema, truncation, rng):
    """Of the first normalization: means and variances of the first layer's outputs, averaged."""
    model = make(ema=ema)
    network = model.generator if ema is None else model.ema_generator
    normal = [x for x in network.layers if isinstance(x, BatchNormalization)]
    inner = keras.Model(network.inputs, normal[0].input)
    latents = model.latents(12, seed=5, truncation=truncation)
    labels = np.random.default_rng(5).integers(0, 3, 12)
    vectors = [numpy(x.u) for x in network._flatten_layers() if hasattr(x, "u")]
    frozen = numpy(network([latents, labels]))
    model.standing_statistics(batches=3, batch_size=4, seed=5, truncation=truncation)
    outputs = numpy(inner([latents, labels])).reshape(3, -1, normal[0].moving_mean.shape[0])
    mean, variance = outputs.mean(axis=1).mean(axis=0), outputs.var(axis=1).mean(axis=0)
    # The first layer's spectral norm differs by the power iterations of training.
    np.testing.assert_allclose(numpy(normal[0].moving_variance), variance, rtol=0.2)
    deviation = np.sqrt(variance).max()
    np.testing.assert_allclose(numpy(normal[0].moving_mean), mean, atol=0.2 * deviation)
    assert all(layer.momentum == 0.9 for layer in normal)
    after = [numpy(x.u) for x in network._flatten_layers() if hasattr(x, "u")]
    for a, b in zip(vectors, after, strict=True):
        np.testing.assert_array_equal(a, b)
    assert np.abs(numpy(network([latents, labels])) - frozen).max() > 1e-4
    assert network.trainable == (ema is None)


@pytest.mark.slow
@pytest.mark.graph
def test_learns_a_level_for_each_class(rng):
    """Levels that overlap, so that the discriminator is never right at once, and four channels."""
    labels = rng.integers(0, 3, 1600)
    levels = np.array([-0.7, 0.0, 0.7])[labels] + rng.normal(0.0, 0.2, 1600)
    images = (levels[:, None, None, None] * np.ones((1, *SHAPE))).clip(-1, 1).astype("float32")
    networks = biggan.generator(SHAPE, 3, 8, 4, True, 3), biggan.discriminator(SHAPE, 3, 4)
    model = make(networks=networks, discriminator_steps=2, ema=0.95, orthogonal=1e-4)
    adam = lambda rate: keras.optimizers.Adam(rate, 0.0, 0.99)  # noqa: E731
    model.compile({"discriminator": adam(2e-3), "generator": adam(1e-3)})
    model.fit(images, labels, batch_size=16, epochs=3, verbose=0)
    model.standing_statistics(batches=4, batch_size=30)
    means = [model.decode(model.latents(30, seed=0), label).mean() for label in range(3)]
    np.testing.assert_allclose(means, [-0.7, 0.0, 0.7], atol=0.25)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make(orthogonal=-1.0), "orthogonal must not be negative"),
        (
            lambda: make().generate(1, labels=0, truncation=0.0),
            r"positive, .* in \(0, inf\), got 0",
        ),
        (lambda: make().generate(1), "labels must be given"),
        (lambda: biggan.generator((28, 28, 1)), "32, 64, 128 pixels a side"),
        (lambda: biggan.discriminator((32, 64, 1)), "32, 64, 128 pixels a side"),
        (lambda: biggan.generator(latent_dim=30), "latent_dim must be a multiple of 4, got 30"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
