"""Encoders of texts, and of the images that they describe, to vectors of one length.

The length is the root of the width: elements are then as large as those of latents ~ N(0, 1), beside which
the vectors enter a generator.
"""

import keras
from keras import layers

from keras_gan.layers import BatchNormalization


def encoder(
    words: int, length: int, width: int = 256, embedding: int = 64, units: int = 64
) -> keras.Model:
    """Text encoder: word vectors, a recurrent layer in both directions, their mean, a projection.

    Args:
        words: number of known words.
        length: words in a text, at most.
        width: width of the output.
        embedding: width of the word vectors.
        units: units of the recurrent layer (GRU, Cho et al. 2014) in each direction.

    Returns:
        A model from word numbers (n, length), 0 for none, to vectors (n, width) of length sqrt(width).
    """
    tokens = keras.Input((length,), dtype="int32", name="texts")
    hidden = layers.Embedding(words + 1, embedding, mask_zero=True)(tokens)
    hidden = layers.Bidirectional(layers.GRU(units, return_sequences=True, unroll=True))(hidden)
    hidden = layers.Dense(width)(layers.GlobalAveragePooling1D()(hidden))
    return keras.Model(tokens, _normalized(hidden), name="encoder")


def image_encoder(
    image_shape: tuple[int, int, int] = (64, 64, 3), out_width: int = 256, width: int = 32
) -> keras.Model:
    """Image encoder: four convolutions with stride 2, the mean over places, a projection.

    Args:
        image_shape: (height, width, channels), of at least 16 pixels.
        out_width: width of the output, that of the text encoder.
        width: channels of the first convolution.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to vectors (n, out_width) of length sqrt(out_width).
    """
    image = keras.Input(image_shape, name="images")
    hidden = image
    for times in (1, 2, 4, 4):
        hidden = layers.Conv2D(times * width, 3, 2, "same", use_bias=False)(hidden)
        hidden = layers.ReLU()(BatchNormalization(momentum=0.9)(hidden))
    hidden = layers.Dense(out_width)(layers.GlobalAveragePooling2D()(hidden))
    return keras.Model(image, _normalized(hidden), name="image_encoder")


def _normalized(vectors):
    unit = layers.UnitNormalization(dtype="float32")(vectors)
    return layers.Rescaling(vectors.shape[-1] ** 0.5, dtype="float32")(unit)
