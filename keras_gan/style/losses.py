"""Losses of style transfer (Gatys et al. 2016, section 2), relative to the size of what is compared with.

A loss of 1 is that of features of zeros. The paper's losses are squared differences with weights for a
network whose activations were rescaled; relative ones suit any network, and a layer counts as much as
another.
"""

from typing import Any

from keras import ops

TINY = 1e-12


def gram(features: Any) -> Any:
    """The Gram matrix (n, c, c) of features (n, height, width, c), a mean over places."""
    _, height, width, channels = features.shape
    flat = ops.reshape(features, (-1, height * width, channels))
    return ops.matmul(ops.transpose(flat, (0, 2, 1)), flat) / (height * width)


def style_loss(grams: Any, wanted: Any) -> Any:
    """The squared differences of Gram matrices over the squares of the wanted one: a mean over images.

    Args:
        grams: tensor (n, c, c).
        wanted: tensor (1, c, c).
    """
    differences = ops.mean(ops.square(grams - wanted), axis=0)
    return ops.sum(differences) / (ops.sum(ops.square(wanted)) + TINY)


def content_loss(features: Any, wanted: Any) -> Any:
    """The squared difference of features over the squared deviation of the wanted ones: a mean over images.

    1 for features that are the same everywhere, the mean of the wanted ones.

    Args:
        features: tensor (n, height, width, c).
        wanted: tensor of the same shape.
    """
    mean = ops.mean(wanted, axis=(1, 2), keepdims=True)
    spread = ops.sum(ops.square(wanted - mean), axis=(1, 2, 3))
    differences = ops.sum(ops.square(features - wanted), axis=(1, 2, 3))
    return ops.mean(differences / (spread + TINY))


def total_variation(images: Any) -> Any:
    """The mean square of differences of neighbors, along both axes (Mahendran and Vedaldi 2015).

    Args:
        images: tensor (n, height, width, channels).
    """
    down = images[:, 1:] - images[:, :-1]
    right = images[:, :, 1:] - images[:, :, :-1]
    return ops.mean(ops.square(down)) + ops.mean(ops.square(right))
