"""Patch discriminator of Isola et al. 2017 (pix2pix) and Zhu et al. 2017 (CycleGAN).

C64-C128-C256-C512 and one logit for each patch of 70x70 pixels (pix2pix, appendix 6.1.2): 4x4 convolutions,
the first three with stride 2, with leaky ReLU of slope 0.2. Instance normalization follows all but the first
convolution, which equals pix2pix's batch normalization at the paper's batch size of 1; it has no scale and
shift, as in the authors' PyTorch code; their Torch code, the paper's, has both. Weights are drawn from
N(0, 0.02).
"""

import keras
from keras import layers

from keras_gan.layers import InstanceNormalization, LeakyReLU


def discriminator(
    channels: int = 3, width: int = 64, normalization: str | None = "instance"
) -> keras.Model:
    """Discriminator: images to a map of logits, one for every patch of 70x70 pixels, 8 pixels apart.

    Args:
        channels: channels of the image, or of both images together for a discriminator of pairs.
        width: channels of the first layer, doubled three times; 64 in the papers.
        normalization: "instance", or None for a critic with a gradient penalty.

    Returns:
        A model from images (n, height, width, channels) in [-1, 1], of any size from 24 pixels on, to logits
        (n, height // 8 - 2, width // 8 - 2, 1).

    Raises:
        ValueError: on another normalization.
    """
    if normalization not in ("instance", None):
        raise ValueError(f'normalization must be "instance" or None, got {normalization!r}.')
    blocks = []
    for level in range(4):
        # With stride 1, padding is 1 pixel on each side, where Keras's "same" pads 1 and 2.
        halves = level < 3
        blocks += [
            *([] if halves else [layers.ZeroPadding2D(1)]),
            layers.Conv2D(
                width * 2**level,
                4,
                2 if halves else 1,
                "same" if halves else "valid",
                kernel_initializer=_normal(),
            ),
            *([_normalize()] if normalization and level else []),
            LeakyReLU(0.2),
        ]
    return keras.Sequential(
        [
            keras.Input((None, None, channels)),
            *blocks,
            layers.ZeroPadding2D(1),
            layers.Conv2D(1, 4, kernel_initializer=_normal(), dtype="float32"),
        ],
        name="discriminator",
    )


def _normal():
    return keras.initializers.RandomNormal(0.0, 0.02)


def _normalize():
    return InstanceNormalization(center=False, scale=False)
