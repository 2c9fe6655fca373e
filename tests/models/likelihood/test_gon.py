"""GON: latents are gradients of each image's own loss, and its weights learn through them."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from keras_gan import GON, backend, load_model, serving
from keras_gan.layers import GroupNormalization
from keras_gan.networks import gon, siren

SHAPE = (28, 28, 1)


def parameters(network):
    return sum(math.prod(weight.shape) for weight in network.trainable_weights)


def make(variational=False, **settings):
    activation = None if variational else "tanh"
    network = gon.generator(SHAPE, 6, 4, groups=2, activation=activation)
    return GON(network, variational=variational, seed=0, **settings)


def images_of(num, rng):
    return rng.integers(0, 256, (num, *SHAPE), dtype=np.uint8)


def fit(model, images):
    model.compile()
    model.fit(images, batch_size=8, verbose=0)
    return model


def test_networks_have_the_authors_parameters():
    """GON.py, Variational-GON.py and the SIREN [34, 256, 256, 256, 256, 1]."""
    assert parameters(gon.generator()) == 74_321
    variational = gon.generator((32, 32, 1), 48, 32, activation=None)
    assert parameters(variational) + parameters(gon.heads(48)) == 268_033
    assert parameters(siren.generator()) == 206_593
    model = GON(variational=True)
    assert parameters(model.generator) + parameters(model.heads) == 268_033


def linear_gon(rng, **settings):
    """A GON whose images are W z, with W (3, 8), and these W."""
    inputs = keras.Input((3,))
    network = keras.Model(inputs, layers.Dense(8, use_bias=False)(inputs))
    matrix = np.float32(rng.normal(size=(3, 8)))
    network.set_weights([matrix])
    return GON(network, **settings), matrix


def test_the_latents_of_a_linear_generator_are_a_product(rng):
    """L = |x - W^T z|^2 / 4, in levels from 0 to 1, so -dL/dz at 0 is W x / 2."""
    points = np.float32(rng.uniform(-1, 1, (5, 8)))
    for rate in (1.0, 1 / 64):
        model, matrix = linear_gon(rng, latent_rate=rate)
        np.testing.assert_allclose(model.encode(points), rate * points @ matrix.T / 2, atol=1e-5)


def test_a_linear_generator_learns_through_its_latents(rng):
    """L(W) = |x - W^T W x / 2|^2 / 4: its derivative has a term for each W, or the latents were data."""
    model, matrix = linear_gon(rng, latent_rate=1.0)
    points = np.float32(rng.uniform(-1, 1, (5, 8)))
    model.compile({"generator": keras.optimizers.SGD(1.0)})
    model.train_on_batch(points)
    latents = points @ matrix.T / 2
    gap = (latents @ matrix - points) / 2 / len(points)  # dL/dG
    outer, through_latents = latents.T @ gap, (gap @ matrix.T).T @ points / 2
    after = model.generator.get_weights()[0]
    np.testing.assert_allclose(matrix - after, outer + through_latents, rtol=1e-3, atol=1e-5)


def test_an_image_alone_has_the_latents_that_it_has_in_a_batch(rng):
    model, images = make(), images_of(4, rng)
    together = model.encode(images)
    alone = np.concatenate([model.encode(images[i : i + 1]) for i in range(4)])
    np.testing.assert_allclose(alone, together, rtol=1e-3, atol=1e-4 * np.abs(together).max())


def test_the_mean_over_a_batch_would_make_latents_depend_on_its_size(rng):
    """That is what the authors' code differentiates: here a sum over examples divided by their number."""
    model = make()
    images = ops.convert_to_tensor(np.float32(rng.uniform(-1, 1, (4, *SHAPE))))

    def of_mean(images):
        loss = lambda z: ops.mean(model.terms(z, images, (model.generator, None))[0])  # noqa: E731
        return ops.convert_to_numpy(-backend.gradient(loss, ops.zeros((len(images), 6))))

    alone, together = of_mean(images[:1])[0], of_mean(images)[0]
    np.testing.assert_allclose(alone, 4 * together, rtol=1e-3, atol=1e-4 * np.abs(alone).max())


def test_the_gradient_of_the_loss_through_the_latents_is_exact(rng):
    """Against central differences in float64, along a direction in the space of the weights."""
    kind = {"dtype": "float64"}
    keras.config.set_floatx("float64")
    try:
        network = keras.Sequential(
            [
                keras.Input((3,), dtype="float64"),
                layers.Dense(16, **kind),
                layers.Reshape((2, 2, 4), **kind),
                GroupNormalization(2, **kind),
                layers.Activation("softplus", **kind),
                layers.Flatten(**kind),
                layers.Dense(8, "tanh", **kind),
            ]
        )
        model = GON(network, latent_rate=1.0)
        points = rng.uniform(-1, 1, (4, 8))
        weights = [ops.convert_to_numpy(v) for v in network.trainable_variables]
        weights = [w + 0.1 * rng.normal(size=w.shape) for w in weights]
        along = [rng.normal(size=w.shape) for w in weights]

        def loss_at(step):
            for variable, weight, way in zip(
                network.trainable_variables, weights, along, strict=True
            ):
                variable.assign(weight + step * way)
            return float(model.loss_on(ops.convert_to_tensor(points)))

        difference = (loss_at(1e-5) - loss_at(-1e-5)) / 2e-5
        loss_at(0.0)
        _, gradients = backend.value_and_grad(
            lambda: (model.loss_on(ops.convert_to_tensor(points)), {}),
            network.trainable_variables,
            lambda loss: loss,
        )
        exact = sum(
            (ops.convert_to_numpy(g) * way).sum() for g, way in zip(gradients, along, strict=True)
        )
        assert exact == pytest.approx(difference, rel=1e-6)
    finally:
        keras.config.set_floatx("float32")


def test_new_images_come_from_the_distribution_of_recent_latents(rng):
    model, images = make(), images_of(16, rng)
    with pytest.raises(ValueError, match="fit it first"):
        model.generate(1)
    model.compile({"generator": keras.optimizers.SGD(0.0)})  # the latents stay as they are
    model.fit(images, batch_size=16, epochs=2, verbose=0)
    latents = model.encode(images)
    drawn = ops.convert_to_numpy(model.prior(model.latents(50_000, seed=0)))
    scale = latents.std()
    np.testing.assert_allclose(drawn.mean(axis=0), latents.mean(axis=0), atol=0.1 * scale)
    covariance = np.cov(latents.T, bias=True)
    np.testing.assert_allclose(np.cov(drawn.T), covariance, atol=0.1 * scale**2)


def test_the_variational_form_has_a_bound_and_latents_of_the_prior(rng):
    images = images_of(16, rng)
    model = fit(make(variational=True), images)
    means, deviations = model.encode(images)
    assert means.shape == deviations.shape == (16, 6) and (deviations > 0).all()
    bound = model.elbo(images)
    np.testing.assert_allclose(bound["elbo"], bound["reconstruction"] - bound["kl"], rtol=1e-5)
    assert (bound["kl"] >= 0).all()
    assert model.generate(2, seed=0).shape == (2, *SHAPE)
    np.testing.assert_array_equal(
        model.synthesize(model.latents(2, seed=0)), model.generate(2, seed=0)
    )


def test_levels_have_bits_for_each_dimension(rng):
    network = gon.generator(SHAPE, 6, 4, groups=2, parameters=2, activation=None)
    model = GON(network, variational=True, likelihood="discretized_logistic", seed=0)
    assert model.example_shape == SHAPE
    bits = model.bits_per_dim(images_of(4, rng), samples=2)
    assert 4.0 < bits.value < 20.0


@pytest.mark.parametrize("variational", [False, True])
def test_a_restored_model_encodes_and_generates_the_same(variational, rng, tmp_path):
    images = images_of(16, rng)
    model = fit(make(variational, ema=0.9), images)
    model.save(tmp_path / "gon.keras")
    restored = load_model(tmp_path / "gon.keras")
    np.testing.assert_array_equal(restored.generate(2, seed=0), model.generate(2, seed=0))
    np.testing.assert_array_equal(restored.reconstruct(images), model.reconstruct(images))


def test_a_siren_is_rendered_at_any_size(rng):
    network = siren.generator((5, 5, 1), 4, width=16, hidden=2)
    model = GON(network, latent_rate=0.01, seed=0)
    latents = model.encode(rng.integers(0, 256, (3, 5, 5, 1), dtype=np.uint8))
    small = model.to_people(network.predict(latents, verbose=0))
    np.testing.assert_array_equal(model.render(latents, 5), small)
    large = model.render(latents, (9, 17))
    assert large.shape == (3, 9, 17, 1)
    np.testing.assert_allclose(np.int16(large[:, ::2, ::4]), small, atol=1)  # at the same places
    with pytest.raises(ValueError, match="Coordinates"):
        make().render(np.zeros((1, 6), "float32"), 8)


@pytest.mark.slow
def test_an_export_generates_the_same(rng, tmp_path):
    model = fit(make(), images_of(8, rng))
    path = serving.export(model, tmp_path, name="gon")
    drawn = tf.saved_model.load(str(path)).signatures["sample"](
        num=tf.constant(2), seed=tf.constant(1, tf.int64)
    )
    assert np.abs(np.int16(drawn["images"].numpy()) - model.generate(2, seed=1)).max() <= 1


def test_bad_input_is_refused_in_words(rng):
    def rectified(kind):
        return keras.Sequential(
            [keras.Input((3,)), layers.Dense(4), kind(), layers.Dense(8, "tanh")]
        )

    with pytest.warns(UserWarning, match="piecewise linear .relu."):
        GON(rectified(layers.ReLU))
    GON(rectified(layers.ELU))
    with pytest.raises(ValueError, match="GON is not conditional: num_classes must be None"):
        make(num_classes=3)
    with pytest.raises(ValueError, match=r"latents \(n, latent_dim\)"):
        GON(keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(1, 3)]))
    with pytest.raises(ValueError, match=r"takes examples \(n, 28, 28, 1\)"):
        make().encode(np.zeros((2, 32, 32, 1), np.uint8))
    with pytest.raises(ValueError, match="latent_rate must be above 0, got 0"):
        make(latent_rate=0.0)
    with pytest.raises(ValueError, match="variational=True"):
        GON(gon.generator(SHAPE, 6, 4, 2), gon.heads(6))
    with pytest.raises(ValueError, match=r"heads must map \(n, 6\) to \(n, 12\)"):
        GON(gon.generator(SHAPE, 6, 4, 2, activation=None), gon.heads(5), variational=True)
    with pytest.raises(ValueError, match="Only the variational form"):
        make().elbo(images_of(2, rng))
