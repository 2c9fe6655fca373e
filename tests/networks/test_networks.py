"""Networks against their papers: parameters, shapes, ranges, initialization."""

import itertools

import keras
import numpy as np
import pytest
from networks.counting import conv, parameters

from keras_gan.networks import acgan, biggan, cgan, gan, infogan, r3gan, sngan


def test_gan_parameters():
    assert parameters(gan.generator()) == 100 * 1200 + 1200 + 1200 * 1201 + 784 * 1201
    assert parameters(gan.discriminator()) == 785 * 1200 + 241 * 1200 + 241


def test_cgan_parameters():
    generator = 101 * 200 + 11 * 1000 + 1201 * 1200 + 1201 * 784
    discriminator = 785 * 1200 + 11 * 250 + 291 * 960 + 241
    assert parameters(cgan.generator()) == generator
    assert parameters(cgan.discriminator()) == discriminator


def test_uniform_initialization_of_the_2014_networks():
    keras.utils.set_random_seed(0)
    for network, bound in ((gan.generator(), 0.05), (gan.discriminator(), 0.005)):
        for weight in network.trainable_weights:
            values = np.abs(keras.ops.convert_to_numpy(weight))
            assert values.max() <= bound
            if weight.name == "kernel" and values.size > 10_000:
                assert values.max() > 0.99 * bound


def test_cgan_networks_use_the_label(rng):
    generator, discriminator = cgan.generator(), cgan.discriminator()
    latents = np.repeat(rng.normal(size=(1, 100)), 10, axis=0)
    images = generator.predict([latents, np.arange(10)], verbose=0)
    assert len(np.unique(images.reshape(10, -1), axis=0)) == 10
    logits = discriminator.predict([images[:1].repeat(10, 0), np.arange(10)], verbose=0)
    assert len(np.unique(logits)) == 10


def test_residual_sngan_parameters_are_those_of_table_4():
    """Which the layers of torch-mimicry's networks for 32 pixels add up to."""

    block = 2 * conv(256, 256) + conv(256, 256, 1) + 4 * 256
    generator = 129 * 4096 + 3 * block + 2 * 256 + conv(256, 3)
    assert parameters(sngan.resnet_generator()) == generator == 4_276_739
    first = conv(3, 128) + conv(128, 128) + conv(3, 128, 1)
    down = 2 * conv(128, 128) + conv(128, 128, 1)
    discriminator = first + down + 4 * conv(128, 128) + 129
    assert parameters(sngan.resnet_discriminator()) == discriminator == 1_053_825
    kernels = [x for x in sngan.resnet_discriminator().layers if x.trainable_weights]
    assert {type(x).__name__ for x in kernels} == {"SpectralNormalization"}


def test_residual_sngan_shapes(rng):
    images = sngan.resnet_generator(latent_dim=8, width=4)(rng.normal(size=(3, 8)))
    assert images.shape == (3, 32, 32, 3)
    assert sngan.resnet_discriminator(width=4)(images).shape == (3, 1)
    for network in (sngan.resnet_generator, sngan.resnet_discriminator):
        with pytest.raises(ValueError, match="32x32 pixels"):
            network((64, 64, 3))


def test_biggan_parameters_are_those_of_the_authors_networks_for_cifar10():
    """Issue 78 of the authors' code: about 4.3 million; layer by layer, 4,304,387 and 4,207,361."""

    classes, width = 10, 256
    block = 2 * conv(width, width) + conv(width, width, 1) + 4 * classes * width
    generator = 129 * 16 * width + 3 * block + 2 * width + conv(width, 3)
    assert parameters(biggan.generator(hierarchical=False)) == generator == 4_304_387
    first = conv(3, width) + conv(width, width) + conv(3, width, 1)
    down = 2 * conv(width, width) + conv(width, width, 1)
    discriminator = first + down + 4 * conv(width, width) + width + 1 + classes * width
    assert parameters(biggan.discriminator()) == discriminator == 4_207_361


def test_biggan_parameters_are_those_of_the_paper_for_imagenet(monkeypatch):
    """As google/compare_gan tests its own: 70,433,988 and 87,982,370 for 128 pixels."""
    zeros = lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype)  # noqa: E731
    monkeypatch.setattr(keras.initializers.Orthogonal, "__call__", zeros)  # much faster
    shape = (128, 128, 3)
    generator = biggan.generator(shape, 1000, latent_dim=120, width=96, attention=64)
    assert parameters(generator) == 70_433_988
    assert parameters(biggan.discriminator(shape, 1000, 96, attention=64)) == 87_982_370


def test_acgan_parameters_are_those_of_the_table_for_cifar10():
    generator = 111 * 16 * 384 + conv(384, 192, 5) + conv(192, 96, 5) + conv(96, 3, 5)
    assert parameters(acgan.generator()) == generator + 2 * (192 + 96)
    widths = [3, 16, 32, 64, 128, 256, 512]
    discriminator = sum(conv(a, b) for a, b in itertools.pairwise(widths))
    discriminator += 2 * sum(widths[2:]) + (4 * 4 * 512 + 1) * 11
    assert parameters(acgan.discriminator()) == discriminator


def test_infogan_parameters_are_those_of_table_1():
    """Fully connected layers of 1024, 7x7x128 and 128; 4x4 convolutions to and from 64 channels."""
    generator = 75 * 1024 + 1025 * 6272 + conv(128, 64, 4) + conv(64, 1, 4) + 2 * (1024 + 6272 + 64)
    assert parameters(infogan.generator()) == generator
    shared = conv(1, 64, 4) + conv(64, 128, 4) + 6273 * 1024 + 2 * (128 + 1024)
    heads = 1025 + 1025 * 128 + 2 * 128 + 129 * 12
    assert parameters(infogan.discriminator()) == shared + heads
    with pytest.raises(ValueError, match="multiple of 4"):
        infogan.generator((30, 30, 1))


@pytest.mark.parametrize("network", [infogan, acgan])
def test_weights_and_normalization_start_as_in_infogans_and_acgans_code(network):
    """Kernels from N(0, 0.02), an epsilon of 1e-5."""
    for part in (network.generator(), network.discriminator()):
        kernels = [
            w for w in part.trainable_weights if w.name == "kernel" and np.prod(w.shape) > 9000
        ]
        assert len(kernels) >= 3
        for kernel in kernels:
            assert np.std(keras.ops.convert_to_numpy(kernel)) == pytest.approx(0.02, rel=0.05)
        epsilons = {
            x.epsilon for x in part.layers if isinstance(x, keras.layers.BatchNormalization)
        }
        assert epsilons == {1e-5}


def test_r3gans_weights_start_as_in_the_authors_code():
    """N(0, 1 / fan-in), which for a filter of one channel is its 4x4 pixels; no biases but before ReLUs."""
    network = r3gan.discriminator((32, 32, 3), width=64, blocks=1)
    (filters,) = [x for x in network.layers if isinstance(x, keras.layers.DepthwiseConv2D)]
    assert np.std(keras.ops.convert_to_numpy(filters.kernel)) == pytest.approx(0.25, rel=0.1)
    first, last = network.layers[1], network.layers[-1]
    assert np.std(keras.ops.convert_to_numpy(first.kernel)) == pytest.approx(3**-0.5, rel=0.2)
    assert np.std(keras.ops.convert_to_numpy(last.kernel)) == pytest.approx(64**-0.5, rel=0.3)
    assert not any(layer.use_bias for layer in (first, filters, last))
