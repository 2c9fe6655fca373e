"""Networks against their papers: parameters, shapes, ranges, initialization."""

import itertools

import keras
import numpy as np
import pytest

from keras_gan.networks import (
    acgan,
    biggan,
    cgan,
    classifier,
    dcgan,
    gan,
    infogan,
    msggan,
    progan,
    r3gan,
    sngan,
    stylegan2,
)


def parameters(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


def test_gan_parameters():
    assert parameters(gan.generator()) == 100 * 1200 + 1200 + 1200 * 1201 + 784 * 1201
    assert parameters(gan.discriminator()) == 785 * 1200 + 241 * 1200 + 241


def test_cgan_parameters():
    generator = 101 * 200 + 11 * 1000 + 1201 * 1200 + 1201 * 784
    discriminator = 785 * 1200 + 11 * 250 + 291 * 960 + 241
    assert parameters(cgan.generator()) == generator
    assert parameters(cgan.discriminator()) == discriminator


def test_dcgan_parameters_are_those_of_the_common_64_pixel_networks():
    """3,576,704 and 2,765,568 without biases, which we have where no normalization follows."""
    assert parameters(dcgan.generator()) == 3_576_704 + 3
    assert parameters(dcgan.discriminator()) == 2_765_568 + 64 + 1


@pytest.mark.parametrize("size", [28, 32, 64, 128])
def test_dcgan_sizes_and_guidelines(size):
    generator = dcgan.generator((size, size, 3), latent_dim=8, width=2)
    discriminator = dcgan.discriminator((size, size, 3), width=2)
    images = generator.predict(np.random.default_rng(0).normal(size=(2, 8)), verbose=0)
    assert images.shape == (2, size, size, 3)
    assert np.abs(images).max() <= 1.0
    assert discriminator.predict(images, verbose=0).shape == (2, 1)
    kinds = [type(layer).__name__ for layer in (*generator.layers, *discriminator.layers)]
    assert not any("Pooling" in kind for kind in kinds)
    # Normalized everywhere but in the generator's output and the discriminator's input layer.
    convolutions = sum(kind.startswith("Conv2D") for kind in kinds)
    assert kinds.count("BatchNormalization") == convolutions - 1


def test_dcgan_weights_start_at_the_papers_scale():
    keras.utils.set_random_seed(0)
    for network in (dcgan.generator(), dcgan.discriminator()):
        for weight in network.trainable_weights:
            if weight.name == "kernel":
                values = keras.ops.convert_to_numpy(weight)
                assert np.std(values) == pytest.approx(0.02, rel=0.05)
                assert abs(np.mean(values)) < 0.001


def test_dcgan_discriminator_with_other_normalisations():
    """Without batch normalization every convolution has a bias; under spectral, every kernel is wrapped."""
    biases = 64 + 128 + 256 + 512 + 1
    kernels = 2_765_568 - 2 * (128 + 256 + 512)
    for normalization in (None, "spectral"):
        network = dcgan.discriminator(normalization=normalization)
        assert parameters(network) == kernels + biases
        kinds = [type(layer).__name__ for layer in network.layers]
        assert "BatchNormalization" not in kinds
        assert kinds.count("SpectralNormalization") == (5 if normalization else 0)
    with pytest.raises(ValueError, match='normalization must be "batch"'):
        dcgan.discriminator(normalization="layer")


@pytest.mark.parametrize("shape", [(64, 48, 3), (50, 50, 3)])
def test_dcgan_refuses_other_sizes(shape):
    with pytest.raises(ValueError, match="28, 32, 64 or 128"):
        dcgan.generator(shape)
    with pytest.raises(ValueError, match="28, 32, 64 or 128"):
        dcgan.discriminator(shape)


def test_uniform_initialisation_of_the_2014_networks():
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


def test_classifier_has_features():
    network = classifier.classifier((28, 28, 1), num_classes=7, width=4, features=16)
    assert network.output_shape == (None, 7)
    assert network.get_layer("features").output.shape == (None, 16)


def test_classifier_of_more_stages_sees_more():
    network = classifier.classifier((128, 128, 3), num_classes=2, width=2, stages=5)
    planes = [layer.output.shape for layer in network.layers if "pooling" in layer.name]
    assert planes == [
        (None, 64, 64, 2),
        (None, 32, 32, 4),
        (None, 16, 16, 8),
        (None, 8, 8, 16),
        (None, 32),
    ]


@pytest.mark.tensorflow  # Making networks is slow on JAX, and the same.
def test_residual_classifier_has_three_convolutions_a_stage():
    network = classifier.residual((32, 32, 3), 10, widths=(64, 192, 256))
    widths = [32, 64, 192, 256]
    expected = 9 * 3 * 32 + 2 * 32
    for inputs, outputs in itertools.pairwise(widths):
        expected += 9 * inputs * outputs + 2 * 9 * outputs * outputs + 3 * 2 * outputs
    expected += 257 * 10
    assert parameters(network) == expected == 2_494_890
    planes = [layer.output.shape[1] for layer in network.layers if "pooling" in layer.name]
    assert planes == [16, 8, 4, 256]
    assert network.get_layer("features").output.shape == (None, 256)
    assert network.output_shape == (None, 10)


@pytest.mark.tensorflow  # Making networks is slow on JAX, and the same.
def test_stylegan2_parameters_are_those_of_the_authors_code():
    """As it prints them for 1024 pixels: in sum, and for its layers of 64 pixels."""
    generator = stylegan2.generator((1024, 1024, 3))
    assert parameters(generator) == 30_370_060
    assert parameters(stylegan2.discriminator((1024, 1024, 3))) == 29_012_513
    assert parameters(generator.get_layer("mapping")) == 8 * 262_656
    modulated = [layer for layer in generator._flatten_layers() if hasattr(layer, "demodulate")]
    sizes = [parameters(layer) for layer in modulated if layer.output.shape[1] == 64]
    assert sorted(sizes) == [
        264_195,
        2_622_464,
        2_622_464,
    ]  # and one each for the strength of the noise
    assert parameters(stylegan2.generator((1024, 1024, 3), mapping_layers=2)) == 28_794_124


@pytest.mark.parametrize("size", [8, 64])
def test_stylegan2_sizes(size, rng):
    generator = stylegan2.generator((size, size, 3), 8, 64, 8, 2)
    images = generator.predict(rng.normal(size=(5, 8)), verbose=0)
    assert images.shape == (5, size, size, 3)
    count = 2 * np.log2(size) - 2
    assert generator.get_layer("synthesis").input_shape == (None, count, 8)
    critic = stylegan2.discriminator((size, size, 3), 64, 8)
    assert critic.predict(images, verbose=0).shape == (5, 1)


@pytest.mark.parametrize("shape", [(4, 4, 3), (28, 28, 1), (64, 32, 3), (48, 48, 3), (2, 2, 3)])
def test_stylegan2_refuses_other_sizes(shape):
    for network in (stylegan2.generator, stylegan2.discriminator):
        with pytest.raises(ValueError, match=r"4 \* 2\^k pixels a side"):
            network(shape)


@pytest.mark.tensorflow
def test_residual_sngan_parameters_are_those_of_table_4():
    """Which the layers of torch-mimicry's networks for 32 pixels add up to."""

    def conv(inputs, outputs, side=3):
        return side * side * inputs * outputs + outputs

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


@pytest.mark.tensorflow
def test_biggan_parameters_are_those_of_the_authors_networks_for_cifar10():
    """Issue 78 of the authors' code: about 4.3 million; layer by layer, 4,304,387 and 4,207,361."""

    def conv(inputs, outputs, side=3):
        return side * side * inputs * outputs + outputs

    classes, width = 10, 256
    block = 2 * conv(width, width) + conv(width, width, 1) + 4 * classes * width
    generator = 129 * 16 * width + 3 * block + 2 * width + conv(width, 3)
    assert parameters(biggan.generator(hierarchical=False)) == generator == 4_304_387
    first = conv(3, width) + conv(width, width) + conv(3, width, 1)
    down = 2 * conv(width, width) + conv(width, width, 1)
    discriminator = first + down + 4 * conv(width, width) + width + 1 + classes * width
    assert parameters(biggan.discriminator()) == discriminator == 4_207_361


@pytest.mark.tensorflow
def test_biggan_parameters_are_those_of_the_paper_for_imagenet(monkeypatch):
    """As google/compare_gan tests its own: 70,433,988 and 87,982,370 for 128 pixels."""
    zeros = lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype)  # noqa: E731
    monkeypatch.setattr(keras.initializers.Orthogonal, "__call__", zeros)  # much faster
    shape = (128, 128, 3)
    generator = biggan.generator(shape, 1000, latent_dim=120, width=96, attention=64)
    assert parameters(generator) == 70_433_988
    assert parameters(biggan.discriminator(shape, 1000, 96, attention=64)) == 87_982_370


def conv(inputs, outputs, side=3):
    return side * side * inputs * outputs + outputs


# Of 4, 8, ... 1024 pixels, in table 2 of Karras et al. 2018.
WIDTHS = [512, 512, 512, 512, 256, 128, 64, 32, 16]


@pytest.mark.tensorflow
def test_progan_parameters_are_those_of_table_2():
    """Layer by layer, and 23.1 million in all, as the table says."""
    narrower = list(itertools.pairwise(WIDTHS))
    generator = conv(512, 512, 4) + conv(512, 512) + sum(conv(w, 3, 1) for w in WIDTHS)
    generator += sum(conv(a, b) + conv(b, b) for a, b in narrower)
    assert parameters(progan.generator((1024, 1024, 3))) == generator == 23_079_115
    discriminator = sum(conv(3, w, 1) for w in WIDTHS) + sum(
        conv(b, b) + conv(b, a) for a, b in narrower
    )
    discriminator += conv(513, 512) + conv(512, 512, 4) + 513
    assert parameters(progan.discriminator((1024, 1024, 3))) == discriminator == 23_087_249


@pytest.mark.tensorflow
def test_msggan_parameters_are_those_of_the_tables():
    """The generator is ProGAN's; in the discriminator blocks have 3 + 1 more inputs, but the first."""
    generator = parameters(progan.generator((1024, 1024, 3)))
    assert parameters(msggan.generator((1024, 1024, 3))) == generator
    discriminator = conv(3, 16, 1) + conv(17, 16) + conv(16, 32)
    for a, b in zip(WIDTHS[1:-1], WIDTHS[:-2], strict=True):
        discriminator += conv(a + 4, a) + conv(a, b)
    discriminator += conv(512 + 4, 512) + conv(512, 512, 4) + 513
    assert parameters(msggan.discriminator((1024, 1024, 3))) == discriminator == 23_163_681


@pytest.mark.parametrize("module", [progan, msggan])
def test_progan_and_msggan_refuse_other_sizes(module):
    for network in (module.generator, module.discriminator):
        with pytest.raises(ValueError, match=r"4 \* 2\^k pixels a side"):
            network((28, 28, 1))


@pytest.mark.tensorflow
def test_acgan_parameters_are_those_of_the_table_for_cifar10():
    generator = 111 * 16 * 384 + conv(384, 192, 5) + conv(192, 96, 5) + conv(96, 3, 5)
    assert parameters(acgan.generator()) == generator + 2 * (192 + 96)
    widths = [3, 16, 32, 64, 128, 256, 512]
    discriminator = sum(conv(a, b) for a, b in itertools.pairwise(widths))
    discriminator += 2 * sum(widths[2:]) + (4 * 4 * 512 + 1) * 11
    assert parameters(acgan.discriminator()) == discriminator


@pytest.mark.tensorflow
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
