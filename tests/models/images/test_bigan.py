"""BiGAN: its networks, its losses by hand, and that the encoder becomes the generator's inverse."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan import BiGAN, latent
from keras_gan.networks import bigan

SHAPE = (8, 8, 1)


def small(**settings):
    networks = (
        bigan.generator(SHAPE, 3, 8),
        bigan.encoder(SHAPE, 3, 8),
        bigan.discriminator(SHAPE, 3, 8),
    )
    return BiGAN(*networks, seed=0, **settings)


def test_networks_have_the_layers_of_the_authors_code():
    """Of 1,024 units, without biases, latents in the second layer too."""
    hidden = 1024 * 1024
    assert bigan.generator().count_params() == 2 * 50 * 1024 + hidden + 1024 * 784 + 2 * 2 * 1024
    assert bigan.encoder().count_params() == 784 * 1024 + hidden + 1024 * 50 + 2 * 1024
    expected = 784 * 1024 + hidden + 50 * 1024 + 1024 + 2 * 1024
    assert bigan.discriminator().count_params() == expected


def linear(inputs, units, *others):
    """A linear network of one or several inputs, without a bias."""
    given = [keras.Input((width,)) for width in (inputs, *others)]
    joined = keras.layers.Concatenate()(given) if others else given[0]
    return keras.Model(
        given if others else given[0], keras.layers.Dense(units, use_bias=False)(joined)
    )


def test_losses_are_the_papers(rng):
    networks = linear(2, 3), linear(3, 2), linear(3, 1, 2)
    for network in networks:
        network.set_weights([rng.normal(size=network.weights[0].shape)])
    model = BiGAN(*networks, weight_decay=0.01, seed=0)
    model.compile({name: keras.optimizers.SGD(0.0) for name in ("discriminator", "generator")})
    latents = rng.normal(size=(4, 2)).astype("float32")
    model.normal = lambda shape: ops.convert_to_tensor(latents)
    x = rng.uniform(-1, 1, (4, 3)).astype("float32")
    logs = model.fit(x, batch_size=4, shuffle=False, verbose=0).history
    made, codes, critic = (np.float64(network.get_weights()[0]) for network in networks)
    real = np.c_[x, x @ codes] @ critic
    fake = np.c_[latents @ made, latents] @ critic
    softplus = lambda v: np.log1p(np.exp(v)).mean()  # noqa: E731
    decay = 0.005 * (critic**2).sum()
    assert logs["discriminator_loss"] == [
        pytest.approx(softplus(-real) + softplus(fake) + decay, rel=1e-4)
    ]
    assert logs["generator_generator"] == [pytest.approx(softplus(-fake), rel=1e-4)]
    assert logs["generator_encoder"] == [pytest.approx(softplus(real), rel=1e-4)]
    decay = 0.005 * ((made**2).sum() + (codes**2).sum())
    expected = softplus(-fake) + softplus(real) + decay
    assert logs["generator_loss"] == [pytest.approx(expected, rel=1e-4)]


@pytest.mark.slow
@pytest.mark.graph
def test_the_encoder_becomes_the_inverse_of_the_generator(rng):
    """Of data that are a linear map of N(0, I)."""
    matrix = np.array([[1.0, 0.5], [-0.3, 0.8]])
    x = (rng.normal(size=(4096, 2)) @ matrix).astype("float32")
    given = keras.Input((2,)), keras.Input((2,))
    hidden = keras.layers.Dense(64, "tanh")(keras.layers.Concatenate()(given))
    hidden = keras.layers.Dense(64, "tanh")(hidden)
    critic = keras.Model(given, keras.layers.Dense(1)(hidden))
    model = BiGAN(linear(2, 2), linear(2, 2), critic, ema=0.995, weight_decay=0.0, seed=0)
    adam = lambda: keras.optimizers.Adam(2e-3, 0.5)  # noqa: E731
    model.compile({"discriminator": adam(), "generator": adam()}, steps_per_execution=64)
    model.fit(x, batch_size=64, epochs=60, verbose=0)
    made, codes = (model.trained(name).get_weights()[0] for name in ("generator", "encoder"))
    np.testing.assert_allclose(made @ codes, np.eye(2), atol=0.15)
    np.testing.assert_allclose(made.T @ made, matrix.T @ matrix, atol=0.25)


def test_images_are_encoded_by_the_average_and_saved(rng, tmp_path):
    model = small(ema=0.5)
    model.compile()
    images = rng.integers(0, 256, (16, *SHAPE), dtype=np.uint8)
    model.fit(images, batch_size=8, verbose=0)
    floats = np.float32(images) / 127.5 - 1
    expected = model.ema_encoder.predict_on_batch(floats)
    np.testing.assert_allclose(model.encode(images), expected, rtol=1e-5)
    assert model.reconstruct(images).shape == images.shape
    model.save(tmp_path / "model.keras")
    restored = keras_gan.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(restored.reconstruct(images), model.reconstruct(images))
    assert latent.project(model, images[:1], steps=4, starts=1).latents.shape == (1, 3)


def test_papers_settings():
    model = BiGAN()
    model.compile()
    for adam in model.optimizers.values():
        assert isinstance(adam, keras.optimizers.Adam) and adam.beta_1 == 0.5
        assert float(adam.learning_rate) == pytest.approx(2e-4)
    assert (model.latent_dim, model.weight_decay, model.default_batch_size) == (50, 2.5e-5, 128)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: BiGAN(objective="wasserstein"),
            "such as non_saturating or hinge, got Wasserstein",
        ),
        (lambda: BiGAN(objective="relativistic"), "got Relativistic"),
        (lambda: BiGAN(weight_decay=-1.0), "must not be negative"),
        (
            lambda: BiGAN(
                bigan.generator(SHAPE, 4, 8),
                bigan.encoder(SHAPE, 3, 8),
                bigan.discriminator(SHAPE, 4, 8),
            ),
            "must map examples",
        ),
        (
            lambda: small().encode(np.zeros((2, 4, 4, 1), np.uint8)),
            r"takes examples \(n, 8, 8, 1\)",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
