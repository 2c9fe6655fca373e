"""The networks of StyleGAN2 against the authors' code: parameters and sizes."""

import numpy as np
import pytest
from networks.counting import parameters

from keras_gan.networks import stylegan2


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
