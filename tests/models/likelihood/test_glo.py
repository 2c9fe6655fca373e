"""GLO: linear generators find the principal subspace; latents stay with their images, and in the ball."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_gan import GLO, latent, load_model, serving
from keras_gan.networks import dcgan
from keras_gan.zoo.pack import to_release

SHAPE = (28, 28, 1)


def generator(shape=SHAPE, width=4):
    return dcgan.generator(shape, 8, width)


def linear(inputs, outputs):
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(outputs)])


def images_of(num, rng):
    return rng.integers(0, 256, (num, *SHAPE), dtype=np.uint8)


@pytest.fixture
def trained(rng):
    """A model after an epoch on 24 images, and the images."""
    model, images = GLO(generator(), seed=0), images_of(24, rng)
    model.compile()
    model.fit(images, batch_size=8, verbose=0)
    return model, images


@pytest.mark.graph
def test_a_linear_glo_reaches_the_error_of_the_principal_components(rng):
    """No linear reconstruction from 3 numbers is better than that of the 3 first components."""
    decomposition = pytest.importorskip("sklearn.decomposition")
    scales = np.array([3.0, 2.0, 1.5, 0.5, 0.4, 0.3, 0.2, 0.1])
    points = np.float32(
        rng.normal(size=(64, 8)) * scales @ np.linalg.qr(rng.normal(size=(8, 8)))[0]
    )
    best = decomposition.PCA(3).fit(points)
    error = np.square(best.inverse_transform(best.transform(points)) - points).mean()
    model = GLO(linear(3, 8), distance="l2", latent_rate=10.0, seed=0)
    model.compile({"generator": keras.optimizers.SGD(1.0)})
    steps = 400  # in one epoch, each on all points
    rows = np.tile(np.arange(64), steps)
    model.fit(points[rows], rows, batch_size=64, shuffle=False, verbose=0)
    found = np.square(model.reconstruct(np.arange(64)) - points).mean()
    assert found == pytest.approx(error, rel=0.01)
    assert found >= error * (1 - 1e-5)


def test_the_latents_descend_ten_times_as_fast(rng):
    """z <- z - 10 dL/dz and G <- G - dL/dG, for one and the same loss."""
    model = GLO(linear(3, 4), distance="l2", num_images=5, seed=0)
    kernel, bias = model.generator.get_weights()
    before, rows = model.learned_latents, np.array([4, 1])
    points = np.float32(rng.normal(size=(2, 4)))
    gap = before[rows] @ kernel + bias - points
    model.compile()
    model.train_on_batch(points, rows)
    wanted = before.copy()
    wanted[rows] -= 10 * 2 / gap.size * gap @ kernel.T
    wanted /= np.maximum(np.linalg.norm(wanted, axis=1, keepdims=True), 1.0)
    np.testing.assert_allclose(model.learned_latents, wanted, atol=1e-6)
    after = kernel - 2 / gap.size * before[rows].T @ gap
    np.testing.assert_allclose(model.generator.get_weights()[0], after, atol=1e-6)


def test_latents_begin_on_the_sphere_and_stay_in_the_ball(trained):
    fresh = GLO(generator(), num_images=50, seed=0).learned_latents
    np.testing.assert_allclose(np.linalg.norm(fresh, axis=1), 1.0, rtol=1e-5)
    norms = np.linalg.norm(trained[0].learned_latents, axis=1)
    assert norms.max() <= 1.0 + 1e-6 and norms.min() < 0.999


def test_new_images_come_from_the_normal_distribution_of_the_latents(trained, rng):
    model = trained[0]
    drawn = model.latents(20_000, seed=0)
    model.prior.in_ball = False
    found = keras.ops.convert_to_numpy(model.prior(drawn))
    learned = model.learned_latents
    np.testing.assert_allclose(found.mean(axis=0), learned.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(np.cov(found.T), np.cov(learned.T), atol=0.02)
    model.prior.in_ball = True
    inside = np.linalg.norm(keras.ops.convert_to_numpy(model.prior(drawn)), axis=1)
    assert inside.max() <= 1.0 + 1e-6


def test_fewer_images_than_latents_span_their_subspace(rng):
    model = GLO(generator(), num_images=3, seed=0)
    model.fit_prior()
    centered = model.learned_latents - model.learned_latents.mean(axis=0)
    drawn = keras.ops.convert_to_numpy(model.prior.root)
    assert np.linalg.matrix_rank(drawn, tol=1e-4) == np.linalg.matrix_rank(centered, tol=1e-4) == 2


def test_rows_stay_with_their_images_in_any_order(rng):
    """Training on images in another order with their rows is the same training."""
    images, order = images_of(16, rng), rng.permutation(16)
    found = []
    for rows in (np.arange(16), order):
        keras.utils.set_random_seed(0)
        model = GLO(generator(), num_images=16, seed=0)
        model.compile()
        model.fit(images[rows], rows, batch_size=16, shuffle=False, verbose=0)
        found.append(model.learned_latents)
    np.testing.assert_allclose(found[0], found[1], atol=1e-4)


def test_a_checkpoint_has_the_latents_and_a_release_their_mean_and_covariance(trained, tmp_path):
    model, images = trained
    model.save(tmp_path / "glo.keras")
    restored = load_model(tmp_path / "glo.keras")
    np.testing.assert_array_equal(restored.learned_latents, model.learned_latents)
    np.testing.assert_array_equal(restored.reconstruct([3, 0]), model.reconstruct([3, 0]))
    (measured,) = model.measure_training(SimpleNamespace(images=lambda shape: images))
    squares = np.square(model.reconstruct(np.arange(len(images))) - np.float64(images))
    assert measured.name == f"reconstruction[learned latents,{len(images)}]"
    assert measured.value == pytest.approx(squares.mean() ** 0.5)
    release = to_release(model)
    np.testing.assert_array_equal(release.generate(4, seed=1), model.generate(4, seed=1))
    networks = model.generator.count_params()
    assert release.count_params() - networks == 8 + 8 * 8 + 1  # mean, covariance, steps
    with pytest.raises(ValueError, match="released one"):
        release.reconstruct([0])
    again = type(release).from_config(release.get_config())
    again.set_weights(release.get_weights())
    again.compile()
    again.fit(images[:16], batch_size=8, verbose=0)  # other images: latents of their own
    assert again.learned_latents.shape == (16, 8)


def test_latents_that_are_made_by_the_first_fit_keep_the_compiled_settings(rng):
    model = GLO(generator(), seed=0)
    model.compile(steps_per_execution=2)
    model.optimizers["generator"].learning_rate = 0.25
    model.fit(images_of(16, rng), batch_size=8, verbose=0)
    assert float(model.optimizers["generator"].learning_rate) == 0.25
    assert model.steps_per_execution == 2


def test_a_dataset_of_images_and_rows_trains(rng):
    images = images_of(16, rng)
    model = GLO(generator(), num_images=16, seed=0)
    model.compile()
    before = model.learned_latents
    pairs = tf.data.Dataset.from_tensor_slices((images, np.arange(16)))
    model.fit(pairs.batch(8), verbose=0)
    assert (model.learned_latents != before).all(axis=1).all()


def test_generated_images_are_found_again(trained):
    """N(0, 1) numbers are latents everywhere: in `project`, too."""
    model = trained[0]
    found = latent.project(model, model.generate(1, seed=5), steps=200)
    assert found.latents.shape == (1, 8) and found.distances[0] < 5.0


@pytest.mark.slow
def test_an_export_generates_from_the_fitted_distribution(trained, tmp_path):
    model = trained[0]
    path = serving.export(model, tmp_path, name="glo")
    drawn = tf.saved_model.load(str(path)).signatures["sample"](
        num=tf.constant(2), seed=tf.constant(1, tf.int64)
    )
    gap = np.int16(drawn["images"].numpy()) - model.generate(2, seed=1)
    assert np.abs(gap).max() <= 1


def test_bad_input_is_refused_in_words(trained, rng):
    model, images = trained
    with pytest.raises(ValueError, match="fit it first"):
        GLO(generator(), seed=0).generate(1)
    with pytest.raises(ValueError, match="latents of 24 images, each by its row, got 8 images"):
        model.fit(images[:8])
    with pytest.raises(ValueError, match="rows must be 0 to 23, the model's images, got 0 to 24"):
        model.fit(images[:2], np.array([0, 24]))
    with pytest.raises(ValueError, match="GLO is not conditional: num_classes must be None"):
        GLO(generator(), num_classes=3)
    with pytest.raises(ValueError, match="rows must be integers"):
        model.fit(images, np.linspace(0, 1, 24))
    with pytest.raises(ValueError, match="rows are not given"):
        model.fit(tf.data.Dataset.from_tensor_slices(images).batch(8))
    unnumbered = GLO(generator(), seed=0)
    unnumbered.compile()
    with pytest.raises(ValueError, match="num_images are not given"):
        unnumbered.fit(tf.data.Dataset.from_tensor_slices((images, np.arange(24))).batch(8))
    with pytest.raises(ValueError, match=r"takes examples \(n, 28, 28, 1\)"):
        unnumbered.fit(images[:, 4:-4])
    with pytest.raises(ValueError, match="rows must be integers"):
        unnumbered.fit(images, np.linspace(0, 1, 24))
    assert unnumbered.num_images is None
    with pytest.raises(ValueError, match="num_images must be a whole number of at least 2, got 1"):
        GLO(generator(), num_images=1)
    with pytest.raises(ValueError, match=r"rows must be \(n,\) integers from 0 to 23"):
        model.reconstruct([24])
    with pytest.raises(ValueError, match=r"distance .*'l1'"):
        GLO(generator(), distance="l1")
    with pytest.raises(ValueError, match="at least 8 pixels a side"):
        GLO(linear(3, 8))
    with pytest.raises(ValueError, match="latent_rate must be above 0, got 0"):
        GLO(generator(), latent_rate=0.0)
