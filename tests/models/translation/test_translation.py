"""The models of image translation: losses by hand, updates, state, and what they learn."""

import keras
import numpy as np
import pytest
from keras import ops
from models.translation.linear import SHAPE, linear, make

from keras_gan import CycleGAN, DiscoGAN, DualGAN, Pix2Pix

UNPAIRED = [CycleGAN, DiscoGAN, DualGAN]
KINDS = [Pix2Pix, *UNPAIRED]
EACH = pytest.mark.parametrize("kind", KINDS)


def compiled(model, discriminator=0.0, generator=0.0, **kwargs):
    rates = {"discriminator": discriminator, "generator": generator}
    names = [player.name for player in model.players]
    model.compile({name: keras.optimizers.SGD(rates[name]) for name in names}, **kwargs)
    return model


def domains(rng, num=4):
    return rng.uniform(-1, 1, (2, num, *SHAPE)).astype("float32")


def softplus(x):
    return np.log1p(np.exp(x))


def generator_loss(kind, a, b, g=(0.5, 0.0), f=(0.25, 0.1)):
    """The papers' formulas, in NumPy; g is the generator from A to B, f the other."""
    a, b = np.float64(a), np.float64(b)
    to_b, to_a = (lambda x: g[0] * x + g[1]), (lambda x: f[0] * x + f[1])
    critic_a, critic_b = (lambda x: 2 * x + 0.3), (lambda x: 0.3 - x)
    l1 = lambda x, y: np.abs(x - y).mean()  # noqa: E731
    fake_a, fake_b = to_a(b), to_b(a)
    if kind is Pix2Pix:
        logits = a - 2 * fake_b + 0.1
        return softplus(-logits).mean() + 100 * l1(b, fake_b)
    if kind is CycleGAN:
        deceived = ((critic_a(fake_a) - 1) ** 2).mean() + ((critic_b(fake_b) - 1) ** 2).mean()
        cycles = l1(to_a(fake_b), a) + l1(to_b(fake_a), b)
        return deceived + 10 * cycles + 5 * (l1(to_a(a), a) + l1(to_b(b), b))
    if kind is DiscoGAN:
        deceived = softplus(-critic_a(fake_a)).mean() + softplus(-critic_b(fake_b)).mean()
        return deceived + ((to_a(fake_b) - a) ** 2).mean() + ((to_b(fake_a) - b) ** 2).mean()
    deceived = -critic_a(fake_a).mean() - critic_b(fake_b).mean()
    return deceived + 100 * (l1(to_a(fake_b), a) + l1(to_b(fake_a), b))


def discriminator_loss(kind, a, b):
    a, b = np.float64(a), np.float64(b)
    if kind is Pix2Pix:
        real, fake = a - 2 * b + 0.1, a - 2 * (0.5 * a) + 0.1
        return (softplus(-real).mean() + softplus(fake).mean()) / 2
    loss = 0.0
    for real, fake in ((2 * a + 0.3, 2 * (b / 4 + 0.1) + 0.3), (0.3 - b, 0.3 - a / 2)):
        loss += {
            CycleGAN: ((real - 1) ** 2).mean() / 2 + (fake**2).mean() / 2,
            DiscoGAN: softplus(-real).mean() + softplus(fake).mean(),
            DualGAN: fake.mean() - real.mean(),
        }[kind]
    return loss


@EACH
def test_losses_are_the_papers(kind, rng):
    options = {"discriminator_steps": 1, "penalties": ()} if kind is DualGAN else {}
    model = compiled(make(kind, **options))
    a, b = domains(rng)
    logs = model.fit(a, b, batch_size=4, verbose=0).history
    assert logs["discriminator_loss"] == pytest.approx([discriminator_loss(kind, a, b)], rel=1e-5)
    assert logs["generator_loss"] == pytest.approx([generator_loss(kind, a, b)], rel=1e-5)


@EACH
def test_generators_follow_the_slope_of_the_whole_loss(kind, rng):
    """Both cycles included: a step of SGD against finite differences of the formula."""
    options = {"discriminator_steps": 1, "penalties": ()} if kind is DualGAN else {}
    model = compiled(make(kind, **options), generator=0.01)
    a, b = domains(rng)
    model.fit(a, b, batch_size=4, verbose=0)
    moved = [weight.item() for g in model.generators.values() for weight in g.get_weights()]
    start = [0.5, 0.0] if kind is Pix2Pix else [0.5, 0.0, 0.25, 0.1]
    step = 1e-5
    for index, (before, after) in enumerate(zip(start, moved, strict=True)):
        values = []
        for sign in (1, -1):
            x = [*start, 0.25, 0.1][:4]
            x[index] += sign * step
            values.append(generator_loss(kind, a, b, x[:2], x[2:]))
        slope = (values[0] - values[1]) / (2 * step)
        assert (before - after) / 0.01 == pytest.approx(slope, rel=2e-3, abs=2e-3)


def test_each_generator_runs_once_on_each_of_its_inputs(rng):
    """Translated, cycled and identity images are shared by both players' updates."""
    model = compiled(make(CycleGAN), run_eagerly=True)
    for generator in model.generators.values():
        generator.layers[0].calls = 0
    a, b = domains(rng, 2)
    model.fit(a, b, batch_size=2, verbose=0)
    calls = [generator.layers[0].calls for generator in model.generators.values()]
    assert calls == [3, 3]


def test_papers_settings():
    adam, rmsprop = keras.optimizers.Adam, keras.optimizers.RMSprop
    expected = {Pix2Pix: (adam, 2e-4), CycleGAN: (adam, 2e-4), DiscoGAN: (adam, 2e-4)}
    expected[DualGAN] = rmsprop, 5e-5
    for kind, (optimizer, rate) in expected.items():
        model = make(kind)
        model.compile()
        for mine in model.optimizers.values():
            assert type(mine) is optimizer and float(mine.learning_rate) == pytest.approx(rate)
            assert optimizer is rmsprop or (mine.beta_1, mine.beta_2) == (0.5, 0.999)
    assert make(CycleGAN).pool_size == 50 and make(DiscoGAN).pool_size == 0
    assert [penalty.limit for penalty in make(DualGAN).penalties] == [0.01]


def test_clipping_holds_both_critics_of_dualgan(rng):
    model = compiled(make(DualGAN), discriminator=0.1)
    a, b = domains(rng, 6)
    model.fit(a, b, batch_size=2, verbose=0)
    for critic in (model.discriminator_a, model.discriminator_b):
        assert all(np.abs(weight).max() <= 0.01 for weight in critic.get_weights())


def test_l1_alone_is_a_game_of_one(rng):
    model = compiled(make(Pix2Pix, adversarial_weight=0.0), generator=1e-3)
    a, b = domains(rng)
    logs = model.fit(a, b, batch_size=4, verbose=0).history
    assert list(logs) == ["generator_loss"]
    assert logs["generator_loss"] == pytest.approx([100 * np.abs(b - a / 2).mean()], rel=1e-5)


def test_direction_of_pix2pix_exchanges_the_pair(rng):
    a, b = domains(rng)
    there, back = compiled(make(Pix2Pix)), compiled(make(Pix2Pix, direction="BtoA"))
    expected = there.fit(a, b, batch_size=4, verbose=0).history
    for name, losses in back.fit(b, a, batch_size=4, verbose=0).history.items():
        assert losses == pytest.approx(expected[name])
    assert list(back.generators) == ["BtoA"]


def test_pool_is_what_the_discriminators_see(rng):
    model = compiled(make(CycleGAN, pool_size=6))
    a, b = domains(rng, 4)
    model.fit(a, b, batch_size=4, verbose=0, shuffle=False)
    assert int(model.pool_b.count) == 4
    kept = ops.convert_to_numpy(model.pool_b.images)
    np.testing.assert_allclose(kept[:4], a / 2, atol=1e-6)
    np.testing.assert_array_equal(kept[4:], 0)


def test_domains_of_different_lengths_are_both_seen_whole(rng):
    """An epoch goes through the larger domain."""
    model, seen = make(CycleGAN), []
    model.compile(run_eagerly=True)
    original = model.prepare

    def prepare(**domains):
        images = domains["images_a"], domains["images_b"]
        seen.append([float(ops.convert_to_numpy(image)[0, 0, 0, 0]) for image in images])
        return original(**domains)

    model.prepare = prepare
    a, b = (np.broadcast_to(np.arange(n)[:, None, None, None] / 10, (n, *SHAPE)) for n in (3, 5))
    model.fit(a.astype("float32"), b.astype("float32"), verbose=0)
    if keras.backend.backend() == "tensorflow":  # JAX traces a step once more
        assert len(seen) == 5
    of_a, of_b = np.array(seen)[-5:].T.round(3)
    assert sorted(of_b) == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert set(of_a[:3]) == {0.0, 0.1, 0.2}


def test_pairs_are_jittered_alike_and_domains_are_not(rng):
    images = ops.convert_to_tensor(domains(rng)[0])

    def prepared(kind):
        batch = make(kind, jittered=True).prepare(images_a=images, images_b=images)
        return [ops.convert_to_numpy(batch[name]) for name in ("images_a", "images_b")]

    first, second = prepared(Pix2Pix)
    np.testing.assert_array_equal(first, second)
    assert len({image.tobytes() for image in first}) == 4
    first, second = prepared(CycleGAN)
    assert (first != second).any()


# That they learn: B is A with inverted colors.


def inverted(rng, num):
    """Gray values with a long tail to one side, so that an inversion alone makes one domain of the other."""
    gray = lambda: (0.9 - 0.5 * rng.gamma(1.0, 0.5, (num, *SHAPE)).clip(0, 3)).astype("float32")  # noqa: E731
    return gray(), -gray()


@pytest.mark.slow
@pytest.mark.graph
def test_pix2pix_learns_to_invert(rng):
    a, _ = inverted(rng, 64)
    model = make(Pix2Pix)
    adams = {
        name: keras.optimizers.Adam(rate)
        for name, rate in (("discriminator", 1e-3), ("generator", 0.02))
    }
    model.compile(adams, steps_per_execution=16)
    model.fit(a, -a, batch_size=4, epochs=12, verbose=0)
    weight, bias = (w.item() for w in model.generator.get_weights())
    assert (weight, bias) == pytest.approx((-1.0, 0.0), abs=0.05)


def small_critic():
    layers = [keras.layers.Conv2D(16, 1, activation="tanh"), keras.layers.Conv2D(1, 1)]
    return keras.Sequential([keras.Input((None, None, 1)), *layers])


@pytest.mark.slow
@pytest.mark.graph
def test_cyclegan_learns_to_invert_without_pairs(rng):
    a, b = inverted(rng, 256)
    generators = linear([-0.2], 0.0), linear([-0.2], 0.0)
    model = CycleGAN(
        *generators,
        small_critic(),
        small_critic(),
        image_shape=SHAPE,
        identity_weight=0.0,
        cycle_weight=1.0,
        jittered=False,
        seed=0,
    )
    adam = lambda rate: keras.optimizers.Adam(rate, 0.5)  # noqa: E731
    model.compile({"discriminator": adam(5e-3), "generator": adam(5e-3)}, steps_per_execution=32)
    model.fit(a, b, batch_size=8, epochs=25, verbose=0)
    for generator in generators:
        weight, bias = (w.item() for w in generator.get_weights())
        assert (weight, bias) == pytest.approx((-1.0, 0.0), abs=0.15)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.zeros((4, *SHAPE)), None, "images of A and of B"),
        (np.zeros((4, 8, 9, 1)), np.zeros((4, *SHAPE)), r"got \(4, 8, 9, 1\) of A"),
        (np.zeros((4, *SHAPE)), np.zeros((0, *SHAPE)), "domain B is empty"),
        (np.full((4, *SHAPE), 2.0), np.zeros((4, *SHAPE)), r"floats in \[-1, 1\]"),
        (np.zeros((4, *SHAPE)), np.zeros((5, *SHAPE)), "learns from pairs.*got 4 and 5"),
    ],
)
def test_fit_refuses(a, b, message):
    model = make(Pix2Pix)
    model.compile()
    with pytest.raises(ValueError, match=message):
        model.fit(a, b, verbose=0)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (Pix2Pix, {"direction": "AB"}, "must be AtoB or BtoA, got 'AB'"),
        (Pix2Pix, {"l1_weight": 0.0, "adversarial_weight": 0.0}, "nor both 0"),
        (CycleGAN, {"cycle_weight": -1.0}, "must not be negative"),
        (CycleGAN, {"objective": "least_square"}, "least_squares"),
    ],
)
def test_arguments_out_of_range_are_refused(kind, options, message):
    with pytest.raises(ValueError, match=message):
        make(kind, **options)


def test_networks_that_do_not_fit_are_refused():
    two, one = linear([1.0, 1.0], 0.0), linear([1.0], 0.0)
    with pytest.raises(ValueError, match=r"must take images \(8, 8, 2\), got \(None, None, 1\)"):
        Pix2Pix(one, linear([1.0], 0.0), image_shape=SHAPE)
    with pytest.raises(ValueError, match=r"must take images \(8, 8, 1\), got \(None, None, 2\)"):
        Pix2Pix(two, linear([1.0, 1.0], 0.0), image_shape=SHAPE)
    halving = keras.Sequential([keras.Input(SHAPE), keras.layers.Conv2D(1, 2, 2)])
    with pytest.raises(ValueError, match=r"must generate images \(8, 8, 1\), got \(4, 4, 1\)"):
        Pix2Pix(halving, two, image_shape=SHAPE)
    wide = keras.Sequential([keras.Input((None, None, 2)), keras.layers.Conv2D(1, 9)])
    with pytest.raises(
        ValueError, match=r"has no output for images \(8, 8, 2\): they are too small"
    ):
        Pix2Pix(one, wide, image_shape=SHAPE)
    with pytest.raises(ValueError, match=r"at least 8 pixels a side, got \(4, 8, 1\)"):
        Pix2Pix(one, two, image_shape=(4, 8, 1))
