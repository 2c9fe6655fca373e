"""Convolutional classifiers, whose features and predictions measure generated images."""

from collections.abc import Sequence

import keras
from keras import layers

from keras_gan.layers import BatchNormalization, Dropout


def classifier(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    num_classes: int | Sequence[int] = 10,
    width: int = 32,
    features: int = 128,
    stages: int = 3,
) -> keras.Model:
    """Classifier of stages of two 3x3 convolutions with batch normalization, and global average pooling.

    Classes that are pairs, such as the color of the hair and that of the eyes, may share what is learned of
    their parts: the logit of a pair is the sum of its parts' logits, so that the cross-entropy is the sum of
    the parts' and a pair that was never seen has a probability too.

    Args:
        image_shape: (height, width, channels) of the images.
        num_classes: number of classes; of pairs, the numbers of values of the first and the second part, of
            which the first changes more slowly.
        width: channels of the first stage, doubled in each further one.
        features: width of the layer before the logits, called "features".
        stages: number of stages, all but the last of which halve the image; 3 for images of 28 pixels, 5 for
            128.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, num_classes).
    """
    blocks = []
    for stage in range(stages):
        for _ in range(2):
            blocks += [
                layers.Conv2D(width * 2**stage, 3, padding="same", use_bias=False),
                BatchNormalization(momentum=0.9),
                layers.ReLU(),
            ]
        blocks += [layers.MaxPooling2D(), Dropout(0.25)] if stage < stages - 1 else []
    blocks += [
        layers.GlobalAveragePooling2D(),
        layers.Dense(features, "relu", name="features"),
        Dropout(0.5),
    ]
    if isinstance(num_classes, int):
        logits = layers.Dense(num_classes, name="logits", dtype="float32")
        return keras.Sequential([keras.Input(image_shape), *blocks, logits], name="classifier")
    images = hidden = keras.Input(image_shape)
    for block in blocks:
        hidden = block(hidden)
    parts = [layers.Dense(num, dtype="float32")(hidden) for num in num_classes]
    first, second = (
        layers.Reshape(shape, dtype="float32")(part)
        for part, shape in zip(parts, ((-1, 1), (1, -1)), strict=True)
    )
    logits = layers.Flatten(name="logits", dtype="float32")(
        layers.Add(dtype="float32")([first, second])
    )
    return keras.Model(images, logits, name="classifier")


def residual(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    num_classes: int = 10,
    widths: Sequence[int] = (64, 192, 256),
) -> keras.Model:
    """Shallow residual classifier that reduces the image early and learns in few epochs (Page 2018).

    A 3x3 convolution with 32 channels, then one stage for each width: a 3x3 convolution, max-pooling by 2,
    and a residual branch of two 3x3 convolutions (He et al. 2016). Batch normalization and ReLU follow each
    convolution.

    Args:
        image_shape: (height, width, channels) of the images.
        num_classes: number of classes.
        widths: channels of the stages.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, num_classes); its layer "features" is
        the last stage after global average pooling.
    """
    images = keras.Input(image_shape)
    hidden = _activated(_convolution(32)(images))
    for width in widths:
        hidden = _activated(layers.MaxPooling2D()(_convolution(width)(hidden)))
        branch = _activated(_convolution(width)(hidden))
        hidden = layers.Add()([hidden, _activated(_convolution(width)(branch))])
    hidden = layers.GlobalAveragePooling2D()(hidden)
    features = layers.Activation("linear", dtype="float32", name="features")(hidden)
    logits = layers.Dense(num_classes, name="logits", dtype="float32")(features)
    return keras.Model(images, logits, name="classifier")


def _activated(hidden):
    return layers.ReLU()(BatchNormalization(momentum=0.9)(hidden))


def _convolution(filters):
    return layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")
