"""Images whose quarters are put together in another order."""

import itertools
from typing import Any

from keras import ops

ORDERS = tuple(itertools.permutations(range(4)))
"""The 24 orders of an image's quarters, of which the first is the image's own."""


def reordered(images: Any, orders: Any) -> Any:
    """Images with their quarters in other places.

    Args:
        images: (n, height, width, channels), of even height and width.
        orders: integers (n,), places in `ORDERS`, which name, row by row, the quarter that comes there.

    Returns:
        Images of the same shape.
    """
    _, height, width, channels = images.shape
    shape = (-1, 2, height // 2, 2, width // 2, channels)
    quarters = ops.transpose(ops.reshape(images, shape), (0, 1, 3, 2, 4, 5))
    quarters = ops.reshape(quarters, (-1, 4, height // 2, width // 2, channels))
    # Choosing is a product with one-hot rows, which is fast everywhere.
    chosen = ops.one_hot(ops.take(ops.convert_to_tensor(ORDERS), orders, axis=0), 4)
    quarters = ops.einsum("nij,njhwc->nihwc", ops.cast(chosen, images.dtype), quarters)
    quarters = ops.reshape(quarters, (-1, 2, 2, height // 2, width // 2, channels))
    quarters = ops.transpose(quarters, (0, 1, 3, 2, 4, 5))
    return ops.reshape(quarters, (-1, height, width, channels))
