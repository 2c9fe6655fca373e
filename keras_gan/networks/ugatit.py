"""Networks of U-GAT-IT (Kim et al. 2020, section 2.1 and the appendix's tables).

A generator of residual blocks with a class activation map in its middle, whose second half is normalized by
AdaLIN; discriminators of patches with spectral normalization and a class activation map, one that sees much
of the image and one that sees little. Parameters are those of the authors' PyTorch code: at 256 pixels
278,959,808 of a generator, 10,589,888 of a light one, 53,130,176 of a global and 3,290,560 of a local
discriminator. Weights are drawn from N(0, 0.02), as in their TensorFlow code.
"""

import keras
from keras import layers

from keras_gan.layers import (
    AdaptiveLayerInstanceNormalization,
    ChannelSum,
    ClassActivation,
    InstanceNormalization,
    LayerInstanceNormalization,
    LeakyReLU,
    ReflectionPadding2D,
    SpectralNormalization,
)


def generator(
    image_shape: tuple[int | None, int | None, int] = (None, None, 3),
    width: int = 64,
    blocks: int = 4,
    light: bool = True,
) -> keras.Model:
    """Generator: images to images of the same size, the logits of their domain, and where it shows.

    Args:
        image_shape: (height, width, channels); height and width are multiples of 4, or None for any.
        width: channels of the first layer, doubled at both halvings; 64 in the paper.
        blocks: residual blocks before the class activation map, and after it; 4 in the paper.
        light: whether the scales and shifts of AdaLIN depend on averages over the image; otherwise on every
            pixel, which takes most of the parameters and ties the network to one size.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to [such images, logits (n, 2) of the source
        domain, attention (n, height / 4, width / 4, 1)].

    Raises:
        ValueError: if a side of the image is no multiple of 4, or of any size without `light`.
    """
    if any(side is not None and side % 4 for side in image_shape[:2]):
        raise ValueError(f"image_shape must have sides that are multiples of 4, got {image_shape}.")
    if not light and None in image_shape:
        raise ValueError(f"image_shape must be of one size unless light, got {image_shape}.")
    channels = 4 * width
    images = keras.Input(image_shape)
    hidden = _active(_convolution(images, width, 7))
    for level in (1, 2):
        hidden = _active(_convolution(hidden, width * 2**level, 3, 2))
    for _ in range(blocks):
        inside = _active(_convolution(hidden, channels, 3))
        inside = _normalized(_convolution(inside, channels, 3))
        hidden = layers.Add()([hidden, inside])
    weighed, logits = ClassActivation()(hidden)
    hidden = layers.ReLU()(_convolution(weighed, channels, 1, bias=True))
    attention = ChannelSum(dtype="float32")(hidden)
    seen = layers.GlobalAveragePooling2D()(hidden) if light else layers.Flatten()(hidden)
    for _ in range(2):
        seen = layers.ReLU()(_dense(channels)(seen))
    condition = [_dense(channels)(seen), _dense(channels)(seen)]
    for _ in range(blocks):
        inside = _convolution(hidden, channels, 3)
        inside = layers.ReLU()(AdaptiveLayerInstanceNormalization()([inside, *condition]))
        inside = _convolution(inside, channels, 3)
        inside = AdaptiveLayerInstanceNormalization()([inside, *condition])
        hidden = layers.Add()([hidden, inside])
    for level in (1, 0):
        hidden = _convolution(layers.UpSampling2D()(hidden), width * 2**level, 3)
        hidden = layers.ReLU()(LayerInstanceNormalization()(hidden))
    hidden = _convolution(hidden, image_shape[-1], 7)
    outputs = layers.Activation("tanh", dtype="float32")(hidden)
    return keras.Model(images, [outputs, logits, attention], name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (256, 256, 3),
    width: int = 64,
    depths: tuple[int, ...] | None = None,
) -> keras.Model:
    """Discriminator: images to the logits of a global and of a local network, and of their class activation.

    Args:
        image_shape: (height, width, channels).
        width: channels of the first layers, doubled in each further one; 64 in the paper.
        depths: convolutions of each network up to the class activation map, and one. 7 and 5 in the paper,
            whose logits see 286 and 70 pixels; less for images of under 128 pixels if None.

    Returns:
        A model from images in [-1, 1] to [logits (n, rows, columns, 1), logits (n, 2)] of each network, one
        after the other.

    Raises:
        ValueError: if the images are too small for a depth.
    """
    side = min(image_shape[:2])
    if depths is None:
        depths = (7, 5) if side >= 128 else (5, 4) if side >= 64 else (4, 3)
    if side < 4 * 2 ** (max(depths) - 2):
        raise ValueError(
            f"image_shape must be at least {4 * 2 ** (max(depths) - 2)} pixels a side for a depth of "
            f"{max(depths)}, got {image_shape}."
        )
    images, outputs = keras.Input(image_shape), []
    for depth in depths:
        hidden, channels = images, width
        for level in range(depth - 1):
            channels = width * 2**level
            strides = 2 if level < depth - 2 else 1
            hidden = LeakyReLU(0.2)(_spectral(hidden, channels, strides, True))
        weighed, classes = ClassActivation(normalized=True)(hidden)
        hidden = LeakyReLU(0.2)(_convolution(weighed, channels, 1, bias=True))
        logits = layers.Activation("linear", dtype="float32")(_spectral(hidden, 1, 1, False))
        outputs += [logits, layers.Activation("linear", dtype="float32")(classes)]
    return keras.Model(images, outputs, name="discriminator")


def _normal():
    return keras.initializers.RandomNormal(0.0, 0.02)


def _convolution(inputs, channels, size, strides=1, bias=False):
    """A convolution that keeps the size but for its strides, padded by reflection."""
    if size > 1:
        inputs = ReflectionPadding2D(size // 2)(inputs)
    return layers.Conv2D(channels, size, strides, use_bias=bias, kernel_initializer=_normal())(
        inputs
    )


def _spectral(inputs, channels, strides, bias):
    convolution = layers.Conv2D(channels, 4, strides, use_bias=bias, kernel_initializer=_normal())
    return SpectralNormalization(convolution)(ReflectionPadding2D(1)(inputs))


def _dense(units):
    return layers.Dense(units, use_bias=False, kernel_initializer=_normal())


def _normalized(inputs):
    return InstanceNormalization(center=False, scale=False)(inputs)


def _active(inputs):
    return layers.ReLU()(_normalized(inputs))
