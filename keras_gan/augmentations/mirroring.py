"""Mirroring: images whose left and right are exchanged."""

from typing import Any

from keras import ops


def mirror(images: Any, chosen: Any) -> Any:
    """Images (n, height, width, channels), of which those that are `chosen`, booleans (n,), are mirrored."""
    return ops.where(chosen[:, None, None, None], ops.flip(images, axis=2), images)
