"""Convolutional classifiers: judges of generated images, and the features of their metrics."""

import keras
from keras import layers

from keras_gan.layers import BatchNormalization


def classifier(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    num_classes: int = 10,
    width: int = 32,
    features: int = 128,
    stages: int = 3,
) -> keras.Model:
    """Stages of two 3x3 convolutions with batch normalisation, averaged over the plane.

    Args:
        image_shape: (height, width, channels) of the images.
        num_classes: number of classes.
        width: channels of the first stage; each further one has twice as many.
        features: width of the layer before the logits, called "features".
        stages: each but the last halves the plane; 3 suit images of 28 pixels, 5 of 128.

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
        blocks += [layers.MaxPooling2D(), layers.Dropout(0.25)] if stage < stages - 1 else []
    return keras.Sequential(
        [
            keras.Input(image_shape),
            *blocks,
            layers.GlobalAveragePooling2D(),
            layers.Dense(features, "relu", name="features"),
            layers.Dropout(0.5),
            layers.Dense(num_classes, name="logits", dtype="float32"),
        ],
        name="classifier",
    )


def residual(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    num_classes: int = 10,
    width: int = 64,
    blocks: int = 2,
) -> keras.Model:
    """A wide residual network (Zagoruyko and Komodakis 2016): three groups of pre-activated blocks.

    Of 64 channels and 2 blocks it is their WRN-16-4, with 2.7 million parameters.

    Args:
        image_shape: (height, width, channels) of the images.
        num_classes: number of classes.
        width: channels of the first group; each further one has twice as many, and half the size.
        blocks: blocks in a group.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, num_classes), with a layer "features"
        of 4 width channels, averaged over the plane.
    """
    images = keras.Input(image_shape)
    hidden = _convolution(16)(images)
    for group in range(3):
        for index in range(blocks):
            stride = 2 if group and not index else 1
            hidden = _block(hidden, width * 2**group, stride)
    hidden = layers.GlobalAveragePooling2D()(_activated(hidden))
    features = layers.Activation("linear", dtype="float32", name="features")(hidden)
    logits = layers.Dense(num_classes, name="logits", dtype="float32")(features)
    return keras.Model(images, logits, name="classifier")


def _block(inputs, filters, stride):
    """Two normalised, activated 3x3 convolutions, and a shortcut, 1x1 where the shape changes."""
    ready = _activated(inputs)
    hidden = _convolution(filters, stride=stride)(ready)
    hidden = _convolution(filters)(_activated(hidden))
    if inputs.shape[-1] != filters or stride > 1:
        inputs = _convolution(filters, 1, stride)(ready)
    return layers.Add()([hidden, inputs])


def _activated(hidden):
    return layers.ReLU()(BatchNormalization(momentum=0.9, epsilon=1e-5)(hidden))


def _convolution(filters, size=3, stride=1):
    return layers.Conv2D(
        filters, size, stride, "same", use_bias=False, kernel_initializer="he_normal"
    )
