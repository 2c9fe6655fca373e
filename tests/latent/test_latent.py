"""Walks, directions and projection in latent spaces, against closed forms."""

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.linear_model import LogisticRegression

from keras_gan import CGAN, GAN, MAF, VAE, BigGAN, ProGAN, StyleGAN2, evaluation, latent
from keras_gan.layers import ModulatedConv2D
from keras_gan.metrics import Features
from keras_gan.metrics.fid import frechet_distance
from keras_gan.metrics.statistics import Statistics
from keras_gan.networks import biggan, cgan, maf, progan, stylegan2, vae

SHAPE = (8, 8, 1)


def flat():
    """A linear generator of 5 latents, and a discriminator."""
    generator = [keras.Input((5,)), keras.layers.Dense(64), keras.layers.Reshape(SHAPE)]
    critic = [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(1)]
    return GAN(keras.Sequential(generator), keras.Sequential(critic), seed=0)


def styled():
    networks = (
        stylegan2.generator((8, 8, 3), 6, 32, 4, 2),
        stylegan2.discriminator((8, 8, 3), 32, 4),
    )
    return StyleGAN2(*networks, seed=0)


def conditional():
    shape = (8, 8, 1)
    return CGAN(cgan.generator(shape, 3, 4), cgan.discriminator(shape, 3), num_classes=3, seed=0)


# Paths.


def test_spherical_paths_keep_the_length_and_turn_evenly(rng):
    a, b = rng.normal(size=(2, 7))
    a, b = 3.0 * a / np.linalg.norm(a), 3.0 * b / np.linalg.norm(b)
    shares = np.linspace(0, 1, 6)
    path = latent.spherical(a, b, shares)
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 3.0)
    total = np.arccos(a @ b / 9.0)
    angles = np.arccos(np.clip(path @ a / 9.0, -1, 1))
    np.testing.assert_allclose(angles, shares * total, atol=1e-6)
    np.testing.assert_allclose(path[[0, -1]], [a, b], atol=1e-12)
    np.testing.assert_allclose(latent.spherical(a, 2 * a, shares), latent.linear(a, 2 * a, shares))


def test_linear_paths_of_any_rank(rng):
    a, b = rng.normal(size=(2, 3, 4))
    path = latent.linear(a, b, [0.0, 0.25, 1.0])
    np.testing.assert_allclose(path, [a, 0.75 * a + 0.25 * b, b])


@pytest.mark.parametrize("make", [flat, conditional, styled])
def test_walks_pass_their_stops_and_come_back(make):
    model = make()
    label = 1 if model.num_classes else None
    frames = latent.walk(model, stops=3, frames=12, seed=4, label=label)
    assert frames.shape == (12, *model.example_shape)
    stops = model.generate(3, seed=4, labels=label)
    assert np.abs(frames[::4].astype(int) - stops).max() <= 1
    if make is styled:  # Half way in W, and not in z.
        styles = model.styles(model.latents(3, seed=4))
        half = model.synthesize((styles[2:] + styles[:1]) / 2)
        assert np.abs(frames[10:11].astype(int) - half).max() <= 1
        none = latent.walk(model, stops=3, frames=3, truncation=0.0)
        np.testing.assert_array_equal(none[0], none[1])


# Directions.


def attributed(rng):
    """400 latents, and whether they lie on one side of a plane: mostly."""
    latents = rng.normal(size=(400, 5)).astype("float32")
    return latents, latents @ [3.0, 0, -4.0, 0, 0] / 5.0 + 0.3 * rng.normal(size=400) > 0.2


def test_mean_difference(rng):
    latents, labels = attributed(rng)
    direction = latent.attribute(latents, labels)
    expected = latents[labels].mean(axis=0) - latents[~labels].mean(axis=0)
    np.testing.assert_allclose(direction, expected / np.linalg.norm(expected), rtol=1e-4)


def test_logistic_regression_is_scikit_learns(rng):
    latents, labels = attributed(rng)
    direction = latent.attribute(latents, labels, "logistic")
    expected = LogisticRegression(C=1.0, tol=1e-8).fit(latents, labels).coef_[0]
    np.testing.assert_allclose(direction, expected / np.linalg.norm(expected), atol=1e-3)
    assert direction @ [0.6, 0, -0.8, 0, 0] > 0.98


def test_arithmetic_is_of_means(rng):
    a, b, c = (rng.normal(size=(n, 4)) for n in (3, 2, 1))
    expected = a.mean(axis=0) - b.mean(axis=0) + c[0]
    np.testing.assert_allclose(latent.arithmetic([a, c[0]], [b]), expected, rtol=1e-4, atol=1e-6)


def test_sefa_is_the_singular_vectors_of_the_first_layer(rng):
    model = flat()
    directions, strengths = latent.sefa(model, 3)
    kernel = model.generator.layers[0].get_weights()[0]
    _, values, vectors = np.linalg.svd(kernel.T)
    np.testing.assert_allclose(strengths, values[:3], rtol=1e-4)
    np.testing.assert_allclose(np.abs(np.sum(directions * vectors[:3], axis=1)), 1.0, rtol=1e-4)


def test_sefa_of_styles_is_of_all_affine_maps():
    model = styled()
    directions, strengths = latent.sefa(model, 6)
    layers = [x for x in model.generator._flatten_layers() if isinstance(x, ModulatedConv2D)]
    stacked = np.concatenate([ops.convert_to_numpy(x.affine.kernel).T for x in layers])
    _, values, vectors = np.linalg.svd(stacked)
    assert len(layers) == 5
    np.testing.assert_allclose(strengths, values, rtol=1e-4)
    np.testing.assert_allclose(np.abs(np.sum(directions * vectors, axis=1)), 1.0, rtol=1e-3)


def test_sefa_of_a_convolution_and_of_a_layer_that_also_takes_the_class():
    model = ProGAN(progan.generator((8, 8, 3), 6, 32, 4), progan.discriminator((8, 8, 3), 32, 4))
    kernels = [x.kernel for x in model.generator._flatten_layers() if hasattr(x, "kernel")]
    first = ops.convert_to_numpy(kernels[0])
    values = np.linalg.svd(first.transpose(0, 1, 3, 2).reshape(-1, 6), compute_uv=False)
    np.testing.assert_allclose(latent.sefa(model, 6)[1], values, rtol=1e-4)
    model = conditional()
    dense = next(x for x in model.generator.layers if hasattr(x, "kernel"))
    values = np.linalg.svd(ops.convert_to_numpy(dense.kernel)[:4], compute_uv=False)
    np.testing.assert_allclose(latent.sefa(model, 2)[1], values[:2], rtol=1e-4)


# Projection.


@pytest.mark.both
@pytest.mark.parametrize("make", [flat, pytest.param(conditional, marks=pytest.mark.slow)])
def test_projection_finds_what_the_model_has_made(make):
    model = make()
    labels = None if model.num_classes is None else np.array([2, 0])
    latents = 0.5 * model.latents(2, seed=9)
    pictures = np.clip(model.decode(latents, labels), -1, 1)
    before = model.get_weights()
    found = latent.project(model, pictures, steps=200, starts=3, seed=1, labels=labels)
    assert found.images.shape == pictures.shape
    assert found.images.dtype == np.uint8
    assert found.distances.max() < 2.0
    assert found.latents.shape == latents.shape
    decoded = np.rint((model.decode(found.latents, labels).clip(-1, 1) + 1) * 127.5)
    assert np.abs(decoded - found.images).max() <= 1
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    one, other = (latent.project(model, pictures, 20, labels=labels, seed=1) for _ in range(2))
    np.testing.assert_allclose(one.latents, other.latents, atol=1e-4)


@pytest.mark.both
def test_projection_of_a_linear_generator_is_least_squares(rng):
    """For a picture that it cannot make: the closest that it can."""
    model = flat()
    picture = rng.uniform(-0.5, 0.5, (1, *SHAPE)).astype("float32")
    kernel, bias = model.generator.layers[0].get_weights()
    expected = np.linalg.lstsq(kernel.T, picture.ravel() - bias, rcond=None)[0]
    found = latent.project(model, picture, steps=300, starts=2)
    np.testing.assert_allclose(found.latents[0], expected, atol=0.02)


def test_the_latents_of_a_flow_are_its_projection(rng):
    """Of any picture, black and white included, and without a search: no candidates are drawn."""
    model = MAF(maf.generator(SHAPE, 2, (16,)), seed=0)
    model.latents = None
    pictures = rng.integers(0, 256, (3, *SHAPE), dtype=np.uint8)
    pictures[0], pictures[1] = 0, 255
    found = latent.project(model, pictures)
    np.testing.assert_array_equal(found.latents, model.encode(pictures))
    np.testing.assert_allclose(found.images, pictures, atol=1)
    assert found.distances.max() < 0.5


def test_a_search_begins_at_the_latents_of_an_encoder():
    """Which are the picture's own here: the search ends where it begins."""
    model = VAE(vae.encoder(SHAPE, 3, 4), vae.decoder(SHAPE, 3, 4), seed=0)
    latents = np.full((1, 3), 5.0, np.float32)
    model.latents_of = lambda images: latents
    found = latent.project(model, model.decode(latents), steps=1, starts=1)
    np.testing.assert_allclose(found.latents, latents, atol=1e-3)


@pytest.mark.slow
@pytest.mark.both
def test_projection_into_w():
    model = styled()
    styles = model.styles(model.latents(1, seed=3), truncation=0.7)
    found = latent.project(model, model.synthesize(styles), steps=150, starts=3, seed=1)
    assert found.latents.shape == (1, 6)
    assert found.distances[0] < 3.0
    images = model.synthesize(found.latents[:, None].repeat(4, axis=1))
    assert np.abs(images.astype(int) - found.images).max() <= 1


# Truncation.


def test_truncation_curve_is_fid_of_truncated_images(rng):
    model = styled()
    images = rng.integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)
    features = Features(lambda x: ops.mean(ops.convert_to_tensor(x), axis=(1, 2)), "colors")
    curve = evaluation.truncation_curve(model, images, features, (1.0, 0.5), num=16, seed=2)
    assert [truncation for truncation, _ in curve] == [1.0, 0.5]

    def statistics(images):
        result = Statistics(3)
        result.update((images / 127.5 - 1.0).mean(axis=(1, 2)))
        return result

    for truncation, distance in curve:
        fakes = model.generate(16, seed=2, truncation=truncation)
        expected = frechet_distance(statistics(images), statistics(fakes))
        assert distance == pytest.approx(expected, rel=1e-3, abs=1e-5)


def hierarchical():
    shape = (32, 32, 1)
    return BigGAN(
        biggan.generator(shape, 3, 8, 2, True, 4), biggan.discriminator(shape, 3, 2), num_classes=3
    )


ZEROS = np.zeros((1, *SHAPE), np.uint8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: latent.walk(flat(), stops=1), "stops must be at least 2, got 1"),
        (lambda: latent.walk(flat(), stops=5, frames=4), "at least as many as the 5 stops, got 4"),
        (lambda: latent.walk(flat(), truncation=0.5), "GAN does not support truncation"),
        (lambda: latent.walk(styled(), truncation=1.5), r"lie in \[0, 1\], got 1.5"),
        (lambda: latent.walk(conditional()), "labels must be given"),
        (lambda: latent.attribute(np.eye(3), [1, 0, 1], "svm"), "method"),
        (lambda: latent.attribute(np.eye(3), [1, 1, 1]), "of both kinds"),
        (lambda: latent.attribute(np.eye(3), [1, 0]), r"got \(2,\) for \(3, 3\)"),
        (lambda: latent.attribute(np.ones((2, 3)), [1, 0]), "do not differ"),
        (lambda: latent.arithmetic([], [np.eye(3)]), "a group of latents to add"),
        (lambda: latent.arithmetic([np.eye(3)], [np.eye(4)]), "one width"),
        (lambda: latent.sefa(flat(), 6), "num must be 1 to 5, got 6"),
        (lambda: latent.sefa(hierarchical(), 2), "no first layer that takes all 8 latents"),
        (lambda: latent.project(flat(), ZEROS[:, :4]), r"must be \(n, 8, 8, 1\)"),
        (lambda: latent.project(flat(), ZEROS.repeat(3, axis=3)), r"must be \(n, 8, 8, 1\)"),
        (
            lambda: latent.project(flat(), ZEROS + 2.0),
            r"pictures must be uint8, or floats in \[-1, 1\]",
        ),
        (lambda: latent.project(flat(), ZEROS, steps=0), "steps and starts must be at least 1"),
        (lambda: latent.project(conditional(), ZEROS), "labels must be given"),
        (
            lambda: evaluation.truncation_curve(flat(), ZEROS, None, [1.0]),
            "does not support truncation",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
