"""The networks of ProGAN and MSG-GAN against the tables of their papers."""

import itertools

import pytest
from networks.counting import conv, parameters

from keras_gan.networks import msggan, progan

# Of 4, 8, ... 1024 pixels, in table 2 of Karras et al. 2018.
WIDTHS = [512, 512, 512, 512, 256, 128, 64, 32, 16]


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
