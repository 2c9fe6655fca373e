"""Networks of talking heads: shapes, what reaches the output, normalization, bad sizes."""

import keras
import numpy as np
import pytest

from keras_gan.layers import AdaIN, InstanceNormalization, SelfAttention, SpectralNormalization
from keras_gan.networks import talking_head

SHAPE = (16, 16, 3)


def layers_of(network, kind):
    return [layer for layer in network._flatten_layers() if isinstance(layer, kind)]


def test_widths_double_as_in_the_paper():
    shape = (64, 64, 3)
    embedder = talking_head.embedder(shape, 4)
    assert embedder.output_shape == (None, 32)
    assert talking_head.embedder((256, 256, 3), 8, 32).output_shape == (None, 64)  # 512 in 64
    discriminator = talking_head.discriminator(shape, 4)
    logits, *maps = [output.shape[1:] for output in discriminator.outputs]
    assert logits == (1,)
    assert maps == [(32, 32, 4), (16, 16, 8), (8, 8, 16), (4, 4, 32), (4, 4, 32)]
    generator = talking_head.generator(shape, 4)
    assert generator.output_shape == (None, *shape)
    # Two in each of 5 blocks of 16 channels, in 16 -> 8, 8 -> 4 and 4 -> 4, and one at the end.
    channels = 10 * 16 + (16 + 8) + (8 + 4) + (4 + 4) + 4
    assert generator.input_shape[1] == (None, 2 * channels)
    assert len(layers_of(generator, AdaIN)) == 17


def test_convolutions_are_spectrally_normalized_and_only_the_generator_is_otherwise():
    networks = [
        talking_head.embedder(SHAPE, 8, attention=4),
        talking_head.generator(SHAPE, 8, attention=4, halvings=2, blocks=1),
        talking_head.discriminator(SHAPE, 8, attention=4),
    ]
    for network, attentions in zip(networks, (1, 1, 1), strict=True):
        wrapped = {id(each.layer) for each in layers_of(network, SpectralNormalization)}
        convolutions = layers_of(network, keras.layers.Conv2D)
        assert convolutions and all(id(layer) in wrapped for layer in convolutions)
        assert len(layers_of(network, SelfAttention)) == attentions
    embedder, generator, discriminator = networks
    assert not layers_of(embedder, InstanceNormalization)
    assert not layers_of(discriminator, InstanceNormalization)
    # On the way down, of 2 blocks 4, of which the first one's first is none; the others are in AdaIN.
    inner = layers_of(generator, AdaIN)
    assert len(layers_of(generator, InstanceNormalization)) - len(inner) == 3


def test_sums_over_places_and_every_input_count(rng):
    keras.utils.set_random_seed(1)
    embedder = talking_head.embedder(SHAPE, 4)
    generator = talking_head.generator(SHAPE, 4, None, halvings=2, blocks=1)
    discriminator = talking_head.discriminator(SHAPE, 4)
    images, sketches = rng.uniform(-1, 1, (2, 2, *SHAPE)).astype("float32")
    sketches = np.abs(sketches)
    styles = rng.normal(size=(2, *generator.input_shape[1][1:])).astype("float32")
    people = rng.normal(size=(2, *embedder.output_shape[1:])).astype("float32")

    def first(network, *inputs):
        return keras.tree.flatten(network.predict_on_batch([*inputs]))[0]

    for network, inputs in (
        (embedder, (images, sketches)),
        (generator, (sketches, styles)),
        (discriminator, (images, sketches, people)),
    ):
        whole = first(network, *inputs)
        for index in range(len(inputs)):
            other = [each[::-1] if at == index else each for at, each in enumerate(inputs)]
            assert np.abs(first(network, *other) - whole).max() > 1e-5
    assert first(embedder, images, sketches).min() >= 0.0
    assert np.abs(first(generator, sketches, styles)).max() <= 1.0
    last = embedder.layers[-4].output  # before mean, times the places, and what is positive
    maps = keras.Model(embedder.inputs, last).predict_on_batch([images, sketches])
    assert maps.shape == (2, 4, 4, 8)
    expected = np.maximum(maps.sum(axis=(1, 2)), 0.0)
    np.testing.assert_allclose(first(embedder, images, sketches), expected, rtol=1e-4, atol=1e-5)


def test_a_person_is_judged_by_a_product(rng):
    """D = V (w_0 + w) + b: linear in w, by the same V."""
    discriminator = talking_head.discriminator(SHAPE, 4)
    images, sketches = rng.uniform(0, 1, (2, 1, *SHAPE)).astype("float32")
    one, other = rng.normal(size=(2, 1, 8)).astype("float32")

    def logit(people):
        return float(discriminator.predict_on_batch([images, sketches, people])[0][0, 0])

    nobody = logit(np.zeros((1, 8), "float32"))
    assert logit(one + 2.0 * other) - nobody == pytest.approx(
        logit(one) - nobody + 2.0 * (logit(other) - nobody), rel=1e-3, abs=1e-4
    )


def test_other_sizes_are_refused():
    for make, shape in (
        (talking_head.embedder, (64, 32, 3)),
        (talking_head.embedder, (48, 48, 3)),
        (talking_head.discriminator, (4, 4, 3)),
    ):
        with pytest.raises(ValueError, match="image_shape must be square"):
            make(shape, 4)
    with pytest.raises(ValueError, match="halved 3 times"):
        talking_head.generator((36, 36, 3), 4)
