"""Loudness as size: sounds at gains, and images that are as small as their sounds are quiet."""

from keras import ops

LEVEL = 0.04
"""Root mean square of a sound, over its whole length, that counts as 0 dB.

At this level no recording of `spoken_digits` exceeds 1.
"""


def at_gain(sounds, gains):
    """Sounds (n, samples), each brought to the common loudness `LEVEL`, then to a gain (n,) in dB."""
    sounds = ops.cast(sounds, gains.dtype)
    loudness = ops.sqrt(ops.mean(ops.square(sounds), axis=1, keepdims=True))
    return sounds * LEVEL / ops.maximum(loudness, 1e-9) * 10.0 ** (gains[:, None] / 20.0)


def limited(sounds, gain_range):
    """Sounds (n, samples) no louder than `LEVEL`, and no quieter than that by `gain_range` dB."""
    loudness = ops.sqrt(ops.mean(ops.square(sounds), axis=1))
    gains = 20.0 * ops.log10(ops.maximum(loudness, 1e-9) / LEVEL)
    return at_gain(sounds, ops.clip(gains, -gain_range, 0.0))


def scaled(images, sizes):
    """Images (n, height, width, channels) in [-1, 1], made `sizes` (n,) times as large, on black.

    The pixel at i is that at center + (i - center) / size, by bilinear interpolation: a product with a matrix
    for each axis.
    """
    _, height, width, _ = images.shape
    brightness = ops.einsum("nyj,njkc->nykc", _interpolation(height, sizes), images + 1.0)
    return ops.einsum("nxk,nykc->nyxc", _interpolation(width, sizes), brightness) - 1.0


def _interpolation(side, sizes):
    """Weights (n, side, side) of the old pixels for each new one."""
    places = ops.arange(side, dtype=sizes.dtype)
    center = (side - 1) / 2.0
    sources = center + (places - center) / sizes[:, None]
    return ops.relu(1.0 - ops.abs(sources[:, :, None] - places))
