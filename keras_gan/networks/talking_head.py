"""Networks of talking heads (Zakharov et al. 2019): who somebody is, a head in a pose, real or generated.

A sketch is a picture of landmarks (`keras_gan.layers.LandmarkSketch`), (n, height, width, 3) in [0, 1]. The
blocks are those of BigGAN, without batch normalization, and all kernels are spectrally normalized.

Deviations from the paper, whose images are 256x256: as many blocks as an image needs to become a map of 4x4;
and those of `projection` and `discriminator`.
"""

import keras
from keras import layers

from keras_gan.layers import AdaIN, InstanceNormalization, SelfAttention, SpectralNormalization

SMALLEST = 4  # pixels a side of the map that is summed


def embedder(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    width: int = 64,
    attention: int | None = 16,
) -> keras.Model:
    """Embedder: what an image tells of a person, whatever their pose. It has no normalization.

    Args:
        image_shape: (height, width, channels), square, 8, 16, 32 or more pixels a side, a power of 2.
        width: channels of the first block, doubled in the next three; 64 in the paper.
        attention: side of the map after which self-attention is applied, 32 in the paper; None for none.

    Returns:
        A model from [images (n, *image_shape), sketches] to embeddings (n, d), not negative, of the width d
        of the last block: 8 `width` for images of 64 pixels or more.

    Raises:
        ValueError: on another image size.
    """
    images, sketches, pair = _pair(image_shape)
    *_, last = _descent(pair, width, attention)
    return keras.Model([images, sketches], _summed(last), name="embedder")


def projection(embedding_dim: int, style_dim: int) -> keras.Model:
    """Projection: the matrix P that maps an embedding to the statistics of all `AdaIN` of a generator.

    Deviation from the paper: it is not spectrally normalized, as the embeddings that it takes are small.

    Args:
        embedding_dim: width of an embedding.
        style_dim: width of a generator's styles.

    Returns:
        A model from embeddings (n, embedding_dim) to styles (n, style_dim).
    """
    dense = layers.Dense(
        style_dim, use_bias=False, kernel_initializer="orthogonal", dtype="float32"
    )
    return keras.Sequential([keras.Input((embedding_dim,)), dense], name="projection")


def generator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    width: int = 64,
    attention: int | None = 16,
    halvings: int = 3,
    blocks: int = 5,
) -> keras.Model:
    """Generator: the landmarks' picture to the person's, by residual blocks that the styles modulate.

    The way down has instance normalization, residual blocks and the way up have `AdaIN`, and so has the end.

    Args:
        image_shape: (height, width, channels), sides that can be halved so often.
        width: channels of the first block, doubled in the next three; 64 in the paper.
        attention: side of the map after which self-attention is applied, on both ways; None for none.
        halvings: blocks on the way down, and on the way up.
        blocks: residual blocks in between.

    Returns:
        A model from [sketches, styles] to images (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: if a side cannot be halved so often.
    """
    if any(side % 2**halvings for side in image_shape[:2]):
        raise ValueError(
            f"image_shape must have sides that can be halved {halvings} times, got {image_shape}."
        )
    down = [width * min(2**level, 8) for level in range(halvings)]
    up = [*down[-2::-1], width]
    # Two in each block, of its input's and its output's channels, and one at the end.
    normalized = [down[-1]] * (2 * blocks)
    for before, after in zip([down[-1], *up], up, strict=False):
        normalized += [before, after]
    normalized.append(up[-1])
    sketches = keras.Input((*image_shape[:2], 3))
    styles = keras.Input((2 * sum(normalized),))
    normalize = _Styles(styles)
    hidden = sketches
    for level, filters in enumerate(down):
        hidden = _down(hidden, filters, _instance_normalized, first=level == 0)
        hidden = _attended(hidden, attention)
    for _ in range(blocks):
        hidden = _block(hidden, down[-1], normalize)
    for filters in up:
        hidden = _attended(_up(hidden, filters, normalize), attention)
    hidden = layers.ReLU()(normalize(hidden))
    images = layers.Activation("tanh", dtype="float32")(_convolution(image_shape[-1])(hidden))
    return keras.Model([sketches, styles], images, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    width: int = 64,
    attention: int | None = 16,
) -> keras.Model:
    """Discriminator: V(x, y) (w_0 + w) + b, whether an image is real, has these landmarks, and is of w.

    V is the embedder with one more residual block; w, an input, stands for a person (W_i in the paper).

    Deviation from the paper: w_0 is not spectrally normalized, so that its size is free.

    Args:
        image_shape: as in `embedder`.
        width: as in `embedder`.
        attention: as in `embedder`.

    Returns:
        A model from [images (n, *image_shape), sketches, people (n, d)] to a list of logits (n, 1) and of the
        maps after each block.

    Raises:
        ValueError: on another image size.
    """
    images, sketches, pair = _pair(image_shape)
    maps = [*_descent(pair, width, attention)]
    maps.append(_block(maps[-1], maps[-1].shape[-1], _unchanged))
    seen = _summed(maps[-1])
    people = keras.Input((seen.shape[-1],))
    known = layers.Dense(1, kernel_initializer="orthogonal", dtype="float32", name="known")(seen)
    match = layers.Dot(1, dtype="float32")([people, seen])
    logits = layers.Add(dtype="float32")([known, match])
    return keras.Model([images, sketches, people], [logits, *maps], name="discriminator")


def _pair(image_shape):
    """Inputs of an image and a sketch, and both behind each other along the channels."""
    height, width, _ = image_shape
    if height != width or height < 2 * SMALLEST or height & (height - 1):
        raise ValueError(
            "image_shape must be square, with a power of 2 pixels a side and 8 at least, got "
            f"{image_shape}."
        )
    images, sketches = keras.Input(image_shape), keras.Input((height, width, 3))
    return images, sketches, layers.Concatenate()([images, sketches])


def _descent(hidden, width, attention):
    """The maps after each block on the way down to 4x4."""
    level = 0
    while hidden.shape[1] > SMALLEST:
        hidden = _down(hidden, width * min(2**level, 8), _unchanged, first=level == 0)
        hidden = _attended(hidden, attention)
        yield hidden
        level += 1


def _attended(hidden, side):
    return SelfAttention()(hidden) if hidden.shape[1] == side else hidden


def _summed(hidden):
    """The sum over positions, and what of it is positive: (n, channels)."""
    positions = hidden.shape[1] * hidden.shape[2]
    hidden = layers.GlobalAveragePooling2D(dtype="float32")(hidden)
    return layers.ReLU(dtype="float32")(layers.Rescaling(positions, dtype="float32")(hidden))


def _unchanged(hidden):
    return hidden


def _instance_normalized(hidden):
    return InstanceNormalization()(hidden)


def _down(inputs, filters, normalize, first):
    """A block that halves the map; the first one takes an image as it is."""
    hidden = inputs if first else layers.ReLU()(normalize(inputs))
    hidden = layers.ReLU()(normalize(_convolution(filters)(hidden)))
    hidden = layers.AveragePooling2D(2)(_convolution(filters)(hidden))
    # Pooling and a pointwise convolution commute; it is cheaper to pool first.
    shortcut = _convolution(filters, 1)(layers.AveragePooling2D(2)(inputs))
    return layers.Add()([hidden, shortcut])


def _block(inputs, filters, normalize):
    """A block that keeps the map's size."""
    hidden = _convolution(filters)(layers.ReLU()(normalize(inputs)))
    hidden = _convolution(filters)(layers.ReLU()(normalize(hidden)))
    return layers.Add()([hidden, inputs])


def _up(inputs, filters, normalize):
    """A block that doubles the map."""
    hidden = layers.UpSampling2D()(layers.ReLU()(normalize(inputs)))
    hidden = _convolution(filters)(hidden)
    hidden = _convolution(filters)(layers.ReLU()(normalize(hidden)))
    shortcut = layers.UpSampling2D()(_convolution(filters, 1)(inputs))
    return layers.Add()([hidden, shortcut])


class _Styles:
    """Normalizes one map after the other by the next part of the styles."""

    def __init__(self, styles):
        self.styles, self.used = styles, 0

    def __call__(self, hidden):
        begin, self.used = self.used, self.used + 2 * hidden.shape[-1]
        return AdaIN()([hidden, self.styles[:, begin : self.used]])


def _convolution(filters, size=3):
    convolution = layers.Conv2D(filters, size, padding="same", kernel_initializer="orthogonal")
    return SpectralNormalization(convolution)
