"""U-GAT-IT: its layers and losses by hand, and its heat maps."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan import UGATIT
from keras_gan.layers import (
    AdaptiveLayerInstanceNormalization,
    ClassActivation,
    LayerInstanceNormalization,
)
from keras_gan.networks import resnet, ugatit

SHAPE = (16, 16, 3)


def parameters(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


def small(**settings):
    generators = [ugatit.generator((None, None, 3), 2, 1) for _ in "AB"]
    critics = [ugatit.discriminator(SHAPE, 2, (4, 3)) for _ in "AB"]
    return UGATIT(*generators, *critics, image_shape=SHAPE, seed=0, **settings)


def test_parameters_are_the_authors():
    assert parameters(ugatit.generator()) == 10_589_888
    assert parameters(ugatit.discriminator(depths=(7,))) == 53_130_176
    assert parameters(ugatit.discriminator(depths=(5,))) == 3_290_560
    shapes = [shape[1:] for shape in ugatit.discriminator().output_shape]
    assert shapes == [(6, 6, 1), (2,), (30, 30, 1), (2,)]


def test_the_full_generator_has_a_dense_layer_of_all_pixels():
    """The paper's, of 256 pixels and width 64, has 268 million parameters more than the light one."""
    light, full = (ugatit.generator((64, 64, 3), 8, light=light) for light in (True, False))
    assert parameters(full) - parameters(light) == (16 * 16 - 1) * 32 * 32
    assert 10_589_888 + (64 * 64 - 1) * 256 * 256 == 278_959_808


@pytest.mark.both
@pytest.mark.parametrize("adaptive", [False, True])
def test_normalization_is_the_mixture_of_the_paper(adaptive, rng):
    x = rng.normal(2.0, 3.0, (2, 5, 4, 3)).astype("float32")
    gamma, beta = rng.normal(size=(2, 2, 3)).astype("float32")
    rho = np.float32([0.0, 0.3, 1.0])
    layer = (AdaptiveLayerInstanceNormalization if adaptive else LayerInstanceNormalization)()
    inputs = [x, gamma, beta] if adaptive else x
    layer(inputs)
    if not adaptive:
        gamma, beta = gamma[:1].repeat(2, 0), beta[:1].repeat(2, 0)
    layer.set_weights([rho] if adaptive else [rho, gamma[0], beta[0]])

    def normalized(axes):
        mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
        return (x - mean) / np.sqrt(variance + 1e-5)

    mixed = rho * normalized((1, 2)) + (1 - rho) * normalized((1, 2, 3))
    expected = mixed * gamma[:, None, None] + beta[:, None, None]
    np.testing.assert_allclose(ops.convert_to_numpy(layer(inputs)), expected, atol=1e-4)


def test_rho_stays_between_0_and_1(rng):
    model = small()
    model.compile({name: keras.optimizers.SGD(100.0) for name in ("discriminator", "generator")})
    for network in model._whole().values():
        for layer in network.layers:
            if hasattr(layer, "rho"):
                layer.rho.assign(ops.full(layer.rho.shape, 0.5))
    images = rng.integers(0, 256, (2, 1, *SHAPE), np.uint8)
    model.fit(*images, batch_size=1, verbose=0)
    rhos = np.concatenate(
        [
            ops.convert_to_numpy(layer.rho)
            for layer in model.generator_ab.layers
            if hasattr(layer, "rho")
        ]
    )
    assert ((rhos >= 0) & (rhos <= 1)).all() and (rhos != 0.5).any()


@pytest.mark.parametrize("normalized", [False, True])
def test_class_activation_weighs_channels_by_their_weights(normalized, rng):
    layer = ClassActivation(normalized)
    x = rng.normal(size=(2, 4, 4, 3)).astype("float32")
    layer(x)
    average, maximum = rng.normal(size=(2, 3)).astype("float32")
    layer.set_weights([average, maximum])
    if normalized:
        average, maximum = (each / np.linalg.norm(each) for each in (average, maximum))
    weighed, logits = (ops.convert_to_numpy(each) for each in layer(x))
    np.testing.assert_allclose(weighed, np.concatenate([x * average, x * maximum], -1), rtol=1e-4)
    expected = np.stack([x.mean((1, 2)) @ average, x.max((1, 2)) @ maximum], 1)
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_losses_are_the_papers(rng):
    """By outputs of the networks before the step."""
    model = small(jittered=False)
    rate = {name: keras.optimizers.SGD(0.0) for name in ("discriminator", "generator")}
    model.compile(rate)
    a, b = rng.uniform(-1, 1, (2, 2, *SHAPE)).astype("float32")
    for critic in (model.discriminator_a, model.discriminator_b):
        for layer in critic.layers:
            if isinstance(layer, keras_gan.layers.SpectralNormalization):
                layer.iterations = 200  # sigma settles
                layer(ops.zeros((1, *layer.input.shape[1:])), training=True)
                layer.iterations = 1

    def run(network, x):
        return [np.float64(each) for each in network.predict_on_batch(np.float32(x))]

    def square(outputs, target):
        return sum(((each - target) ** 2).mean() for each in outputs)

    to_b, to_a = model.generator_ab, model.generator_ba
    fake_b, source_a, _ = run(to_b, a)
    fake_a, source_b, _ = run(to_a, b)
    same_b, target_b, _ = run(to_b, b)
    same_a, target_a, _ = run(to_a, a)
    cycles = np.abs(run(to_a, fake_b)[0] - a).mean() + np.abs(run(to_b, fake_a)[0] - b).mean()
    identity = np.abs(same_a - a).mean() + np.abs(same_b - b).mean()
    critic_a, critic_b = model.discriminator_a, model.discriminator_b
    of_fakes = [run(critic_a, fake_a), run(critic_b, fake_b)]
    cam = sum(np.log1p(np.exp(-x)).mean() for x in (source_a, source_b))
    cam += sum(np.log1p(np.exp(x)).mean() for x in (target_a, target_b))

    def decay(*networks):
        return 5e-5 * sum((np.float64(w) ** 2).sum() for n in networks for w in n.trainable_weights)

    expected = sum(square(each, 1.0) for each in of_fakes) + 10.0 * (cycles + identity)
    expected += 1000.0 * cam + decay(to_a, to_b)
    logs = model.fit(a, b, batch_size=2, verbose=0).history
    assert logs["generator_loss"] == [pytest.approx(expected, rel=1e-3)]
    expected = sum(square(each, 0.0) for each in of_fakes) + decay(critic_a, critic_b)
    expected += square(run(critic_a, a), 1.0) + square(run(critic_b, b), 1.0)
    assert logs["discriminator_loss"] == [pytest.approx(expected, rel=1e-3)]


def test_papers_settings():
    model = small()
    model.compile()
    for adam in model.optimizers.values():
        assert isinstance(adam, keras.optimizers.Adam) and adam.beta_1 == 0.5
        assert float(adam.learning_rate) == pytest.approx(1e-4)
    assert (model.cycle_weight, model.identity_weight, model.cam_weight) == (10.0, 1.0, 1000.0)
    assert (model.pool_size, model.weight_decay) == (0, 1e-4)


def test_heat_maps_show_where_the_channels_are_active(rng):
    model = small()
    images = rng.integers(0, 256, (3, *SHAPE), np.uint8)
    maps = model.attention(images)
    assert maps.shape == (3, 16, 16) and maps.dtype == np.uint8
    found = model.generator_ab.predict_on_batch(np.float32(images / 127.5 - 1))[2][0, :, :, 0]
    row, column = np.unravel_index(found.argmax(), found.shape)
    patch = maps[0, 4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
    assert patch.mean() > maps[0].mean()
    assert (maps != model.attention(images, "BtoA")).any()


@pytest.mark.slow
def test_pictures_of_any_size_are_translated_by_averages(rng, tmp_path):
    model = small(ema=0.5)
    model.compile()
    model.fit(*rng.integers(0, 256, (2, 1, *SHAPE), np.uint8), batch_size=1, verbose=0)
    photo = rng.integers(0, 256, (20, 30, 3), np.uint8)
    made = model.translate(photo, "BtoA", size="full")
    assert made.shape == photo.shape
    model.save(tmp_path / "model.keras")
    restored = keras_gan.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(restored.translate(photo, "BtoA", size="full"), made)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ugatit.generator((18, 16, 3)), "multiples of 4"),
        (lambda: ugatit.generator((None, None, 3), light=False), "of one size unless light"),
        (
            lambda: ugatit.discriminator((64, 64, 3), depths=(7,)),
            "at least 128 pixels .* depth of 7",
        ),
        (lambda: small(cam_weight=-1.0), "must not be negative"),
        (lambda: small().attention(np.zeros((1, 8, 8, 3), np.uint8)), r"must be \(n, 16, 16, 3\)"),
        (
            lambda: UGATIT(resnet.generator((None, None, 3), 2, 1), image_shape=SHAPE),
            "generator_ab must have three outputs",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
