"""MSG-GAN: images of all sizes, and gradients to each."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import MSGGAN
from keras_gan.networks import msggan, progan
from keras_gan.penalties import R1
from keras_gan.tricks import InstanceNoise

SHAPE = (16, 16, 3)


def numpy(x):
    return ops.convert_to_numpy(x)


def make(**kwargs):
    networks = msggan.generator(SHAPE, 6, 64, 8), msggan.discriminator(SHAPE, 64, 8)
    model = MSGGAN(*networks, seed=0, **kwargs)
    model.compile()
    return model


def pictures(rng, num):
    return rng.integers(0, 256, (num, *SHAPE), dtype=np.uint8)


def fit(model, rng):
    return model.fit(pictures(rng, 16), batch_size=8, verbose=0).history


def test_the_defaults_are_the_authors():
    model = make()
    assert type(model.objective).__name__ == "RelativisticAverageHinge"
    assert (model.batches_per_step, model.ema) == (1, 0.999)
    for adam in model.optimizers.values():
        assert float(adam.learning_rate) == pytest.approx(3e-3)
        assert (adam.beta_1, adam.beta_2, adam.epsilon) == (0.0, 0.99, 1e-8)


def test_images_of_all_sizes_and_their_averages(rng):
    model = make()
    made = model.fakes(ops.zeros((5, *SHAPE)))
    assert [x.shape for x in made] == [(5, side, side, 3) for side in (4, 8, 16)]
    images = pictures(rng, 2)
    reals = [numpy(x) for x in model.reals(ops.convert_to_tensor(images))]
    floats = images / 127.5 - 1.0
    for real, side in zip(reals, (4, 8, 16), strict=True):
        size = 16 // side
        expected = floats.reshape(2, side, size, side, size, 3).mean(axis=(2, 4))
        np.testing.assert_allclose(real, expected, atol=1e-5)
    latents = model.latents(3, seed=1)
    assert model.decode(latents).shape == (3, *SHAPE)
    np.testing.assert_allclose(
        model.decode(latents), numpy(model.ema_generator(latents)[-1]), atol=1e-5
    )
    assert model.generate(2, seed=1).dtype == np.uint8
    assert np.isfinite(model.estimate(images))


def test_the_generator_is_progans(rng):
    """Of equal weights, the largest images are those of a ProGAN that has grown."""
    one, other = msggan.generator(SHAPE, 6, 64, 8), progan.generator(SHAPE, 6, 64, 8)
    for rgb in (False, True):  # in the order of their sizes, each
        a, b = (
            [w for w in x.weights if w.name != "alpha" and (w.shape[-1] == 3) == rgb]
            for x in (one, other)
        )
        for mine, its in zip(a, b, strict=True):
            its.assign(mine)
    latents = rng.normal(size=(3, 6)).astype("float32")
    np.testing.assert_allclose(numpy(one(latents)[-1]), numpy(other(latents)), atol=1e-5)


@pytest.mark.slow
@pytest.mark.graph
def test_learns_the_color_of_plain_images(rng):
    colors = np.array([0.6, -0.2, -0.7]) + rng.normal(0.0, 0.03, (640, 1, 1, 3))
    images = np.clip(colors * np.ones((1, 8, 8, 3)), -1, 1).astype("float32")
    networks = msggan.generator((8, 8, 3), 6, 64, 8), msggan.discriminator((8, 8, 3), 64, 8)
    model = MSGGAN(*networks, seed=0, ema=0.95)
    adam = lambda: keras.optimizers.Adam(0.005, 0.0, 0.99)  # noqa: E731
    model.compile({"discriminator": adam(), "generator": adam()})
    model.fit(images, batch_size=16, epochs=4, verbose=0)
    samples = model.decode(model.latents(100, seed=0))
    np.testing.assert_allclose(samples.mean(axis=(0, 1, 2)), [0.6, -0.2, -0.7], atol=0.1)


def test_each_image_reaches_the_logits_and_the_minibatch_at_every_size(rng):
    """A change of any image moves its logit, and by the deviations of the minibatch those of others."""
    network = make().discriminator
    images = [rng.normal(size=(4, side, side, 3)).astype("float32") for side in (4, 8, 16)]
    before = numpy(network(images))
    for level in range(3):
        other = [x.copy() for x in images]
        other[level][0] += 1.0
        assert np.abs(numpy(network(other)) - before).min() > 1e-6
    kinds = [type(x).__name__ for x in network._flatten_layers()]
    assert kinds.count("MinibatchStandardDeviation") == 3


def test_losses_by_hand(rng):
    model = make()
    made = model.fakes(ops.zeros((6, *SHAPE)))
    images = ops.convert_to_tensor(pictures(rng, 6))
    real, fake = (numpy(model.discriminator(x)) for x in (model.reals(images), made))
    expected = (
        np.maximum(0, 1 - real + fake.mean()).mean() + np.maximum(0, 1 + fake - real.mean()).mean()
    )
    assert float(model.discriminator_loss(made, images)) == pytest.approx(expected, rel=1e-4)
    expected = (
        np.maximum(0, 1 + real - fake.mean()).mean() + np.maximum(0, 1 - fake + real.mean()).mean()
    )
    assert float(model.generator_loss(made, images)) == pytest.approx(expected, rel=1e-4)


def test_a_penalty_is_the_mean_over_images(rng):
    """Of each image by itself, the others held: that of a critic of one image."""
    model = make(penalties=["r1"])
    made = model.fakes(ops.zeros((6, *SHAPE)))
    images = ops.convert_to_tensor(pictures(rng, 6))
    reals = model.reals(images)
    costs = []
    for level, real in enumerate(reals):

        def critic(x, level=level):
            return model.discriminator([*reals[:level], x, *reals[level + 1 :]], training=True)

        costs.append(float(R1()(model, critic, real, made[level])))
    assert min(costs) > 0
    with_penalty = float(model.discriminator_loss(made, images))
    model.penalties = ()
    without = float(model.discriminator_loss(made, images))
    assert with_penalty - without == pytest.approx(np.mean(costs), rel=1e-3)


@pytest.mark.parametrize("updated", [0, 1])
def test_an_update_changes_the_players_variables_and_only_those_under_a_penalty(updated, rng):
    """All of them: each layer to RGB has a gradient of its own."""
    model = make(tricks=[InstanceNoise(0.05)], penalties=["gradient_penalty"])
    updated, other = model.players[updated], model.players[1 - updated]
    model.compile({other.name: keras.optimizers.SGD(0.0)})
    groups = [player.variables for player in (updated, other)]
    before = [[numpy(v) for v in group] for group in groups]
    fit(model, rng)
    # The bias of the logit cancels in a relativistic loss.
    still = [v for a, v in zip(before[0], groups[0], strict=True) if (a == numpy(v)).all()]
    assert len(still) <= (updated.name == "discriminator")
    for a, v in zip(before[1], groups[1], strict=True):
        np.testing.assert_array_equal(a, numpy(v))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make(num_classes=3), "not conditional: num_classes must be None"),
        (lambda: make(augmentation="diffaugment"), "takes no augmentation"),
        (lambda: MSGGAN(progan.generator(SHAPE, 6, 64, 8), msggan.discriminator(SHAPE, 64, 8)),
         "must output a list of images"),
        (lambda: make().fit(np.zeros((8, 8, 8, 3), np.uint8), verbose=0), r"examples \(n, 16, 16, 3\)"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
