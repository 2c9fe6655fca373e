"""The discriminator of label sets (Tsai and Lee 2018)."""

import keras
from keras import layers

from keras_gan.layers import LeakyReLU


def discriminator(num_tags: int, features: int | None = None, units: int = 128) -> keras.Model:
    """Discriminator: label sets, alone or with the features of an image, to logits.

    Two hidden layers, without normalization, as its gradient is penalized.

    Args:
        num_tags: number of tags.
        features: width of the features of an image; None for label sets alone.
        units: width of the hidden layers.

    Returns:
        A model from tags (n, num_tags) in [0, 1], or [tags, features (n, features)], to logits (n, 1).
    """
    inputs = [keras.Input((num_tags,))]
    if features is not None:
        inputs.append(keras.Input((features,)))
    hidden = layers.Concatenate()(inputs) if features is not None else inputs[0]
    for _ in range(2):
        hidden = LeakyReLU(0.2)(layers.Dense(units)(hidden))
    logits = layers.Dense(1, dtype="float32")(hidden)
    return keras.Model(inputs if features is not None else inputs[0], logits, name="discriminator")
