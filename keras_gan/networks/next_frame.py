"""Networks that predict the next frame of a video (Mathieu et al. 2016), and small ones for small frames.

A generator takes past frames (n, past, height, width, channels) in [-1, 1], and noise (n, noise_dim) if it
has any; it returns a prediction in [-1, 1], or a list of them at several scales, the finest last. A
discriminator takes a list of the past frames and such predictions, and returns logits (n, 1), for each scale.
"""

from collections.abc import Sequence

import keras
from keras import layers

from keras_gan.layers import LeakyReLU

_GENERATOR = (  # multiples of the width, and kernels, of a scale
    ((1, 2, 1), (3, 3, 3, 3)),
    ((1, 2, 1), (5, 3, 3, 5)),
    ((1, 2, 4, 2, 1), (5, 3, 3, 3, 3, 5)),
    ((1, 2, 4, 2, 1), (7, 5, 5, 5, 5, 7)),
)
_DISCRIMINATOR = (  # the same, and multiples of the dense layers' width
    ((0.5,), (3,), (4, 2)),
    ((0.5, 1, 1), (3, 3, 3), (8, 4)),
    ((1, 2, 2), (5, 5, 5), (8, 4)),
    ((1, 2, 4, 1), (7, 7, 5, 5), (8, 4)),
)


def multiscale_generator(
    image_shape: tuple[int, int, int] = (32, 32, 3), past: int = 4, width: int = 128
) -> keras.Model:
    """Generator of the paper (table 1): four networks, each of which adds to the coarser prediction.

    Args:
        image_shape: (height, width, channels), sides that can be halved three times.
        past: frames that are seen.
        width: channels of the first layers; 128 in the paper.

    Returns:
        A model from frames (n, past, *image_shape) to a list of four predictions, of 1/8, 1/4, 1/2 and all of
        the size.

    Raises:
        ValueError: if a side cannot be halved three times.
    """
    _check_halved(image_shape, len(_GENERATOR) - 1)
    frames = keras.Input((past, *image_shape))
    seen, outputs = _beside(frames), []
    for level, (widths, kernels) in enumerate(_GENERATOR):
        hidden = _pooled(seen, len(_GENERATOR) - 1 - level)
        guess = layers.UpSampling2D(dtype="float32")(outputs[-1]) if outputs else None
        if outputs:
            hidden = layers.Concatenate()([hidden, guess])
        for channels, kernel in zip(widths, kernels, strict=False):
            hidden = layers.Conv2D(channels * width, kernel, padding="same", activation="relu")(
                hidden
            )
        last = layers.Conv2D(image_shape[-1], kernels[-1], padding="same", dtype="float32")(hidden)
        last = layers.Add(dtype="float32")([last, guess]) if outputs else last
        outputs.append(layers.Activation("tanh", dtype="float32")(last))
    return keras.Model(frames, outputs, name="generator")


def multiscale_discriminator(
    image_shape: tuple[int, int, int] = (32, 32, 3), past: int = 4, width: int = 128
) -> keras.Model:
    """Discriminator of the paper (table 1): four networks, each of which sees the past and a prediction.

    Convolutions have no padding, as in the authors' code.

    Args:
        image_shape: (height, width, channels) of 32 pixels a side, or more, that can be halved three times.
        past: frames that are seen.
        width: of which the layers' channels are multiples; 128 in the paper.

    Returns:
        A model from [frames (n, past, *image_shape), four predictions] to a list of four logits (n, 1).

    Raises:
        ValueError: if a side is under 32 pixels or cannot be halved three times.
    """
    _check_halved(image_shape, len(_DISCRIMINATOR) - 1)
    if min(image_shape[:2]) < 32:
        raise ValueError(f"image_shape must have sides of at least 32 pixels, got {image_shape}.")
    frames = keras.Input((past, *image_shape))
    seen, candidates, logits = _beside(frames), [], []
    height, side, channels = image_shape
    for level, (widths, kernels, dense) in enumerate(_DISCRIMINATOR):
        halvings = len(_DISCRIMINATOR) - 1 - level
        candidate = keras.Input((height // 2**halvings, side // 2**halvings, channels))
        hidden = layers.Concatenate()([_pooled(seen, halvings), candidate])
        for multiple, kernel in zip(widths, kernels, strict=True):
            hidden = layers.Conv2D(int(multiple * width), kernel, activation="relu")(hidden)
        if level == len(_DISCRIMINATOR) - 1:
            hidden = layers.MaxPooling2D()(hidden)
        hidden = layers.Flatten()(hidden)
        for multiple in dense:
            hidden = layers.Dense(multiple * width, "relu")(hidden)
        candidates.append(candidate)
        logits.append(layers.Dense(1, dtype="float32")(hidden))
    return keras.Model([frames, *candidates], logits, name="discriminator")


def generator(
    image_shape: tuple[int, int, int] = (48, 48, 1),
    past: int = 4,
    width: int = 32,
    noise_dim: int = 0,
) -> keras.Model:
    """Generator of one scale: a small U-net (Ronneberger et al. 2015), noise at its narrowest place.

    Args:
        image_shape: (height, width, channels), sides that can be halved three times.
        past: frames that are seen.
        width: channels of the first layer.
        noise_dim: width of the noise, which is spread over all places; 0 for none.

    Returns:
        A model from frames (n, past, *image_shape), or [frames, noise (n, noise_dim)], to a prediction
        (n, *image_shape).

    Raises:
        ValueError: if a side cannot be halved three times.
    """
    _check_halved(image_shape, 3)
    frames = keras.Input((past, *image_shape))
    hidden, skips = _beside(frames), []
    for level in range(3):
        skips.append(hidden)
        hidden = LeakyReLU(0.2)(layers.Conv2D(width * (level + 1), 4, 2, "same")(hidden))
    inputs = frames
    if noise_dim:
        noise = keras.Input((noise_dim,))
        inputs = [frames, noise]
        hidden = layers.Concatenate()([hidden, _spread(noise, hidden.shape[1:3])])
    hidden = LeakyReLU(0.2)(layers.Conv2D(width * 3, 3, padding="same")(hidden))
    for level in (2, 1, 0):
        hidden = layers.Conv2DTranspose(width * (level + 1), 4, 2, "same", activation="relu")(
            hidden
        )
        hidden = layers.Concatenate()([hidden, skips[level]])
    last = layers.Conv2D(image_shape[-1], 3, padding="same", dtype="float32")(hidden)
    return keras.Model(inputs, layers.Activation("tanh", dtype="float32")(last), name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (48, 48, 1), past: int = 4, width: int = 32
) -> keras.Model:
    """Discriminator of one scale: three convolutions of stride 2 on the past and the prediction together.

    Args:
        image_shape: (height, width, channels).
        past: frames that are seen.
        width: channels of the first layer, doubled in each further one.

    Returns:
        A model from [frames (n, past, *image_shape), prediction] to logits (n, 1).
    """
    frames, candidate = keras.Input((past, *image_shape)), keras.Input(image_shape)
    hidden = layers.Concatenate()([_beside(frames), candidate])
    for level in range(3):
        hidden = LeakyReLU(0.2)(layers.Conv2D(width * 2**level, 4, 2, "same")(hidden))
    logits = layers.Dense(1, dtype="float32")(layers.Flatten()(hidden))
    return keras.Model([frames, candidate], logits, name="discriminator")


def _beside(frames):
    """Frames (n, past, height, width, channels) behind each other along the channels."""
    past, height, width, channels = frames.shape[1:]
    moved = layers.Permute((2, 3, 1, 4))(frames)
    return layers.Reshape((height, width, past * channels))(moved)


def _pooled(images, halvings):
    return layers.AveragePooling2D(2**halvings)(images) if halvings else images


def _spread(noise, sides: Sequence[int]):
    """Noise (n, dim) at every place: (n, height, width, dim)."""
    height, width = sides
    return layers.Reshape((height, width, noise.shape[-1]))(
        layers.RepeatVector(height * width)(noise)
    )


def _check_halved(image_shape, times):
    if any(side % 2**times for side in image_shape[:2]):
        raise ValueError(
            f"image_shape must have sides that can be halved {times} times, got {image_shape}."
        )
