"""A small convolutional classifier: the judge of generated images, and the features of their metrics."""

import keras
from keras import layers

from keras_gan.layers import BatchNormalization


def classifier(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    num_classes: int = 10,
    width: int = 32,
    features: int = 128,
) -> keras.Model:
    """Three stages of two 3x3 convolutions with batch normalisation, averaged over the plane.

    Args:
        image_shape: (height, width, channels) of the images.
        num_classes: number of classes.
        width: channels of the first stage; each further one has twice as many.
        features: width of the layer before the logits, called "features".

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to logits (n, num_classes).
    """
    blocks = []
    for stage in range(3):
        for _ in range(2):
            blocks += [
                layers.Conv2D(width * 2**stage, 3, padding="same", use_bias=False),
                BatchNormalization(momentum=0.9),
                layers.ReLU(),
            ]
        blocks += [layers.MaxPooling2D(), layers.Dropout(0.25)] if stage < 2 else []
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
