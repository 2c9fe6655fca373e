"""Laws of all variants: each player trains its own variables on the paper's loss, and a file restores all."""

import keras
import numpy as np
import pytest
from keras import ops
from variants import VARIANTS, arrays, make

import keras_gan
from keras_gan.layers import SpectralNormalization

BATCH = 8


def each(names=VARIANTS):
    """Runs a test for variants, of which the large ones are slow."""
    slow = {True: [pytest.mark.slow], False: []}
    return pytest.mark.parametrize(
        "name", [pytest.param(n, marks=slow[VARIANTS[n].large]) for n in names]
    )


def values(variables):
    return [ops.convert_to_numpy(variable) for variable in variables]


def fit(model, name, rng, steps=2, **kwargs):
    columns = arrays(name, BATCH * steps * model.batches_per_step, rng)
    return model.fit(*columns, batch_size=BATCH, verbose=0, **kwargs).history


def settings(model):
    """The config but for the networks."""
    config = model.get_config()
    return {
        key: value
        for key, value in config.items()
        if not isinstance(getattr(model, key, 0), keras.Model)
    }


def test_every_variant_has_a_row():
    assert sorted(VARIANTS) == sorted(keras_gan.models.__all__)


# A step under JAX trains as it does under TensorFlow (tests/backend/test_steps.py): what it trains, and on
# which loss, is tested once.


@pytest.mark.tensorflow
@each()
def test_a_player_trains_its_own_variables_and_only_those(name, rng):
    """One player after the other has a learning rate, the others none: they stay bit for bit."""
    model = make(name)
    assert len(model.players) == VARIANTS[name].players
    # Clipping and constraints change weights without a gradient.
    model.penalties = [p for p in getattr(model, "penalties", ()) if not hasattr(p, "limit")]
    for player in model.players:
        for variable in player.variables:
            variable.constraint = None
    model.compile({model.key(player): keras.optimizers.Adam() for player in model.players})
    for index, player in enumerate(model.players):
        for each in model.players:
            model.optimizers[model.key(each)].learning_rate = 1e-3 if each is player else 0.0
        others = [variable for p in model.players if p is not player for variable in p.variables]
        before, before_others = values(player.variables), values(others)
        fit(model, name, rng)
        changed = [(a != b).any() for a, b in zip(before, values(player.variables), strict=True)]
        unmoved = [v.path for v, moved in zip(player.variables, changed, strict=True) if not moved]
        assert len(unmoved) <= VARIANTS[name].unmoved[index], unmoved
        for a, b in zip(before_others, values(others), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.slow_under_jax
@each()
def test_a_restored_model_goes_on_as_if_uninterrupted(name, tmp_path):
    """Weights, both optimizers' state, random state and the state of penalties, pools and averages."""
    model = make(name, state=True)
    model.compile()
    fit(model, name, np.random.default_rng(0))
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    assert type(restored) is type(model)
    assert settings(restored) == settings(model)
    expected, actual = (
        fit(each, name, np.random.default_rng(1), epochs=2, initial_epoch=1)
        for each in (model, restored)
    )
    for key, losses in expected.items():
        assert actual[key] == pytest.approx(losses, rel=1e-6, abs=1e-7)
    for one, other in ((model, restored), (model.optimizer, restored.optimizer)):
        for a, b in zip(values(one.variables), values(other.variables), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


# The papers' losses, of logits of real and of generated examples, in NumPy.


def softplus(x):
    return np.log1p(np.exp(x))


def relu(x):
    return np.maximum(x, 0.0)


def deceive(fake):
    """The generator's non-saturating loss."""
    return softplus(-fake).mean()


LOSSES = {  # the discriminator's, the generator's
    "non_saturating": (
        lambda real, fake: softplus(-real).mean() + softplus(fake).mean(),
        lambda real, fake: deceive(fake),
    ),
    "one_sided_smoothing": (
        lambda real, fake: (
            0.9 * softplus(-real).mean() + 0.1 * softplus(real).mean() + softplus(fake).mean()
        ),
        lambda real, fake: deceive(fake),
    ),
    "least_squares": (
        lambda real, fake: ((real - 1) ** 2).mean() / 2 + (fake**2).mean() / 2,
        lambda real, fake: ((fake - 1) ** 2).mean() / 2,
    ),
    # T = v, f*(t) = exp(t - 1): the heuristic of section 3.2 maximizes T of what is generated.
    "kl": (
        lambda real, fake: np.exp(fake - 1).mean() - real.mean(),
        lambda real, fake: -fake.mean(),
    ),
    "hinge": (
        lambda real, fake: relu(1 - real).mean() + relu(1 + fake).mean(),
        lambda real, fake: -fake.mean(),
    ),
    "wasserstein": (
        lambda real, fake: fake.mean() - real.mean(),
        lambda real, fake: -fake.mean(),
    ),
    "relativistic": (
        lambda real, fake: softplus(fake - real).mean(),
        lambda real, fake: softplus(real - fake).mean(),
    ),
}
# Losses with penalties: that of the logits, and what is added for squared gradient norms at real, generated
# and midway points.
PENALIZED = {
    "gradient_penalty": (
        "wasserstein",
        lambda real, fake, midway: 10 * ((np.sqrt(midway) - 1) ** 2).mean(),
    ),
    "r1_and_r2": (
        "relativistic",
        lambda real, fake, midway: 0.05 / 2 * (real.mean() + fake.mean()),
    ),
}


def squared_slopes(critic, points):
    """|grad|^2 (n,) of `variants.dense_critic`, w2 . tanh(W1 x + b1) + b2, by hand."""
    matrix, bias, weights, _ = (np.float64(w) for w in critic.get_weights())
    hidden = np.tanh(points.reshape(len(points), -1) @ matrix + bias)
    slopes = ((1 - hidden**2) * weights[:, 0]) @ matrix.T
    return (slopes**2).sum(axis=1)


def stop_dropout(network):
    for layer in network._flatten_layers():
        if isinstance(getattr(layer, "rate", None), float):
            layer.rate = 0.0


def power_iterations(model, count):
    """Sets those of each call of a spectral norm: many let it settle, so that the network is one function."""
    for layer in model._flatten_layers():
        if isinstance(layer, SpectralNormalization):
            layer.iterations = count


@pytest.mark.tensorflow
@each([name for name, row in VARIANTS.items() if row.loss])
def test_losses_are_the_papers(name, rng):
    row, model = VARIANTS[name], make(name, discriminator_steps=1)
    for network in (model.generator, model.discriminator):
        stop_dropout(network)
    for penalty in model.penalties:
        penalty.after_update(model.discriminator)  # weights that are clipped already
    latents = rng.normal(size=(BATCH, *model.generator.inputs[0].shape[1:])).astype("float32")
    columns = arrays(name, BATCH, rng)
    images, *labels = columns
    reals = images.astype("float32") / 127.5 - 1.0

    def run(network, examples):
        inputs = [examples, *labels] if labels else examples
        return np.float64(ops.convert_to_numpy(network(inputs, training=True)))

    power_iterations(model, 50)
    for _ in range(2):
        fakes = run(model.generator, latents)
        real, fake = (run(model.discriminator, x.astype("float32")) for x in (reals, fakes))
    power_iterations(model, 1)
    model.training_latents = lambda num: ops.convert_to_tensor(latents)
    model.uniform = lambda shape: ops.full(shape, 0.5)
    model.compile({model.key(player): keras.optimizers.SGD(0.0) for player in model.players})
    logs = model.fit(*columns, batch_size=BATCH, shuffle=False, verbose=0).history
    formula, added = row.loss, 0.0
    if formula in PENALIZED:
        formula, penalty = PENALIZED[formula]
        points = reals, fakes, (reals + fakes) / 2
        added = penalty(*(squared_slopes(model.discriminator, np.float64(x)) for x in points))
    of_discriminator, of_generator = LOSSES[formula]
    assert logs["discriminator_loss"] == [
        pytest.approx(of_discriminator(real, fake) + added, rel=1e-3)
    ]
    assert logs["generator_loss"] == [pytest.approx(of_generator(real, fake), rel=1e-3)]
