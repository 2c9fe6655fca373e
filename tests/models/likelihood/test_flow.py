"""Flows: densities with known answers, round trips on data, temperature, and what is refused."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import MAF, Flow, Glow, RealNVP
from keras_gan.layers import ActNorm, AffineCoupling, Bijection, Chain, GlowCoupling, Squeeze
from keras_gan.networks import dcgan, flow, glow, maf, realnvp
from keras_gan.precision import dtype_policy

SHAPE = (4, 4, 1)
LOW, HIGH = -1 - 1 / 255, 1 + 1 / 255  # of dequantized images


class Gaussianized(Bijection):
    """U(LOW, HIGH) to N(0, 1): a flow under which dequantized noise is uniform."""

    def call(self, inputs, training=False):
        z = 2**0.5 * ops.erfinv(2.0 * (inputs - LOW) / (HIGH - LOW) - 1.0)
        slopes = 0.5 * (ops.square(z) + math.log(2 * math.pi)) - math.log(HIGH - LOW)
        return z, ops.sum(slopes, axis=(1, 2, 3))

    def inverse(self, outputs):
        return LOW + (HIGH - LOW) * 0.5 * (1.0 + ops.erf(outputs / 2**0.5))


def small(**settings):
    """A flow of one coupling."""
    chain = Chain([Squeeze(), ActNorm(), AffineCoupling(GlowCoupling(3, 4))])
    return Flow(flow.generator(chain, SHAPE), seed=0, **settings)


def images(rng, num=16):
    return rng.integers(0, 256, (num, *SHAPE), dtype=np.uint8)


def fit(model, data, steps=2, **kwargs):
    model.compile()
    return model.fit(data, batch_size=len(data) // steps, verbose=0, **kwargs).history


def test_uniform_noise_has_8_bits(rng):
    model, noise = Flow(flow.generator(Gaussianized(), SHAPE), seed=0), images(rng, 200)
    assert model.bits_per_dim(noise).value == pytest.approx(8.0, abs=1e-5)
    assert float(model.loss_on(**model.prepare(noise))) == pytest.approx(8.0, abs=1e-5)


def test_a_fitted_gaussian_has_its_entropy(rng):
    """The first batch fits a flow of activation normalization alone to its mean and its deviations."""
    data = (np.array([3.0, -1.0]) + rng.normal(size=(500, 2)) * [0.5, 2.0]).astype("float32")
    model = Flow(flow.generator(ActNorm(), (2,)), seed=0)
    entropy = np.log(data.std(axis=0)).sum() + math.log(2 * math.pi) + 1.0
    assert fit(model, data, steps=1)["flow_loss"] == [pytest.approx(entropy, rel=1e-4)]
    assert -model.log_prob(data).mean() == pytest.approx(entropy, abs=0.01)


def test_log_prob_is_the_formula(rng):
    model, data = small(), images(rng)
    fit(model, data)
    floats = data / np.float32(127.5) - 1
    latents, log_det = map(ops.convert_to_numpy, model.layer.encode(floats))
    expected = -0.5 * (np.float64(latents) ** 2 + math.log(2 * math.pi)).sum(axis=1) + log_det
    np.testing.assert_allclose(model.log_prob(data), expected, rtol=1e-5)
    np.testing.assert_allclose(model.log_prob(floats), expected, rtol=1e-5)
    np.testing.assert_allclose(model.encode(data), latents, atol=1e-5)


def test_noise_is_fresh_in_every_step_and_stays_within_a_level(rng):
    model, data = small(), images(rng)
    first, second = (
        ops.convert_to_numpy(model.prepare(data)["images"]) * 127.5 + 127.5 - data for _ in range(2)
    )
    for noise in (first, second):
        assert np.abs(noise).max() < 0.5001
        assert abs(noise.mean()) < 0.1 and noise.std() == pytest.approx(12**-0.5, rel=0.1)
    assert (first != second).mean() > 0.99


def test_bits_per_dim_is_a_mean_over_images_and_noise(rng):
    model, data = small(), images(rng)
    one, four = model.bits_per_dim(data), model.bits_per_dim(data, samples=4)
    assert (one.name, four.name) == (
        "bits_per_dim[1 draw of noise,16]",
        "bits_per_dim[4 draws of noise,16]",
    )
    assert 0.0 < one.error < 0.3
    assert four.value == pytest.approx(one.value, abs=4 * one.error)
    assert model.bits_per_dim(data) == one == model.measure("bits_per_dim", data)
    assert model.bits_per_dim(data, seed=1) != one
    nats = -model.log_prob(data).mean() / (16 * math.log(2)) + math.log2(127.5)
    assert one.value == pytest.approx(nats, abs=0.1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Glow(glow.generator((8, 8, 1), 2, 1, 4), ema=0.5, seed=0),
        lambda: MAF(maf.generator((8, 8, 1), 2, (16,)), seed=0),
        lambda: RealNVP(realnvp.generator((8, 8, 1), 2, 1, 3), seed=0),
    ],
)
def test_data_are_encoded_and_decoded_to_themselves(make, rng):
    model, data = make(), rng.integers(0, 256, (16, 8, 8, 1), dtype=np.uint8)
    fit(model, data)
    latents = model.encode(data)
    assert latents.shape == (16, 64) == (16, model.latent_dim)
    np.testing.assert_allclose(model.decode(latents), data / 127.5 - 1, atol=1e-3)
    np.testing.assert_array_equal(model.reconstruct(data), data)


def test_truncation_is_a_temperature(rng):
    model = small()
    np.testing.assert_array_equal(model.draw(3, 1, 0.7), model.latents(3, 1) * np.float32(0.7))
    np.testing.assert_array_equal(model.draw(3, 1), model.latents(3, 1))
    expected = model.decode(model.draw(3, 1, 0.5))
    np.testing.assert_allclose(
        ops.convert_to_numpy(model.truncated(model.latents(3, 1), None, 0.5)), expected, rtol=1e-5
    )
    assert model.generate(2, seed=1, truncation=0.7).shape == (2, *SHAPE)
    with pytest.raises(ValueError, match=r"temperature, must not be negative, got -0\.1"):
        model.generate(1, truncation=-0.1)


def test_interpolation_runs_between_two_samples():
    model = small()
    way = model.interpolate(1, 2, steps=3)
    np.testing.assert_array_equal(way[[0]], model.generate(1, seed=1))
    np.testing.assert_array_equal(way[[2]], model.generate(1, seed=2))


def test_averages_have_what_the_first_batch_has_set(rng):
    model = small(ema=0.9)
    fit(model, images(rng), steps=1)
    for own, average in zip(model.generator.weights, model.sampling_generator.weights, strict=True):
        if own.name in ("offset", "log_scale", "initialized"):
            np.testing.assert_array_equal(*map(ops.convert_to_numpy, (own, average)))


def test_a_step_that_is_not_finite_sets_nothing(rng):
    """The first batch after it sets the activation normalization, as if it had not been."""
    model = Flow(flow.generator(ActNorm(), (2,)), dequantize=False, seed=0)
    model.compile()
    model.train_on_batch(np.float32([[1e30, 0.0], [-1e30, 1.0]]))
    assert all((ops.convert_to_numpy(w) == 0).all() for w in model.generator.weights)


def test_glow_has_the_papers_settings():
    model = Glow(image_shape=(8, 8, 1), levels=2, depth=1, width=4, warm_up=10)
    model.compile()
    optimizer = model.optimizers["flow"]
    assert type(optimizer).__name__ == "Adamax"
    rates = [float(optimizer._learning_rate(step)) for step in (0, 5, 10, 1000)]
    np.testing.assert_allclose(rates, [0.0, 5e-4, 1e-3, 1e-3], atol=1e-9)
    assert (Glow.levels, Glow.depth, Glow.width, Glow.shown_truncation) == (3, 32, 512, 0.7)
    assert len(model.layer.bijection.bijections) == 1 + 3 * 1 + 1
    config = model.get_config()
    assert [config[name] for name in ("levels", "depth", "width", "warm_up")] == [2, 1, 4, 10]
    with pytest.raises(ValueError, match="warm_up must be a whole number of at least 1, got 0"):
        Glow(glow.generator((8, 8, 1), 2, 1, 4), warm_up=0).compile()


def test_vectors_are_examples_too(rng):
    data = rng.normal(size=(40, 3)).astype("float32")
    for model in (RealNVP(image_shape=(3,), seed=0), MAF(image_shape=(3,), hidden=(8,), seed=0)):
        fit(model, data)
        assert model.log_prob(data).shape == (40,)
        assert model.generate(5, seed=0).shape == (5, 3)
        np.testing.assert_allclose(model.decode(model.encode(data)), data, atol=1e-4)
        with pytest.raises(ValueError, match="requires a model of images with dequantize=True"):
            model.bits_per_dim(data)
        for use in (model.fit, model.log_prob):
            with pytest.raises(ValueError, match="must be finite"):
                use(np.array([[0.0, 0.0, 0.0], [np.nan, 0.0, 0.0]], "float32"))
        counts = np.array([[2, 0, 1]], np.uint8)
        np.testing.assert_allclose(model.decode(model.encode(counts)), counts, rtol=1e-4, atol=1e-2)


def test_continuous_images_are_modeled_without_noise(rng):
    model, data = small(dequantize=False), rng.uniform(-1, 1, (16, *SHAPE)).astype("float32")
    np.testing.assert_array_equal(ops.convert_to_numpy(model.prepare(data)["images"]), data)
    fit(model, data)
    nats = -model.log_prob(data).mean()
    assert float(model.loss_on(data)) == pytest.approx(nats, rel=1e-4)


def test_bad_input_is_refused(rng):
    model = small()
    with pytest.raises(ValueError, match=r"multiples of 1/127.5.*dequantize=False"):
        model.fit(rng.uniform(-1, 1, (8, *SHAPE)).astype("float32"))
    with pytest.raises(ValueError, match=r"uint8, or floats in \[-1, 1\]"):
        model.log_prob(np.full((1, *SHAPE), 2.0))
    with pytest.raises(ValueError, match=r"The model takes examples \(n, 4, 4, 1\)"):
        model.encode(np.zeros((1, 5, 4, 1), np.uint8))
    with pytest.raises(ValueError, match="samples must be a whole number of at least 1"):
        model.bits_per_dim(images(rng), samples=0)
    with pytest.raises(ValueError, match="requires a generator or a bijector"):
        Flow()
    with pytest.raises(ValueError, match="not both"):
        Flow(model.generator, bijector=object())
    with pytest.raises(ValueError, match="with the bijector that calls them"):
        Flow(model.generator, networks=[model.generator])
    with pytest.raises(ValueError, match='must have a layer "flow"'):
        Flow(dcgan.generator((28, 28, 1), 8, width=2))
    with pytest.raises(ValueError, match="not conditional"):
        small(num_classes=3)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16", "bfloat16"])
def test_16_bits_are_refused(policy):
    with (
        dtype_policy(policy),
        pytest.raises(ValueError, match=r"in float32 or float64, got b?float16: log-determinants"),
    ):
        small()


# Known answers of training.


def corners(rng, num, distance, deviation):
    """Points of an equal mixture of four normal distributions, and their log density."""
    centers = distance * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    points = centers[rng.integers(0, 4, num)] + deviation * rng.normal(size=(num, 2))
    squares = ((points[:, None] - centers) ** 2).sum(axis=2) / deviation**2
    logs = -0.5 * squares - math.log(2 * math.pi * deviation**2) - math.log(4)
    return points.astype("float32"), np.logaddexp.reduce(logs, axis=1)


@pytest.mark.slow
@pytest.mark.graph
@pytest.mark.parametrize(
    ("kind", "generator"),
    [
        (Glow, lambda: glow.generator(SHAPE, 2, 1, 4)),
        (RealNVP, lambda: realnvp.generator(SHAPE, 1, 1, 2)),
        (MAF, lambda: maf.generator(SHAPE, 2, (16,))),
    ],
)
def test_xla_trains_the_same(kind, generator, rng):
    data, losses = images(rng, 4), []
    for jit_compile in (False, True):
        keras.utils.set_random_seed(0)
        model = kind(generator(), dequantize=False, seed=0)
        model.compile(keras.optimizers.SGD(1e-3), jit_compile=jit_compile)
        history = model.fit(data, batch_size=4, epochs=3, verbose=0).history
        losses.append(history["flow_loss"])
    assert len(set(losses[0])) == 3
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)


@pytest.mark.slow
@pytest.mark.graph
@pytest.mark.parametrize(
    ("kind", "settings", "mixture"),
    [(RealNVP, {}, (1.0, 0.6)), (MAF, {"hidden": (64, 64), "mades": 8}, (1.5, 0.5))],
)
def test_a_density_of_the_plane_is_learned(kind, settings, mixture, rng):
    """It integrates to 1, and is within 0.05 nats of the entropy of the mixture that it is of."""
    model = kind(image_shape=(2,), ema=0.995, seed=0, **settings)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, 3000)
    model.compile(keras.optimizers.Adam(rate), steps_per_execution=50)
    points, _ = corners(rng, 60_000, *mixture)
    model.fit(points, batch_size=200, epochs=10, verbose=0)
    held_out, log_density = corners(rng, 10_000, *mixture)
    assert -model.log_prob(held_out).mean() == pytest.approx(-log_density.mean(), abs=0.05)
    side = np.linspace(-6, 6, 241, dtype="float32")
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    integral = np.exp(model.log_prob(grid)).sum() * (side[1] - side[0]) ** 2
    assert integral == pytest.approx(1.0, abs=1e-3)
