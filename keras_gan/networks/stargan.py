"""Networks of StarGAN (Choi et al. 2018, tables 4 and 5 of the appendix).

The generator is that of Johnson et al. 2016 and CycleGAN with 4x4 convolutions where the size changes and
padding with zeros throughout (`layers.LabelPlanes` says why); instance normalization has a scale and a shift.
The discriminator is a PatchGAN without normalization, with a second head of classes. At the paper's
configuration, 128x128 pixels and five attributes, they have 8,430,528 and 44,762,048 parameters, as the
authors' code. Weights are drawn as there, by PyTorch's default: U(-1/sqrt(n), 1/sqrt(n)) of n inputs.
"""

import math

import keras
from keras import layers

from keras_gan.layers import InstanceNormalization, LabelPlanes, LeakyReLU


def generator(
    image_shape: tuple[int | None, int | None, int] = (None, None, 3),
    condition_dim: int = 5,
    width: int = 64,
    blocks: int = 6,
) -> keras.Model:
    """Generator: images and conditions to images of the same size.

    Args:
        image_shape: (height, width, channels); height and width are multiples of 4, or None for any.
        condition_dim: numbers in a condition, c in the paper.
        width: channels of the first layer, doubled at both halvings; 64 in the paper.
        blocks: residual blocks; 6 in the paper.

    Returns:
        A model from [images (n, *image_shape) in [-1, 1], conditions (n, condition_dim)] to such images.

    Raises:
        ValueError: if a side of the image is no multiple of 4.
    """
    if any(side is not None and side % 4 for side in image_shape[:2]):
        raise ValueError(f"image_shape must have sides that are multiples of 4, got {image_shape}.")
    images, conditions = keras.Input(image_shape), keras.Input((condition_dim,))
    hidden = LabelPlanes()([images, conditions])
    hidden = _active(_convolution(width, 7)(hidden))
    for level in (1, 2):
        hidden = _active(_convolution(width * 2**level, 4, 2)(hidden))
    for _ in range(blocks):
        inside = _active(_convolution(4 * width, 3)(hidden))
        inside = InstanceNormalization()(_convolution(4 * width, 3)(inside))
        hidden = layers.Add()([hidden, inside])
    for level in (1, 0):
        up = layers.Conv2DTranspose(
            width * 2**level, 4, 2, "same", use_bias=False, kernel_initializer=_uniform()
        )
        hidden = _active(up(hidden))
    hidden = _convolution(image_shape[-1], 7)(hidden)
    outputs = layers.Activation("tanh", dtype="float32")(hidden)
    return keras.Model([images, conditions], outputs, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (128, 128, 3),
    num_attributes: int = 5,
    width: int = 64,
    depth: int | None = None,
) -> keras.Model:
    """Discriminator: images to a map of logits, real or generated, and a logit for each attribute.

    Args:
        image_shape: (height, width, channels).
        num_attributes: number of attributes.
        width: channels of the first layer, doubled in each further one; 64 in the paper.
        depth: layers that halve the image; 6 in the paper, for 128 pixels. If None, as many as leave two
            pixels or more of the shorter side.

    Returns:
        A model from images in [-1, 1] to [logits (n, height / 2^depth, width / 2^depth, 1), logits of
        attributes (n, num_attributes)].

    Raises:
        ValueError: if the sides are no multiples of 2^depth.
    """
    height, width_of_images, _ = image_shape
    if depth is None:
        depth = max(1, int(math.log2(min(height, width_of_images))) - 1)
    rows, columns = height // 2**depth, width_of_images // 2**depth
    if (rows * 2**depth, columns * 2**depth) != (height, width_of_images) or not rows * columns:
        raise ValueError(
            f"image_shape must have sides that are multiples of {2**depth} for a discriminator of {depth} "
            f"halvings, got {image_shape}."
        )
    hidden, inputs = (images := keras.Input(image_shape)), image_shape[-1]
    for level in range(depth):
        bound = 1.0 / math.sqrt(16 * inputs)
        inputs = width * 2**level
        down = layers.Conv2D(
            inputs,
            4,
            2,
            "same",
            kernel_initializer=_uniform(),
            bias_initializer=keras.initializers.RandomUniform(-bound, bound),
        )
        hidden = LeakyReLU(0.01)(down(hidden))
    options = {"use_bias": False, "kernel_initializer": _uniform(), "dtype": "float32"}
    logits = layers.Conv2D(1, 3, padding="same", **options)(hidden)
    attributes = layers.Conv2D(num_attributes, (rows, columns), **options)(hidden)
    attributes = layers.Flatten(dtype="float32")(attributes)
    return keras.Model(images, [logits, attributes], name="discriminator")


def _uniform():
    """U(-1/sqrt(n), 1/sqrt(n)) of n inputs."""
    return keras.initializers.VarianceScaling(1.0 / 3.0, "fan_in", "uniform")


def _convolution(channels, size, strides=1):
    return layers.Conv2D(
        channels, size, strides, "same", use_bias=False, kernel_initializer=_uniform()
    )


def _active(inputs):
    return layers.ReLU()(InstanceNormalization()(inputs))
