"""Masked autoregressive flow's network (Papamakarios et al. 2017).

Gaussian MADEs in opposite orders, batch normalization after each. With 5 MADEs of two layers of 1,024 units,
a setting of the authors for MNIST, there are 17,311,040 parameters, those that masks remove included.

Deviation from the authors' code: outside of training, batch normalization has moving averages of the batches'
statistics in place of those of the whole training set.
"""

from collections.abc import Sequence

import keras

from keras_gan.arguments import check_count
from keras_gan.layers import (
    Chain,
    Flatten,
    InvertibleBatchNormalization,
    Logit,
    MaskedAutoregressive,
    Reverse,
)
from keras_gan.networks import flow


def generator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    mades: int = 5,
    hidden: Sequence[int] = (1024, 1024),
    alpha: float = 1e-6,
) -> keras.Model:
    """Generator of a masked autoregressive flow, from latents to examples; its layer "flow" also encodes.

    Encoding takes one pass of each MADE, generating as many as an example has values.

    Args:
        image_shape: (height, width, channels) of images, or (d,) of vectors.
        mades: number of MADEs; 5 or 10 in the paper.
        hidden: units of their hidden layers; 1,024 twice in the paper for MNIST.
        alpha: of the logit transform of images, `keras_gan.layers.Logit`; vectors stay as they are.

    Returns:
        A model from latents (n, d), as many values as an example has, to examples (n, *image_shape).

    Raises:
        ValueError: on another shape, or if a number is out of range.
    """
    check_count("mades", mades)
    if len(image_shape) not in (1, 3):
        raise ValueError(
            f"image_shape must be (height, width, channels) or (d,), got {image_shape}."
        )
    for units in hidden:
        check_count("hidden", units)
    bijections = [Logit(alpha), Flatten()] if len(image_shape) == 3 else []
    for index in range(mades):
        bijections += [Reverse()] if index else []
        bijections += [MaskedAutoregressive(hidden), InvertibleBatchNormalization()]
    return flow.generator(Chain(bijections), tuple(image_shape))
