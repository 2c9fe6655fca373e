"""Every generative model: fit, generate, interpolate, save; and what it refuses."""

import itertools

import keras
import numpy as np
import pytest
import variants
from PIL import Image

from keras_gan import CGAN, DCGAN, GAN
from keras_gan.networks import gan

SHAPE = (28, 28, 1)


def make(kind, **settings):
    model = variants.make(kind.__name__, **settings)
    model.compile()
    return model


def real(num, rng):
    return rng.integers(0, 256, (num, *SHAPE), dtype=np.uint8), rng.integers(0, 3, num)


def fit(model, num, rng, **kwargs):
    images, labels = real(num, rng)
    model.fit(images, labels if model.num_classes else None, batch_size=8, verbose=0, **kwargs)


KINDS = pytest.mark.parametrize("kind", [GAN, CGAN, DCGAN])


def labels_for(model, num=1):
    return np.arange(num) % model.num_classes if model.num_classes else None


@KINDS
def test_generate_is_reproducible_uint8(kind):
    model = make(kind)
    images = model.generate(5, seed=3, labels=labels_for(model, 5))
    assert images.shape == (5, *SHAPE)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, model.generate(5, seed=3, labels=labels_for(model, 5)))
    assert (images != model.generate(5, seed=4, labels=labels_for(model, 5))).any()
    first = model.generate(2, seed=3, labels=labels_for(model, 2))
    np.testing.assert_array_equal(images[:2], first)


@KINDS
def test_unseeded_images_differ(kind):
    model = make(kind)
    once, again = (model.generate(2, labels=labels_for(model, 2)) for _ in range(2))
    assert (once != again).any()


def test_batches_do_not_change_what_is_generated():
    model = make(DCGAN)
    latents = model.latents(230, seed=0)
    np.testing.assert_allclose(
        model.decode(latents)[100:130], model.decode(latents[100:130]), atol=1e-5
    )


def test_interpolation_is_spherical():
    model = make(GAN)
    path = []
    model.decode = lambda latents, labels: path.append(latents) or np.zeros((len(latents), *SHAPE))
    model.interpolate(1, 2, steps=5)
    (path,) = path
    a, b = model.latents(1, 1)[0], model.latents(1, 2)[0]
    np.testing.assert_allclose(path[[0, -1]], [a, b], rtol=1e-5)
    angles = [
        np.arccos(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
        for x, y in itertools.pairwise(path)
    ]
    total = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    assert sum(angles) == pytest.approx(total, rel=1e-4)
    # The middle is the sum of the ends, scaled by 1 / (2 cos(angle / 2)).
    np.testing.assert_allclose(path[2], (a + b) / (2 * np.cos(total / 2)), rtol=1e-4, atol=1e-5)


@KINDS
def test_interpolate_starts_and_ends_with_the_seeds(kind):
    model = make(kind)
    label = 1 if model.num_classes else None
    walk = model.interpolate(1, 2, steps=4, label=label)
    assert walk.shape == (4, *SHAPE)
    for image, seed in ((walk[0], 1), (walk[-1], 2)):
        expected = model.generate(1, seed, labels=label)[0]
        assert np.abs(image.astype(int) - expected).max() <= 1


@KINDS
def test_plot_writes_a_grid(kind, tmp_path):
    model = make(kind)
    path = model.plot(tmp_path / "grid.png", num=6, scale=1)
    columns = 3
    assert Image.open(path).size == (2 + columns * 30, 2 + 2 * 30)


@pytest.fixture
def deterministic():
    """Bit-for-bit repeatable TensorFlow; JAX on the CPU is so anyway."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


@KINDS
def test_the_same_seed_repeats_a_run(kind, rng, deterministic):
    images, labels = real(16, rng)
    weights = []
    for _ in range(2):
        keras.utils.set_random_seed(7)
        model = make(kind)
        model.fit(images, labels if model.num_classes else None, batch_size=8, verbose=0)
        weights.append(model.get_weights())
    for a, b in zip(*weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_moving_average_is_the_recursion(rng):
    """Two updates by hand: average = d^2 w0 + (1 - d) (d w1 + w2)."""
    model = make(DCGAN, ema=0.75)
    history = [model.generator.get_weights()]
    for _ in range(2):
        fit(model, 8, rng)
        history.append(model.generator.get_weights())
    for average, w0, w1, w2 in zip(model.ema_generator.get_weights(), *history, strict=True):
        expected = 0.75**2 * w0 + 0.25 * (0.75 * w1 + w2)
        np.testing.assert_allclose(average, expected, rtol=1e-4, atol=1e-6)


def test_generate_uses_the_average(rng):
    model = make(DCGAN, ema=0.5)
    fit(model, 16, rng)
    latents = model.latents(2, 0)
    average = model.ema_generator.predict(latents, verbose=0)
    np.testing.assert_allclose(model.decode(latents), average, atol=1e-6)
    assert np.abs(model.generator.predict(latents, verbose=0) - average).max() > 1e-4


@pytest.mark.slow
@pytest.mark.graph
def test_cgan_learns_a_mean_for_each_class(rng):
    """One-dimensional classes N(-2, 0.3) and N(2, 0.3), told apart only by their label."""
    labels = rng.integers(0, 2, 6400)
    examples = rng.normal(4.0 * labels - 2.0, 0.3)[:, None].astype("float32")
    generator, discriminator = (conditional_line(keras.Input((1,))) for _ in range(2))
    model = CGAN(generator, discriminator, num_classes=2, ema=0.98, discriminator_steps=4, seed=0)
    adam = lambda rate: keras.optimizers.Adam(rate, 0.0, 0.99)  # noqa: E731
    model.compile({"discriminator": adam(0.1), "generator": adam(0.02)}, steps_per_execution=10)
    model.fit(examples, labels, batch_size=64, epochs=16, verbose=0)
    for label, mean in ((0, -2.0), (1, 2.0)):
        samples = model.decode(model.latents(5000, seed=0), label)
        assert samples.mean() == pytest.approx(mean, abs=0.15)


def conditional_line(inputs):
    """One output from (x, x^2) and the class, with a line of its own for each class."""
    label = keras.Input((), dtype="int32")
    one_hot = keras.layers.CategoryEncoding(2, output_mode="one_hot")(label)
    features = keras.layers.Concatenate()([inputs, inputs * inputs])
    lines = keras.layers.Dense(2)(features)
    return keras.Model([inputs, label], keras.ops.sum(lines * one_hot, axis=-1, keepdims=True))


@pytest.mark.slow
@pytest.mark.graph
def test_dcgan_learns_the_level_of_plain_images(rng):
    """Images of one gray level each, -0.5 on average: the generator's pixels come to that mean."""
    levels = rng.normal(-0.5, 0.05, (1280, 1, 1, 1)).clip(-1, 1).astype("float32")
    model = make(DCGAN, ema=0.95)
    optimizers = {player.name: keras.optimizers.Adam(1e-3, 0.5) for player in model.players}
    model.compile(optimizers)
    model.fit(levels * np.ones((1, *SHAPE), "float32"), batch_size=32, epochs=10, verbose=0)
    assert model.decode(model.latents(200, seed=0)).mean() == pytest.approx(-0.5, abs=0.1)


# Bad input.


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((8, 28, 28), np.uint8), r"\(n, 28, 28, 1\), got \(8, 28, 28\)"),
        (np.zeros((8, 32, 32, 1), np.uint8), r"got \(8, 32, 32, 1\)"),
        (np.zeros((8, 28, 28, 3), np.uint8), r"got \(8, 28, 28, 3\)"),
        (np.full((8, 28, 28, 1), 255.0), r"floats in \[-1, 1\], got float32 in \[255, 255\]"),
        (np.full((8, 28, 28, 1), np.nan), r"floats in \[-1, 1\]"),
        (np.zeros((8, 28, 28, 1), np.int64), "got int64"),
    ],
)
def test_fit_refuses_images_that_do_not_suit(images, message):
    with pytest.raises(ValueError, match=message):
        make(DCGAN).fit(images, batch_size=4)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "labels must be given, class ids from 0 to 2"),
        ([0, 1, 2, 3], "got 0 to 3"),
        ([0, -1, 2, 0], "got -1 to 2"),
        ([0.0, 1.0, 2.0, 0.0], "got float64"),
        ([0, 1], r"got int64 \(2,\)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, message):
    model = make(CGAN)
    with pytest.raises(ValueError, match=message):
        model.generate(4, labels=labels)
    with pytest.raises(ValueError, match=r"class ids from 0 to 2|equally many"):
        labels = None if labels is None else np.array(labels)
        model.fit(np.zeros((4, *SHAPE), np.uint8), labels, batch_size=4)


def test_unwanted_labels_are_refused():
    with pytest.raises(ValueError, match="not conditional"):
        make(GAN).generate(1, labels=1)


def test_numbers_out_of_range_are_refused():
    model = make(GAN)
    with pytest.raises(ValueError, match="num must be a whole number of at least 1, got 0"):
        model.generate(0)
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0, got -1"):
        model.generate(1, seed=-1)
    with pytest.raises(ValueError, match="steps must be a whole number of at least 2"):
        model.interpolate(0, 1, steps=1)
    with pytest.raises(ValueError, match=r"latents must be \(n, 8\), got \(2, 7\)"):
        model.decode(np.zeros((2, 7)))
    with pytest.raises(ValueError, match=r"ema must lie in \(0, 1\)"):
        make(GAN, ema=1.0)


def test_networks_that_do_not_fit_together_are_refused():
    generator = gan.generator(SHAPE)
    with pytest.raises(ValueError, match=r"outputs examples \(28, 28, 1\).*takes \(4, 4, 1\)"):
        GAN(generator, gan.discriminator((4, 4, 1)))
    with pytest.raises(ValueError, match="num_classes=3 requires a generator of 2"):
        GAN(generator, gan.discriminator(SHAPE), num_classes=3)
    with pytest.raises(ValueError, match="not built"):
        GAN(keras.Sequential([keras.layers.Dense(1)]), gan.discriminator(SHAPE))
