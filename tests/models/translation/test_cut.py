"""CUT and FastCUT: their losses by hand, where they look, and what they learn."""

import keras
import numpy as np
import pytest
from keras import ops
from models.translation.linear import SHAPE

import keras_gan
from keras_gan import CUT, FastCUT
from keras_gan.layers import UnitLength
from keras_gan.networks import cut, resnet
from keras_gan.objectives.contrastive import patch_nce

HEADS = (
    [np.float32([[1.0, -2.0]]), np.float32([0.5, 0.25])],
    [
        np.float32([[0.5, 1.0]]),
        np.float32([-0.5, 0.125]),
    ],
)


def scaling(weight, bias=0.0):
    """x to w x + b, of any size."""
    inputs = keras.Input((None, None, 1), name="inputs")
    layer = keras.layers.Conv2D(1, 1, name="scaled")
    network = keras.Model(inputs, layer(inputs))
    layer.set_weights([np.float32(weight).reshape(1, 1, 1, 1), np.float32([bias])])
    return network


def heads():
    inputs = [keras.Input((None, 1)) for _ in HEADS]
    layers = [keras.layers.Dense(2) for _ in HEADS]
    outputs = [UnitLength()(layer(each)) for layer, each in zip(layers, inputs, strict=True)]
    network = keras.Model(inputs, outputs)
    for layer, weights in zip(layers, HEADS, strict=True):
        layer.set_weights(weights)
    return network


def make(kind, generator=None, critic=None, **settings):
    networks = generator or scaling(0.5), critic or scaling(2.0, 0.3), heads()
    settings = {"features": ["inputs", "scaled"], "jittered": False, **settings}
    return kind(*networks, image_shape=SHAPE, seed=0, **settings)


def contrast(images, sources, weight=0.5):
    """The loss in NumPy, of the input and of w times it."""
    losses = []
    for scale, (matrix, bias) in zip((1.0, weight), HEADS, strict=True):
        queries, keys = (
            (scale * x.reshape(len(x), -1, 1)) @ np.float64(matrix) + bias
            for x in (images, sources)
        )
        queries, keys = (x / np.linalg.norm(x, axis=-1, keepdims=True) for x in (queries, keys))
        similar = queries @ keys.transpose(0, 2, 1) / 0.07
        own = np.diagonal(similar, axis1=1, axis2=2)
        losses.append((np.log(np.exp(similar).sum(axis=2)) - own).mean())
    return np.mean(losses)


@pytest.mark.parametrize("kind", [CUT, FastCUT])
def test_losses_are_the_papers(kind, rng):
    model = make(kind)
    rate = {name: keras.optimizers.SGD(0.0) for name in ("discriminator", "generator")}
    model.compile(rate)
    a, b = rng.uniform(-1, 1, (2, 4, *SHAPE)).astype("float32")
    logs = model.fit(a, b, batch_size=4, verbose=0).history
    a, b = np.float64(a), np.float64(b)
    fakes = a / 2
    expected = contrast(fakes, a)
    if kind is CUT:
        expected = (expected + contrast(b / 2, b)) / 2
    adversarial = ((2 * fakes + 0.3 - 1) ** 2).mean()
    weight = {CUT: 1.0, FastCUT: 10.0}[kind]
    assert logs["generator_contrast"] == [pytest.approx(expected, rel=1e-4)]
    assert logs["generator_loss"] == [pytest.approx(adversarial + weight * expected, rel=1e-4)]
    of_critic = ((2 * b + 0.3 - 1) ** 2).mean() / 2 + ((2 * fakes + 0.3) ** 2).mean() / 2
    assert logs["discriminator_loss"] == [pytest.approx(of_critic / 2, rel=1e-4)]


@pytest.mark.both
def test_patch_nce_of_features_that_tell_nothing_is_the_log_of_the_places():
    same = ops.convert_to_tensor(np.full((2, 5, 4), 0.5, np.float32))
    assert float(patch_nce(same, same)) == pytest.approx(np.log(5.0), rel=1e-5)
    apart = ops.convert_to_tensor(np.eye(4, dtype=np.float32)[None])
    known = np.log(np.exp(1 / 0.07) + 3) - 1 / 0.07
    assert float(patch_nce(apart, apart)) == pytest.approx(known, abs=1e-6)


def test_heads_have_the_authors_size_and_initialization():
    network = cut.heads([3, 128, 256, 256, 256])
    assert network.count_params() == 560_384
    wide = [layer for layer in network.layers if isinstance(layer, keras.layers.Dense)][-1]
    deviation = 0.02 * (2 / 512) ** 0.5
    assert ops.convert_to_numpy(wide.kernel).std() == pytest.approx(deviation, rel=0.02)


def test_the_authors_layers_are_compared_by_default():
    """Channels and sizes of layers 0, 4, 8, 12 and 16, for 128 pixels."""
    network = resnet.generator((128, 128, 3))
    compared = [network.get_layer(name).output.shape[1:] for name in CUT.features]
    assert compared == [(134, 134, 3), (64, 64, 128), *[(32, 32, 256)] * 3]


def test_each_draw_compares_other_places_and_the_same_in_both_images(rng):
    model = make(CUT, places=5)
    image = np.arange(64, dtype="float32").reshape(1, *SHAPE)
    draws = [model._at_places(*map(ops.convert_to_tensor, (image, -image))) for _ in range(2)]
    chosen = [ops.convert_to_numpy(one)[0, :, 0] for one, _ in draws]
    for (_, other), places in zip(draws, chosen, strict=True):
        assert len(set(places)) == 5
        np.testing.assert_array_equal(ops.convert_to_numpy(other)[0, :, 0], -places)
    assert set(chosen[0]) != set(chosen[1])


def test_a_mirrored_translation_is_compared_at_the_places_that_it_came_from(rng):
    """So that its loss is that of the translation that is not mirrored."""
    model = make(FastCUT)
    image = ops.convert_to_tensor(rng.uniform(-1, 1, (2, *SHAPE)).astype("float32"))
    chosen = ops.convert_to_tensor([True, False])
    straight = model.contrast(model.translations(image, image, ops.zeros((2,), bool))[0], image)
    turned = model.contrast(model.translations(image, image, chosen)[0], image, chosen)
    wrong = model.contrast(model.translations(image, image, chosen)[0], image)
    assert float(turned) == pytest.approx(float(straight), rel=1e-5)
    assert float(wrong) > float(straight) + 0.1


def test_papers_settings():
    model = make(CUT)
    model.compile()
    for adam in model.optimizers.values():
        assert isinstance(adam, keras.optimizers.Adam) and adam.beta_1 == 0.5
        assert float(adam.learning_rate) == pytest.approx(2e-4)
    assert (model.contrast_weight, model.identity, model.equivariant) == (1.0, True, False)
    fast = make(FastCUT)
    assert (fast.contrast_weight, fast.identity, fast.equivariant) == (10.0, False, True)
    assert list(fast.generators) == ["AtoB"]


@pytest.mark.slow
@pytest.mark.graph
def test_learns_to_darken_without_pairs(rng):
    """B is A, halved and shifted: of all maps to B's grays, the one that keeps what is where."""
    a = rng.uniform(-1, 1, (256, *SHAPE)).astype("float32")
    b = rng.uniform(-1, 1, (256, *SHAPE)).astype("float32") / 2 - 0.3
    layers = [keras.layers.Conv2D(16, 1, activation="tanh"), keras.layers.Conv2D(1, 1)]
    critic = keras.Sequential([keras.Input((None, None, 1)), *layers])
    generator = scaling(1.0)
    model = make(CUT, generator, critic, contrast_weight=0.1, places=32)
    adam = lambda: keras.optimizers.Adam(5e-3, 0.5)  # noqa: E731
    model.compile({"discriminator": adam(), "generator": adam()}, steps_per_execution=32)
    model.fit(a, b, batch_size=8, epochs=20, verbose=0)
    weight, bias = (w.item() for w in generator.get_weights())
    assert (weight, bias) == pytest.approx((0.5, -0.3), abs=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make(CUT, features=["inputs", "nose"]), r"lacks the layers \['nose'\]"),
        (lambda: make(CUT, places=1), "places must be a whole number of at least 2"),
        (lambda: make(CUT, temperature=0.0), "temperature positive"),
        (lambda: make(CUT, contrast_weight=-1.0), "must not be negative"),
        (lambda: keras_gan.CUT(image_shape=(64, 64)), "image_shape must be"),
    ],
)
def test_bad_settings_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
