"""RealNVP's network (Dinh et al. 2017), and couplings for vectors.

A scale has three couplings of a checkerboard of places, a squeeze and three couplings of channels, of which
half then leave. The last scale has four couplings of a checkerboard.

Deviations from the paper, whose code this otherwise follows: what leaves is half of the squeezed channels as
they are, instead of pixels of a diagonal; batch normalization after a coupling is of all its outputs, not of
the changed ones alone, by the batch's statistics, not by running ones; no weight decay of norms. Within a
coupling the norms have a trained scale, and masked inputs are not doubled.
"""

import keras

from keras_gan.arguments import check_count
from keras_gan.layers import (
    ActNorm,
    AffineCoupling,
    Chain,
    DenseCoupling,
    InvertibleBatchNormalization,
    InvertibleConvolution,
    Logit,
    ResidualCoupling,
    Split,
    Squeeze,
)
from keras_gan.networks import flow
from keras_gan.networks.glow import check_levels


def generator(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    scales: int = 2,
    blocks: int = 4,
    width: int = 32,
    alpha: float = 0.05,
) -> keras.Model:
    """Generator of RealNVP, from latents to images; its layer "flow" also encodes.

    Args:
        image_shape: (height, width, channels); sides are multiples of 2^(scales - 1).
        scales: number of scales.
        blocks: residual blocks of the network of a coupling.
        width: its channels at full size; they double where the size halves.
        alpha: of the logit transform of the images, `keras_gan.layers.Logit`.

    Returns:
        A model from latents (n, height width channels) to images (n, *image_shape).

    Raises:
        ValueError: if the sides do not allow so many scales, or a number is out of range.
    """
    for name, value in (("scales", scales), ("blocks", blocks), ("width", width)):
        check_count(name, value)
    check_levels(image_shape, scales - 1, "further scales")
    bijection = Chain([Logit(alpha), _scale(image_shape[-1], scales, blocks, width)])
    return flow.generator(bijection, tuple(image_shape))


def _scale(channels, scales, blocks, width):
    """The bijection of the remaining scales."""

    def coupled(count, channels, width, mask):
        masked, found = mask == "checkerboard", []
        for index in range(count):
            network = ResidualCoupling(
                width, 2 * channels if masked else channels, blocks, masked=masked
            )
            coupling = AffineCoupling(network, "tanh", mask, flip=index % 2 == 1)
            found += [coupling, InvertibleBatchNormalization(0.9, 1e-4, affine=False)]
        return found

    if scales == 1:
        return Chain(coupled(4, channels, width, "checkerboard"))
    rest = _scale(2 * channels, scales - 1, blocks, 2 * width)
    return Chain(
        [
            *coupled(3, channels, width, "checkerboard"),
            Squeeze(),
            *coupled(3, 4 * channels, 2 * width, "channels"),
            Split(rest),
        ]
    )


def dense_generator(size: int = 2, couplings: int = 8, width: int = 64) -> keras.Model:
    """Generator of vectors by couplings of dense networks.

    Couplings change one half of the values, then the other, and so on. As in Glow, activation normalization
    and a trained matrix, at first a random rotation, come before each: without it, values that are
    independent of each other, however far from normal, are a saddle point of couplings that start at zero.

    Args:
        size: number of values of a vector, at least 2.
        couplings: number of couplings.
        width: units of their hidden layers, of which each has two.

    Returns:
        A model from latents (n, size) to vectors (n, size).

    Raises:
        ValueError: if a number is too small.
    """
    for name, value, least in (("size", size, 2), ("couplings", couplings, 1), ("width", width, 1)):
        check_count(name, value, least)
    bijections = []
    for index in range(couplings):
        flip = index % 2 == 1
        moved = size // 2 if flip else size - size // 2
        coupling = AffineCoupling(DenseCoupling(width, 2 * moved), "tanh", flip=flip)
        bijections += [ActNorm(), InvertibleConvolution(), coupling]
    return flow.generator(Chain(bijections), (size,))
