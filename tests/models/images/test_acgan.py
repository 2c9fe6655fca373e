"""ACGAN and InfoGAN: what their discriminators say besides, and both players want."""

import keras
import numpy as np
import pytest
import variants
from keras import layers, ops
from scipy.stats import kstest

from keras_gan import ACGAN, InfoGAN
from keras_gan.layers import Codes
from keras_gan.networks import acgan, infogan

SHAPE = (28, 28, 1)


def numpy(x):
    return ops.convert_to_numpy(x)


def softplus(x):
    return np.log1p(np.exp(x))


def log_softmax(x):
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def make(kind, **settings):
    model = variants.make(kind.__name__, **settings)
    model.compile()
    return model


def batch(rng):
    return rng.uniform(-1, 1, (2, 6, *SHAPE)).astype("float32")


def test_acgan_losses_by_hand(rng):
    """L_S and the classes of real and generated images for one player, of generated ones for the other."""
    model, (reals, fakes) = make(ACGAN), batch(rng)
    labels = np.array([0, 1, 2, 2, 1, 0])
    (real, of_real), (fake, of_fake) = (
        [numpy(x) for x in model.discriminator(images, training=True)] for images in (reals, fakes)
    )
    named = [-log_softmax(x)[np.arange(6), labels].mean() for x in (of_real, of_fake)]
    expected = softplus(-real).mean() + softplus(fake).mean() + sum(named)
    assert float(model.discriminator_loss(fakes, reals, labels)) == pytest.approx(
        expected, rel=1e-4
    )
    expected = softplus(-fake).mean() + named[1]
    assert float(model.generator_loss(fakes, reals, labels)) == pytest.approx(expected, rel=1e-4)


def test_infogan_losses_by_hand(rng):
    """-log of the category's probability, and half the squared distance of the numbers, times the weight."""
    model, (reals, fakes) = make(InfoGAN, information=0.5), batch(rng)
    chosen, numbers = np.array([0, 1, 2, 2, 1, 0]), rng.uniform(-1, 1, (6, 2))
    codes = np.concatenate([np.eye(3)[chosen], numbers], axis=1).astype("float32")
    real = numpy(model.discriminator(reals, training=True)[0])
    fake, category, means = (numpy(x) for x in model.discriminator(fakes, training=True))
    guess = -log_softmax(category)[np.arange(6), chosen] + ((numbers - means) ** 2).sum(axis=1) / 2
    expected = softplus(-real).mean() + softplus(fake).mean() + 0.5 * guess.mean()
    loss = model.discriminator_loss((fakes, codes), reals)
    assert float(loss) == pytest.approx(expected, rel=1e-4)
    expected = softplus(-fake).mean() + 0.5 * guess.mean()
    assert float(model.generator_loss((fakes, codes), reals)) == pytest.approx(expected, rel=1e-4)


def test_codes_have_the_papers_distribution(rng):
    latents = rng.normal(size=(4000, 8)).astype("float32")
    codes = numpy(Codes(3, 2)(latents))
    np.testing.assert_array_equal(codes[:, :3], np.eye(3)[latents[:, :3].argmax(axis=1)])
    assert np.abs(codes[:, :3].mean(axis=0) - 1 / 3).max() < 0.03
    for column in codes[:, 3:5].T:
        assert kstest(column, "uniform", (-1, 2)).pvalue > 0.01
    np.testing.assert_array_equal(codes[:, 5:], latents[:, 5:])


def test_codes_can_be_chosen():
    model = make(InfoGAN)
    numbers = [np.linspace(-1, 1, 5), 0.5]
    latents = model.latents(5, seed=1, category=2, numbers=numbers)
    codes = numpy(model.codes(latents))
    np.testing.assert_array_equal(codes[:, :3], np.eye(3)[[2] * 5])
    np.testing.assert_allclose(codes[:, 3], numbers[0], atol=1e-4)
    np.testing.assert_allclose(codes[:, 4], 0.5, atol=1e-4)
    np.testing.assert_array_equal(latents[:, 5:], model.latents(5, seed=1)[:, 5:])


def line(heads):
    """A discriminator of numbers with so many logits in each head."""
    inputs = keras.Input((1,))
    hidden = layers.Dense(32, "tanh")(layers.Dense(32, "tanh")(inputs))
    return keras.Model(inputs, [layers.Dense(units)(hidden) for units in heads])


def learn(model, *columns):
    rates = {"discriminator": 1e-2, "generator": 2e-2}
    adams = {player: keras.optimizers.Adam(rate, 0.0, 0.99) for player, rate in rates.items()}
    model.compile(adams, steps_per_execution=10)
    model.fit(*columns, batch_size=64, epochs=16, verbose=0)
    return model


@pytest.mark.slow
@pytest.mark.graph
def test_acgan_learns_the_classes_it_is_asked_for(rng):
    """Classes N(-2, 0.3) and N(2, 0.3): what is asked for comes, where it is and as wide as it is."""
    labels = rng.integers(0, 2, 6400)
    examples = rng.normal(4.0 * labels - 2.0, 0.3)[:, None].astype("float32")
    latents, label = keras.Input((1,)), keras.Input((), dtype="int32")
    one_hot = layers.CategoryEncoding(2, output_mode="one_hot")(label)
    samples = ops.sum(layers.Dense(2)(latents) * one_hot, axis=-1, keepdims=True)
    model = ACGAN(
        keras.Model([latents, label], samples),
        line([1, 2]),
        num_classes=2,
        ema=0.98,
        discriminator_steps=4,
        seed=0,
    )
    learn(model, examples, labels)
    for label, mean in ((0, -2.0), (1, 2.0)):
        samples = model.decode(model.latents(5000, seed=0), label)
        assert samples.mean() == pytest.approx(mean, abs=0.15)
        assert samples.std() == pytest.approx(0.3, abs=0.1)


@pytest.mark.slow
@pytest.mark.graph
def test_infogan_finds_the_classes_by_itself(rng):
    """Two uniform clusters without labels: each becomes a category, and the place in it the number."""
    middle = 4.0 * rng.integers(0, 2, 6400) - 2.0
    examples = (middle + rng.uniform(-0.5, 0.5, 6400))[:, None].astype("float32")
    latents = keras.Input((3,))
    # From another start the number may come to span both clusters, which is an optimum too.
    samples = layers.Dense(1, kernel_initializer="zeros")(Codes(2, 1, name="codes")(latents))
    generator = keras.Model(latents, samples)
    model = InfoGAN(generator, line([1, 2, 1]), ema=0.98, discriminator_steps=4, seed=0)
    learn(model, examples)

    def ends(category):
        """Images of the category with the numbers -1 and 1."""
        codes = {"category": category, "numbers": [np.array([-1.0, 1.0])]}
        return sorted(model.decode(model.latents(2, 0, **codes)).ravel())

    low, high = sorted(ends(category) for category in range(2))
    np.testing.assert_allclose(low, [-2.5, -1.5], atol=0.2)
    np.testing.assert_allclose(high, [1.5, 2.5], atol=0.2)


@pytest.mark.parametrize(("kind", "rates"), [(ACGAN, (2e-4, 2e-4)), (InfoGAN, (2e-4, 1e-3))])
def test_the_defaults_are_the_papers(kind, rates):
    model = make(kind)
    for name, rate in zip(("discriminator", "generator"), rates, strict=True):
        adam = model.optimizers[name]
        assert float(adam.learning_rate) == pytest.approx(rate)
        assert adam.beta_1 == 0.5
    assert getattr(model, "information", 1.0) == 1.0


@pytest.mark.parametrize("kind", [ACGAN, InfoGAN])
def test_the_estimate_is_of_the_first_logit(kind, rng):
    images, labels = rng.integers(0, 256, (4, *SHAPE), dtype=np.uint8), np.array([0, 1, 2, 0])
    model = make(kind)
    assert np.isfinite(model.estimate(images, labels if model.num_classes else None))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: InfoGAN(num_classes=3), "not conditional: num_classes must be None"),
        (lambda: make(InfoGAN, information=-1.0), "information must not be negative"),
        (lambda: make(InfoGAN).latents(1, 0, category=3), "category must be 0 to 2, got 3"),
        (lambda: make(InfoGAN).latents(1, 0, numbers=[0.0]), "numbers must be 2, one for each"),
        (lambda: make(InfoGAN).latents(1, 0, numbers=[0.0, 1.5]), r"lie in \[-1, 1\], got 1.5"),
        (lambda: ACGAN(acgan.generator(SHAPE, 3), acgan.discriminator(SHAPE, 4), num_classes=3),
         r"must have the outputs \[\(None, 1\), \(None, 3\)\]"),
        (lambda: InfoGAN(infogan.generator(SHAPE, 4, 1), infogan.discriminator(SHAPE, 3, 2)),
         "must have the outputs"),
        (lambda: make(ACGAN).generate(2), "labels must be given"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
