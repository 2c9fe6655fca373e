"""The named models: their papers' choices, and that each plays, learns and is restored."""

import keras
import numpy as np
import pytest
from keras import ops
from variants import make

from keras_gan import (
    FGAN,
    GAN,
    LSGAN,
    R3GAN,
    SNGAN,
    WGAN,
    WGANGP,
    ImprovedGAN,
    networks,
)
from keras_gan.layers import (
    BatchNormalization,
    MinibatchDiscrimination,
    SpectralNormalization,
    VirtualBatchNormalization,
)
from keras_gan.objectives import FeatureMatching
from keras_gan.penalties import R1, GradientPenalty
from keras_gan.tricks import HistoricalAveraging, InstanceNoise, LabelFlips

SHAPE = (28, 28, 1)
KINDS = [LSGAN, FGAN, WGAN, WGANGP, SNGAN, ImprovedGAN, R3GAN]
EACH = pytest.mark.parametrize("kind", KINDS)


# What the papers prescribe.

ADAM = keras.optimizers.Adam
PAPERS = {
    LSGAN: ("LeastSquares", [], 1, ADAM, 2e-4, (0.5, 0.999)),
    FGAN: ("FDivergence", [], 1, ADAM, 2e-4, (0.5, 0.999)),
    WGAN: ("Wasserstein", ["WeightClipping"], 5, keras.optimizers.RMSprop, 5e-5, None),
    WGANGP: ("Wasserstein", ["GradientPenalty"], 5, ADAM, 1e-4, (0.0, 0.9)),
    SNGAN: ("Hinge", [], 1, ADAM, 2e-4, (0.5, 0.999)),
    ImprovedGAN: ("NonSaturating", [], 1, ADAM, 3e-4, (0.5, 0.999)),
    R3GAN: ("Relativistic", ["R1", "R2"], 1, ADAM, 2e-4, (0.0, 0.99)),
}


@EACH
def test_the_defaults_are_the_papers(kind):
    objective, penalties, updates, optimizer, rate, betas = PAPERS[kind]
    model = make(kind.__name__)
    model.compile()
    assert type(model.objective).__name__ == objective
    assert [type(penalty).__name__ for penalty in model.penalties] == penalties
    assert model.batches_per_step == updates
    for mine in model.optimizers.values():
        assert type(mine) is optimizer
        assert float(mine.learning_rate) == pytest.approx(rate)
        if betas:
            assert (mine.beta_1, mine.beta_2) == betas
    if kind is WGAN:
        assert model.penalties[0].limit == 0.01
        assert all(mine.rho == 0.99 for mine in model.optimizers.values())  # as the authors' code
    if kind is WGANGP:
        assert model.penalties[0].get_config() == GradientPenalty(10.0).get_config()
    if kind is ImprovedGAN:
        assert model.objective.smoothing == 0.1


def layers_of(network):
    return [type(layer) for layer in network._flatten_layers()]


@pytest.mark.parametrize("size", [28, 32])
@pytest.mark.parametrize("module", [networks.sngan, networks.improved_gan, networks.r3gan])
def test_network_shapes(module, size, rng):
    shape = (size, size, 3)
    images = module.generator(shape, 8, 2)(rng.normal(size=(3, 8)).astype("float32"))
    assert images.shape == (3, *shape)
    assert module.discriminator(shape, 2)(images).shape == (3, 1)


def test_networks_have_the_papers_layers():
    critic = WGANGP(image_shape=SHAPE).discriminator
    assert BatchNormalization not in layers_of(critic)
    spectral = SNGAN(image_shape=SHAPE).discriminator
    weighted = [layer for layer in spectral.layers if layer.weights]
    assert len(weighted) == 2 * 2 + 2
    assert all(isinstance(layer, SpectralNormalization) for layer in weighted)
    improved = ImprovedGAN(image_shape=SHAPE)
    assert MinibatchDiscrimination in layers_of(improved.discriminator)
    assert layers_of(improved.generator).count(VirtualBatchNormalization) == 2
    assert BatchNormalization not in layers_of(improved.generator)
    modern = R3GAN(image_shape=SHAPE)
    for network in (modern.generator, modern.discriminator):
        assert not any("Normalization" in layer.__name__ for layer in layers_of(network))


def test_sngan_parameters_are_those_of_table_3():
    """64, 64, 128, 128, 256, 256, 512 channels of 3x3 and 4x4 layers, then one unit from 4x4x512."""
    widths = [3, 64, 64, 128, 128, 256, 256, 512]
    areas = [9, 16, 9, 16, 9, 16, 9]
    expected = sum(a * i * o + o for a, i, o in zip(areas, widths, widths[1:], strict=False))
    network = networks.sngan.discriminator((32, 32, 3))
    assert sum(int(np.prod(w.shape)) for w in network.trainable_weights) == expected + 16 * 512 + 1


# That they play.


# That they learn: z + b against N(3, 1), whose b is 3.


def shift(critic="quadratic", **kwargs):
    """A generator that can only shift its latents, and a discriminator."""
    generator = keras.Sequential([keras.Input((1,)), Shift()])
    examples = keras.Input((1,))
    scaled = keras.layers.Rescaling(1.0, -1.5)(examples)
    features = {
        "linear": lambda: scaled,
        "quadratic": lambda: keras.layers.Concatenate()([scaled, scaled * scaled]),
    }[critic]()
    logits = keras.layers.Dense(1, kernel_initializer="zeros")(features)
    gan = GAN(generator, keras.Model(examples, logits), seed=0, ema=0.95, **kwargs)
    adam = lambda rate: keras.optimizers.Adam(rate, 0.0, 0.9)  # noqa: E731
    gan.compile({"discriminator": adam(0.05), "generator": adam(0.03)}, steps_per_execution=25)
    return gan


class Shift(keras.layers.Layer):
    def build(self, input_shape):
        self.shift = self.add_weight(shape=(1,), initializer="zeros")

    def call(self, inputs):
        return inputs + self.shift


WASSERSTEIN = {"objective": "wasserstein", "discriminator_steps": 5}
LEARNERS = {
    **{name: {"objective": name} for name in ("minimax", "least_squares", "hinge")},
    **{name: {"objective": name} for name in ("relativistic", "relativistic_average")},
    **{name: {"objective": name} for name in ("kl", "reverse_kl", "squared_hellinger", "jeffrey")},
    # A linear critic of slope 1 has to pass 0 on its way to -1: past the weight, it would rather not.
    "wasserstein_gp": {"penalties": [GradientPenalty(0.1)], "critic": "linear", **WASSERSTEIN},
    "wasserstein_clipped": {"penalties": ["weight_clipping"], "critic": "linear", **WASSERSTEIN},
    "r1": {"penalties": [R1(1.0)]},
}


@pytest.mark.slow
@pytest.mark.graph
@pytest.mark.parametrize("name", LEARNERS)
def test_learns_where_the_data_is(name, rng):
    gan = shift(**LEARNERS[name])
    examples = rng.normal(3.0, 1.0, (12_800, 1)).astype("float32")
    gan.fit(examples, batch_size=64, epochs=2 * gan.batches_per_step, verbose=0)
    assert gan.decode(gan.latents(5000, seed=1)).mean() == pytest.approx(3.0, abs=0.25)


@pytest.mark.slow
@pytest.mark.graph
def test_estimate_is_what_the_discriminator_measures(rng):
    """Against a generator that is not moved, the discriminator comes to the divergence between the two."""
    gan = shift(objective="kl")
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.05, 400))
    gan.compile({"discriminator": adam, "generator": keras.optimizers.SGD(0.0)})
    gan.fit(rng.normal(1.0, 1.0, (51_200, 1)).astype("float32"), batch_size=128, verbose=0)
    examples = rng.normal(1.0, 1.0, (20_000, 1)).astype("float32")
    assert gan.estimate(examples, seed=1) == pytest.approx(0.5, abs=0.05)  # KL of unit Gaussians


# The tricks.


def tiny(**kwargs):
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    inputs = keras.Input((3,))
    features = keras.layers.Dense(4, "tanh", name="hidden")(inputs)
    discriminator = keras.Model(inputs, keras.layers.Dense(1)(features))
    model = GAN(generator, discriminator, seed=0, **kwargs)
    model.compile({name: keras.optimizers.SGD(0.1) for name in ("discriminator", "generator")})
    return model


def batch(rng):
    return [ops.convert_to_tensor(rng.normal(size=(6, 3)).astype("float32")) for _ in range(2)]


def test_feature_matching_is_the_distance_of_mean_features(rng):
    model = tiny(objective=FeatureMatching("hidden"))
    fake, real = batch(rng)
    kernel, bias = model.discriminator.get_layer("hidden").get_weights()
    features = [np.tanh(ops.convert_to_numpy(x) @ kernel + bias).mean(axis=0) for x in (fake, real)]
    expected = np.sum((features[0] - features[1]) ** 2)
    assert float(model.generator_loss(fake, real)) == pytest.approx(expected, rel=1e-5)
    examples = rng.normal(size=(48, 3)).astype("float32")
    model.fit(examples, batch_size=6, verbose=0)


def test_historical_averaging_is_the_distance_from_the_mean(rng):
    model = tiny(tricks=[HistoricalAveraging(2.0)])
    examples = rng.normal(size=(24, 3)).astype("float32")
    history = [model.generator.get_weights()]
    for _ in range(2):
        model.fit(examples[:6], batch_size=6, verbose=0)
        history.append(model.generator.get_weights())
    means = [np.mean(weights, axis=0) for weights in zip(*history, strict=True)]
    for mean, kept in zip(means, model.histories["generator"].means, strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(kept), mean, rtol=1e-4, atol=1e-6)
    expected = sum(np.sum((m - w) ** 2) for m, w in zip(means, history[-1], strict=True))
    assert expected > 0.0
    assert float(model.histories["generator"].distance()) == pytest.approx(expected, rel=1e-3)
    fake, real = batch(rng)
    with_history = float(model.generator_loss(fake, real))
    model.tricks = ()
    assert with_history - float(model.generator_loss(fake, real)) == pytest.approx(
        2 * expected, rel=1e-2
    )


def test_instance_noise_is_on_all_that_the_discriminator_sees_and_decays(rng):
    model = tiny(tricks=[InstanceNoise(keras.optimizers.schedules.PolynomialDecay(0.5, 10, 0.0))])
    examples = ops.zeros((4000, 3))
    assert np.std(ops.convert_to_numpy(model.shown(examples))) == pytest.approx(0.5, rel=0.03)
    model.fit(rng.normal(size=(30, 3)).astype("float32"), batch_size=6, verbose=0)
    assert np.std(ops.convert_to_numpy(model.shown(examples))) == pytest.approx(0.25, rel=0.03)
    seen = []
    model.discriminate = lambda x, *args: seen.append(x) or [x[:, :1]]
    fake, real = batch(rng)
    model.discriminator_loss(fake, real)
    model.generator_loss(fake, real)
    for x, clean in zip(seen, (real, fake, fake), strict=True):
        assert 0.1 < np.std(ops.convert_to_numpy(x - clean)) < 0.5


def test_labels_are_flipped_in_pairs_at_the_rate(rng):
    model = tiny(tricks=[LabelFlips(0.2)])
    ones, zeros = ops.ones((5000, 1)), ops.zeros((5000, 1))
    real, fake = (ops.convert_to_numpy(x) for x in model.tricks[0].logits(model, ones, zeros))
    np.testing.assert_array_equal(real, 1.0 - fake)
    assert fake.mean() == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_discriminator_far_ahead_rests(optimizer, rng):
    """No move, no moments, no step counted while its loss lies below; all as ever above."""

    def moved(skip_below):
        keras.utils.set_random_seed(0)
        model = tiny(skip_below=skip_below)
        model.compile({"discriminator": optimizer})
        before = model.discriminator.get_weights()
        examples = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
        model.fit(examples, batch_size=6, verbose=0)
        steps = int(model.optimizers["discriminator"].iterations)
        return before, model.discriminator.get_weights(), steps

    before, after, steps = moved(skip_below=100.0)
    assert steps == 0
    for a, b in zip(before, after, strict=True):
        np.testing.assert_array_equal(a, b)
    (_, after, steps), (_, plain, _) = moved(skip_below=-100.0), moved(skip_below=None)
    assert steps == 4
    for a, b in zip(after, plain, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"objective": "hinge_loss"}, "Did you mean hinge"),
        ({"objective": FeatureMatching("hiden")}, "Did you mean hidden"),
        ({"tricks": ["label_flip"]}, "Did you mean label_flips"),
        ({"discriminator_steps": 0}, "updates of the player discriminator .* got 0"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        tiny(**options)
