"""Glow's network (Kingma and Dhariwal 2018).

Levels of steps of flow: activation normalization, invertible 1x1 convolution, affine coupling. Each level
begins with a squeeze; at its end half of the channels leave. With affine couplings and the authors' settings
for CIFAR-10 (3 levels of 32 steps, 512 channels) there are the 44,603,604 trainable parameters of their code.
"""

import keras

from keras_gan.arguments import check_count
from keras_gan.layers import (
    ActNorm,
    AffineCoupling,
    Chain,
    GlowCoupling,
    InvertibleConvolution,
    LearnedPrior,
    Split,
    Squeeze,
    ZeroConv2D,
)
from keras_gan.networks import flow


def generator(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    levels: int = 3,
    depth: int = 32,
    width: int = 512,
) -> keras.Model:
    """Generator of Glow, from latents to images; its layer "flow" also encodes.

    Args:
        image_shape: (height, width, channels); sides are multiples of 2^levels.
        levels: number of levels (L in the paper); 3 for CIFAR-10.
        depth: steps of flow in a level (K); 32 for CIFAR-10.
        width: channels of the hidden layers of couplings; 512 in the paper.

    Returns:
        A model from latents (n, height width channels) to images (n, *image_shape).

    Raises:
        ValueError: if the sides do not allow so many levels, or a number is below 1.
    """
    for name, value in (("levels", levels), ("depth", depth), ("width", width)):
        check_count(name, value)
    check_levels(image_shape, levels)
    return flow.generator(_level(image_shape[-1], levels, depth, width), tuple(image_shape))


def _level(channels, levels, depth, width):
    """The bijection of the remaining levels."""
    channels = 4 * channels
    bijections = [Squeeze()]
    for _ in range(depth):
        coupling = AffineCoupling(GlowCoupling(width, channels))
        bijections += [ActNorm(), InvertibleConvolution(), coupling]
    if levels > 1:
        rest = _level(channels // 2, levels - 1, depth, width)
        bijections.append(Split(rest, ZeroConv2D(channels)))
    else:
        bijections.append(LearnedPrior(ZeroConv2D(2 * channels)))
    return Chain(bijections)


def check_levels(image_shape, levels: int, name: str = "levels"):
    """Raises a ValueError if images (height, width, channels) cannot be halved so many times."""
    if len(image_shape) != 3:
        raise ValueError(f"image_shape must be (height, width, channels), got {image_shape}.")
    most = min((side & -side).bit_length() - 1 for side in image_shape[:2])
    if levels > most:
        height, width = image_shape[:2]
        raise ValueError(
            f"Images of {height} x {width} pixels allow at most {most} {name}, got {levels}: each halves the "
            f"sides. Take {name}={most}, or pad the images to a multiple of {2**levels} pixels."
        )
