"""CycleGAN's residual generator (Zhu et al. 2017), after Johnson et al. 2016.

In the paper's notation c7s1-64, d128, d256, six or nine times R256, u128, u64, c7s1-3 (appendix 7.2): a 7x7
convolution, two that halve the image, residual blocks of two 3x3 convolutions, two that double it, a 7x7
convolution and tanh. As in the authors' code, padding is by reflection except where the size changes. As in
their PyTorch code, instance normalization has no scale and shift, where the paper's Torch code has both, and
an epsilon of 1e-5. Weights are drawn from N(0, 0.02).
"""

from functools import partial

import keras
from keras import layers

from keras_gan.layers import InstanceNormalization, ReflectionPadding2D


def generator(
    image_shape: tuple[int | None, int | None, int] = (None, None, 3),
    width: int = 64,
    blocks: int = 9,
    upsampling: str = "transposed",
    border: int = 7,
    affine: bool = False,
) -> keras.Model:
    """Generator: images to images of the same size.

    Args:
        image_shape: (height, width, channels); height and width are multiples of 4, or None for any.
        width: channels of the first layer, doubled at both halvings; 64 in the paper.
        blocks: residual blocks; in the paper 6 for images of 128 pixels, 9 from 256 on.
        upsampling: how the image is doubled: by a "transposed" convolution, as in the paper, or by repeating
            the "nearest" pixel before a convolution, which has four times the operations and prints no
            checkerboard (Odena et al. 2016).
        border: side of the kernels of the first and the last convolution.
        affine: whether instance normalization has a scale and a shift.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to such images. Its layers "padded", "halved_1",
        "halved_2" and "block_1" onwards are those whose features `CUT` compares.

    Raises:
        ValueError: if a side of the image is no multiple of 4, or `upsampling` is unknown.
    """
    if upsampling not in ("transposed", "nearest"):
        raise ValueError(f"upsampling must be transposed or nearest, got {upsampling!r}.")
    if any(side is not None and side % 4 for side in image_shape[:2]):
        raise ValueError(f"image_shape must have sides that are multiples of 4, got {image_shape}.")
    normalize = partial(InstanceNormalization, center=affine, scale=affine)

    def active(inputs):
        return layers.ReLU()(normalize()(inputs))

    images = keras.Input(image_shape)
    hidden = ReflectionPadding2D(border // 2, name="padded")(images)
    hidden = active(_convolve(hidden, width, border))
    for level in (1, 2):
        down = layers.Conv2D(
            width * 2**level, 3, 2, "same", kernel_initializer=_normal(), name=f"halved_{level}"
        )
        hidden = active(down(hidden))
    for block in range(blocks):
        inside = active(_convolve(ReflectionPadding2D(1)(hidden), 4 * width, 3))
        inside = normalize()(_convolve(ReflectionPadding2D(1)(inside), 4 * width, 3))
        hidden = layers.Add(name=f"block_{block + 1}")([hidden, inside])
    for level in (1, 0):
        hidden = active(_double(hidden, width * 2**level, upsampling))
    hidden = _convolve(ReflectionPadding2D(border // 2)(hidden), image_shape[-1], border)
    outputs = layers.Activation("tanh", dtype="float32")(hidden)
    return keras.Model(images, outputs, name="generator")


def _normal():
    return keras.initializers.RandomNormal(0.0, 0.02)


def _convolve(inputs, channels, size):
    return layers.Conv2D(channels, size, kernel_initializer=_normal())(inputs)


def _double(inputs, channels, upsampling):
    if upsampling == "nearest":
        return _convolve(ReflectionPadding2D(1)(layers.UpSampling2D()(inputs)), channels, 3)
    up = layers.Conv2DTranspose(channels, 3, 2, "same", kernel_initializer=_normal())
    return up(inputs)
