"""Penalties against closed forms and finite differences, and what they do in a game."""

import itertools
import warnings

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import CGAN, GAN, Game, backend, penalties
from keras_gan.penalties import DRAGAN, R1, R2, GradientPenalty, WeightClipping

ALL = [GradientPenalty(), GradientPenalty(norm=0.0), DRAGAN(), R1(), R2()]


@pytest.fixture
def game():
    return Game(seed=0)


@pytest.fixture
def batches(rng):
    return [ops.convert_to_tensor(rng.normal(size=(6, 4, 3)).astype("float32")) for _ in range(2)]


SLOPES = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")


def linear(x):
    """A critic whose gradient is SLOPES, wherever it is."""
    return ops.sum(x * SLOPES, axis=(1, 2), keepdims=False)[:, None]


@pytest.mark.parametrize(
    ("penalty", "cost"),
    [
        (GradientPenalty(10.0), lambda norm: 10 * (norm - 1) ** 2),
        (GradientPenalty(3.0, norm=5.0), lambda norm: 3 * (norm - 5) ** 2),
        (GradientPenalty(3.0, norm=5.0, one_sided=True), lambda norm: 0.0),
        (GradientPenalty(2.0, norm=1.0, one_sided=True), lambda norm: 2 * (norm - 1) ** 2),
        (GradientPenalty(2.0, norm=0.0), lambda norm: 2 * norm**2),
        (DRAGAN(2.0), lambda norm: 2 * (norm - 1) ** 2),
        (R1(5.0), lambda norm: 2.5 * norm**2),
        (R2(5.0), lambda norm: 2.5 * norm**2),
    ],
)
def test_linear_critic_in_closed_form(game, batches, penalty, cost):
    norm = np.linalg.norm(SLOPES)
    assert 1.0 < norm < 5.0
    assert float(penalty(game, linear, *batches)) == pytest.approx(cost(norm), rel=1e-5, abs=1e-6)


def test_points_of_the_quadratic_critic(game, batches):
    """|x|^2 / 2 has the gradient x: R1 measures real examples, R2 generated ones."""
    real, fake = (ops.convert_to_numpy(batch) for batch in batches)
    quadratic = lambda x: ops.sum(x * x, axis=(1, 2)) / 2  # noqa: E731
    for penalty, examples in ((R1(2.0), real), (R2(2.0), fake)):
        expected = np.mean(np.sum(examples**2, axis=(1, 2)))
        assert float(penalty(game, quadratic, *batches)) == pytest.approx(expected, rel=1e-5)


def test_interpolates_lie_between_with_one_uniform_share_each(game, rng):
    """The share is U(0, 1): not N(0, 1), which would leave the segment, and not one for each pixel."""
    real, fake = (rng.normal(size=(2000, 2, 2)).astype("float32") for _ in range(2))
    points = ops.convert_to_numpy(GradientPenalty().points(game, real, fake))
    shares = ((points - fake) / (real - fake)).reshape(2000, 4)
    assert np.median(np.ptp(shares, axis=1)) < 1e-5
    shares = np.median(shares, axis=1)
    assert 0.0 <= shares.min() < 0.01
    assert 0.99 < shares.max() <= 1.0
    assert np.quantile(shares, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.04)


def test_dragan_stays_close_to_the_real_examples(game, rng):
    real, fake = (rng.normal(size=(500, 4)).astype("float32") for _ in range(2))
    steps = ops.convert_to_numpy(DRAGAN().points(game, real, fake)) - real
    assert steps.min() >= 0.0
    assert 0.4 < steps.max() <= 0.5 * real.std()


def critic_of(kind, rng):
    """A small network with a curved response, [conditional,] and its examples."""
    examples = keras.Input((5,))
    hidden = keras.layers.Dense(8, "tanh")(examples)
    if kind == "conditional":
        labels = keras.Input((), dtype="int32")
        hidden = hidden * keras.layers.Embedding(3, 8)(labels)
        return keras.Model([examples, labels], keras.layers.Dense(1)(hidden))
    return keras.Model(examples, keras.layers.Dense(1)(hidden))


@pytest.mark.parametrize("kind", ["plain", "conditional"])
def test_gradient_norms_against_finite_differences(kind, rng):
    network, x = critic_of(kind, rng), rng.normal(size=(6, 5)).astype("float32")
    labels = np.array([0, 1, 2, 0, 1, 2])
    critic = (
        (lambda x: network([x, ops.convert_to_tensor(labels)]))
        if kind == "conditional"
        else network
    )
    step, expected = 1e-2, np.zeros(6)
    for axis in np.eye(5, dtype="float32"):
        difference = ops.convert_to_numpy(
            critic(ops.add(x, step * axis)) - critic(ops.subtract(x, step * axis))
        )
        expected += (difference[:, 0] / (2 * step)) ** 2
    actual = penalties.squared_gradient_norms(critic, ops.convert_to_tensor(x))
    np.testing.assert_allclose(ops.convert_to_numpy(actual), expected, rtol=2e-3)


def small_gan(kind=GAN, critic=None, **kwargs):
    if kind is CGAN:
        latents, labels = keras.Input((2,)), keras.Input((), dtype="int32")
        inputs = keras.layers.Concatenate()([latents, keras.layers.Embedding(3, 2)(labels)])
        generator = keras.Model([latents, labels], keras.layers.Dense(5)(inputs))
        kwargs["num_classes"] = 3
    else:
        generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(5)])
    critic = critic or critic_of("conditional" if kind is CGAN else "plain", None)
    model = kind(generator, critic, seed=0, **kwargs)
    model.compile({name: keras.optimizers.SGD(0.01) for name in ("discriminator", "generator")})
    return model


def fit(model, num, rng, scale=1.0, **kwargs):
    labels = rng.integers(0, 3, num) if model.num_classes else None
    examples = rng.normal(0.0, scale, (num, 5)).astype("float32")
    return model.fit(examples, labels, batch_size=8, verbose=0, **kwargs).history


@pytest.mark.parametrize("kind", [GAN, pytest.param(CGAN, marks=pytest.mark.slow)])
@pytest.mark.parametrize("penalty", ALL, ids=lambda penalty: type(penalty).__name__)
def test_step_follows_the_penalty(kind, penalty, rng):
    """Without an objective, a critic that only minimizes its penalty has less of it after some steps."""
    model = small_gan(kind, penalties=[penalty])
    model.objective.discriminator_loss = lambda real, fake: 0.0 * ops.mean(real)
    losses = fit(model, 80, rng, epochs=10)["discriminator_loss"]
    assert all(np.isfinite(losses))
    assert losses[-1] < 0.7 * losses[0]


def test_clipped_weights_never_leave_the_interval(rng):
    model = small_gan(penalties=[WeightClipping(0.03)], objective="wasserstein")
    seen = []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(
            max(np.abs(w).max() for w in model.discriminator.get_weights())
        )
    )
    fit(model, 8, rng, epochs=10, callbacks=[keep])
    assert len(seen) == 10
    assert max(seen) == pytest.approx(0.03)
    assert max(np.abs(w).max() for w in model.generator.get_weights()) > 0.03


@pytest.mark.parametrize("penalty", [R1, R2])
def test_lazy_penalty_is_applied_every_k_steps_k_times_as_strong(penalty, rng):
    """An update of its own, after that of the loss: without an objective, no other changes the weights."""
    model = small_gan(penalties=[penalty(0.5, every=4)])
    model.objective.discriminator_loss = lambda real, fake: 0.0 * ops.mean(real)
    start = model.discriminator.get_weights()
    seen = []

    def watch(batch, logs):
        backend.synchronize(model)  # Under JAX the weights of a running fit are elsewhere.
        seen.append(model.discriminator.get_weights()[0])

    keep = keras.callbacks.LambdaCallback(on_train_batch_end=watch)
    history = fit(model, 64, rng, callbacks=[keep])
    changed = [(a != b).any() for a, b in itertools.pairwise([start[0], *seen])]
    assert changed == [True, False, False, False, True, False, False, False]
    assert int(model.optimizers["discriminator"].iterations) == 8 + 2
    assert history["discriminator_loss"] == [0.0]
    model.discriminator.set_weights(start)
    generator = model.generator.get_weights()
    eager = small_gan(critic=model.discriminator, penalties=[penalty(0.5)])
    eager.generator.set_weights(generator)
    eager.compile({name: keras.optimizers.SGD(0.0) for name in ("discriminator", "generator")})
    eager.objective.discriminator_loss = model.objective.discriminator_loss
    loss = fit(eager, 64, np.random.default_rng(0))["discriminator_loss"][0]
    assert history["discriminator_regularizer"][0] == pytest.approx(
        loss, rel=0.3
    )  # other minibatches
    # The lazy update draws latents of its own: with the same ones it is 4 times as strong.
    latents = ops.convert_to_tensor(rng.normal(size=(8, model.latent_dim)).astype("float32"))
    model.training_latents = eager.training_latents = lambda num: latents
    model.compile({"discriminator": keras.optimizers.SGD(0.01)}, run_eagerly=True)
    fit(model, 8, np.random.default_rng(0))
    lazy = start[0] - model.discriminator.get_weights()[0]
    model.discriminator.set_weights(start)
    eager.compile({"discriminator": keras.optimizers.SGD(0.01)}, run_eagerly=True)
    fit(eager, 8, np.random.default_rng(0))
    ratio = lazy / (start[0] - model.discriminator.get_weights()[0])
    assert np.median(ratio) == pytest.approx(4.0, rel=1e-3)


def test_lazy_penalties_of_one_model_have_the_same_interval():
    with pytest.raises(ValueError, match=r"same every, got \[2, 4\]"):
        small_gan(penalties=[R1(every=4), R2(every=2)])


def test_batch_normalization_under_a_gradient_penalty_warns():
    def critic():
        return keras.Sequential(
            [keras.Input((5,)), keras.layers.BatchNormalization(), keras.layers.Dense(1)]
        )

    with pytest.warns(UserWarning, match=r"depend on the whole batch \(Gulrajani"):
        small_gan(critic=critic(), penalties=[GradientPenalty()])
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        small_gan(critic=critic(), penalties=[WeightClipping()])
        small_gan(penalties=[GradientPenalty()])


@pytest.mark.parametrize(
    "penalty",
    [GradientPenalty(3.0, 0.5, True, 2), DRAGAN(4.0), R1(1.0, 16), R2(), WeightClipping(1.0)],
)
def test_serialises(penalty):
    assert penalties.get(penalty) is penalty
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(penalty))
    assert type(restored) is type(penalty)
    assert restored.get_config() == penalty.get_config()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: WeightClipping(0.0), "limit must be positive, got 0"),
        (lambda: WeightClipping(-0.01), "limit must be positive"),
        (lambda: GradientPenalty(0.0), "weight of GradientPenalty must be positive"),
        (lambda: GradientPenalty(norm=-1.0), "norm must not be negative"),
        (lambda: R1(every=0), "at least 1, got 0"),
        (lambda: small_gan(penalties=["r3"]), "no penalty 'r3'. Did you mean r"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("penalty", "cost"),
    [
        (R1(gamma=2.0), lambda norm: norm**2),
        (GradientPenalty(weight=3.0), lambda norm: 3.0 * (norm - 1.0) ** 2),
        (DRAGAN(weight=3.0, norm=2.0), lambda norm: 3.0 * (norm - 2.0) ** 2),
    ],
)
def test_the_penalty_for_a_list_is_the_mean_over_its_parts(penalty, cost, game, rng):
    """A critic that is linear has the same slope everywhere, another for each part."""
    slopes = [rng.normal(size=(2, 2, 1)), rng.normal(size=(4, 4, 1))]

    def critic(parts):
        sums = [
            ops.sum(part * ops.convert_to_tensor(slope.astype("float32")), axis=(1, 2, 3))
            for part, slope in zip(parts, slopes, strict=True)
        ]
        return sums[0] + sums[1]

    def examples():
        return [
            ops.convert_to_tensor(rng.normal(size=(5, *s.shape)).astype("float32")) for s in slopes
        ]

    actual = float(penalty(game, critic, examples(), examples()))
    assert actual == pytest.approx(np.mean([cost(np.linalg.norm(s)) for s in slopes]), rel=1e-4)
