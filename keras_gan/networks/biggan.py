"""Residual networks of BigGAN (Brock et al. 2019, appendix B) and, without its additions, of SAGAN.

Spectral normalization in both networks; class-conditional batch normalization in the generator, a projection
(Miyato and Koyama 2018) in the discriminator; nearest-neighbor upsampling, average pooling; orthogonal
initialization. Widths are those of the authors' PyTorch code, whose networks for CIFAR-10
(`hierarchical=False`) have 4,304,387 and 4,207,361 trainable parameters.
"""

import keras
from keras import layers

from keras_gan.layers import BatchNormalization, SelfAttention, SpectralNormalization

# By image side: widths of the generator's first layer and blocks; widths of the discriminator's blocks,
# and whether each halves the image.
_GENERATORS = {32: (4, 4, 4, 4), 64: (16, 16, 8, 4, 2), 128: (16, 16, 8, 4, 2, 1)}
_DISCRIMINATORS = {
    32: ((4, True), (4, True), (4, False), (4, False)),
    64: ((1, True), (2, True), (4, True), (8, True), (16, False)),
    128: ((1, True), (2, True), (4, True), (8, True), (16, True), (16, False)),
}


def generator(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    num_classes: int = 10,
    latent_dim: int = 128,
    width: int = 64,
    hierarchical: bool = True,
    embedding_dim: int = 128,
    attention: int | None = None,
) -> keras.Model:
    """Generator: latents to a map of 4x4, then residual blocks that double it, conditioned on the class.

    Args:
        image_shape: (height, width, channels), square, of 32, 64 or 128 pixels.
        num_classes: classes 0 to num_classes - 1.
        latent_dim: width of the latents; a multiple of the number of blocks + 1 if hierarchical.
        width: channels per unit of width; 64 in the authors' code, 96 in the paper.
        hierarchical: whether the latents are split into parts, one for the first layer and one for each
            block, where it is concatenated to an embedding of the class that all blocks share (BigGAN);
            otherwise all latents go into the first layer, and each normalization has its own embedding of the
            class (SAGAN).
        embedding_dim: width of the shared embedding.
        attention: side of the map after which self-attention is applied; None for no self-attention.

    Returns:
        A model from [latents (n, latent_dim), labels (n,)] to images (n, *image_shape) in [-1, 1].

    Raises:
        ValueError: on another image size, or if `latent_dim` cannot be split into the parts.
    """
    first, *widths = (width * units for units in _of_size(_GENERATORS, image_shape))
    slots = len(widths) + 1
    if hierarchical and latent_dim % slots:
        raise ValueError(f"latent_dim must be a multiple of {slots}, got {latent_dim}.")
    latents, labels = keras.Input((latent_dim,)), keras.Input((), dtype="int32")
    parts, condition = [latents] * slots, None
    if hierarchical:
        size = latent_dim // slots
        parts = [latents[:, slot * size : (slot + 1) * size] for slot in range(slots)]
        shared = _embedding(num_classes, embedding_dim)(labels)
    hidden = SpectralNormalization(layers.Dense(4 * 4 * first, kernel_initializer="orthogonal"))(
        parts[0]
    )
    hidden = layers.Reshape((4, 4, first))(hidden)
    for level, filters in enumerate(widths):
        if hierarchical:
            condition = layers.Concatenate()([shared, parts[level + 1]])
        hidden = _block_up(hidden, filters, _conditioner(condition, labels, num_classes))
        if attention == hidden.shape[1]:
            hidden = SelfAttention()(hidden)
    hidden = layers.ReLU()(BatchNormalization(momentum=0.9, epsilon=1e-5)(hidden))
    images = layers.Activation("tanh", dtype="float32")(_convolution(image_shape[-1])(hidden))
    return keras.Model([latents, labels], images, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    num_classes: int = 10,
    width: int = 64,
    attention: int | None = None,
) -> keras.Model:
    """Discriminator: residual blocks, a sum over positions, and a projection on the class.

    Args:
        image_shape: (height, width, channels), square, of 32, 64 or 128 pixels.
        num_classes: classes 0 to num_classes - 1.
        width: channels per unit of width; 64 in the authors' code, 96 in the paper.
        attention: side of the map after which self-attention is applied; None for no self-attention.

    Returns:
        A model from [images (n, *image_shape), labels (n,)] to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    images, labels = keras.Input(image_shape), keras.Input((), dtype="int32")
    hidden = images
    for level, (units, halve) in enumerate(_of_size(_DISCRIMINATORS, image_shape)):
        hidden = _block_down(hidden, width * units, halve, first=level == 0)
        if attention == hidden.shape[1]:
            hidden = SelfAttention()(hidden)
    hidden = layers.ReLU()(hidden)
    positions = hidden.shape[1] * hidden.shape[2]
    hidden = layers.Rescaling(positions)(layers.GlobalAveragePooling2D()(hidden))
    features = layers.Activation("linear", dtype="float32", name="features")(hidden)
    logits = SpectralNormalization(
        layers.Dense(1, kernel_initializer="orthogonal", dtype="float32")
    )(features)
    of_class = SpectralNormalization(_embedding(num_classes, hidden.shape[-1], dtype="float32"))(
        labels
    )
    projection = layers.Dot(1, dtype="float32")([of_class, features])
    logits = layers.Add(dtype="float32")([logits, projection])
    return keras.Model([images, labels], logits, name="discriminator")


def _block_up(inputs, filters, normalize):
    hidden = layers.UpSampling2D()(layers.ReLU()(normalize(inputs)))
    hidden = _convolution(filters)(hidden)
    hidden = _convolution(filters)(layers.ReLU()(normalize(hidden)))
    shortcut = _convolution(filters, 1)(layers.UpSampling2D()(inputs))
    return layers.Add()([hidden, shortcut])


def _block_down(inputs, filters, halve, first):
    pool = layers.AveragePooling2D(2) if halve else lambda hidden: hidden
    hidden = inputs if first else layers.ReLU()(inputs)
    hidden = layers.ReLU()(_convolution(filters)(hidden))
    hidden = pool(_convolution(filters)(hidden))
    if not halve and inputs.shape[-1] == filters:
        return layers.Add()([hidden, inputs])
    # Pooling and a pointwise convolution commute; it is cheaper to pool first.
    return layers.Add()([hidden, _convolution(filters, 1)(pool(inputs))])


def _conditioner(condition, labels, num_classes):
    """A function that normalizes a map, then scales and shifts it by linear maps of the condition."""

    def linear(filters):
        if condition is None:
            return _embedding(num_classes, filters)(labels)
        dense = layers.Dense(filters, use_bias=False, kernel_initializer="orthogonal")
        return SpectralNormalization(dense)(condition)

    def normalize(hidden):
        filters = hidden.shape[-1]
        gain, bias = (layers.Reshape((1, 1, filters))(linear(filters)) for _ in range(2))
        normal = BatchNormalization(momentum=0.9, epsilon=1e-5, affine=False)(hidden)
        scaled = layers.Add()([normal, layers.Multiply()([normal, gain])])
        return layers.Add()([scaled, bias])

    return normalize


def _convolution(filters, size=3):
    convolution = layers.Conv2D(filters, size, padding="same", kernel_initializer="orthogonal")
    return SpectralNormalization(convolution)


def _embedding(num_classes, width, **kwargs):
    return layers.Embedding(num_classes, width, "orthogonal", **kwargs)


def _of_size(known, image_shape):
    height, width, _ = image_shape
    if height != width or height not in known:
        sides = ", ".join(map(str, known))
        raise ValueError(
            f"image_shape must be square with one of {sides} pixels a side, got {image_shape}."
        )
    return known[height]
