"""The networks of DCGAN against the paper: parameters, sizes, guidelines, initialization."""

import keras
import numpy as np
import pytest
from networks.counting import parameters

from keras_gan.networks import dcgan


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


def test_dcgan_discriminator_with_other_normalizations():
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
