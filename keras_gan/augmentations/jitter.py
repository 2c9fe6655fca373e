"""The random jitter of Isola et al. 2017, section 6.2: enlarge, crop, mirror."""

from typing import Any

from keras import ops

ENLARGEMENT = 286 / 256


def jitter(images: Any, shifts: Any, mirrored: Any, enlargement: float = ENLARGEMENT) -> Any:
    """Images enlarged, cropped to their own size and mirrored, each by random numbers of its own.

    In the paper 256 pixels become 286, from which 256 are cut. All is one linear map for each axis, with the
    weights of antialiased bicubic interpolation (Keys 1981, a = -0.5), as in Pillow. The paper's Torch code
    interpolates bilinearly, and never crops at the first of the 31 positions.

    Args:
        images: (n, height, width, channels).
        shifts: (n, 2) in [0, 1): where the crop lies, from the top left to the bottom right.
        mirrored: (n,), whether left and right are exchanged.
        enlargement: the factor of the sides, at least 1; 286/256 in the paper.

    Returns:
        A tensor of the shape of `images`. Values beyond -1 and 1 are clipped.
    """
    height, width = images.shape[1:3]
    rows = _crop(height, shifts[:, 0], enlargement, images.dtype)
    columns = _crop(width, shifts[:, 1], enlargement, images.dtype)
    columns = ops.where(mirrored[:, None, None], ops.flip(columns, axis=1), columns)
    images = ops.einsum("nij,njwc->niwc", rows, images)
    images = ops.einsum("nkw,niwc->nikc", columns, images)
    return ops.clip(images, -1.0, 1.0)


def _crop(size, shift, enlargement, dtype):
    """The weights (n, size, size) of old pixels in new ones, along one axis."""
    large = round(size * enlargement)
    first = ops.floor(ops.cast(shift, "float32") * (large - size + 1))
    new = ops.arange(size, dtype="float32")[None, :] + first[:, None]
    centers = (new + 0.5) * (size / large) - 0.5
    distance = ops.abs(centers[:, :, None] - ops.arange(size, dtype="float32"))
    near = (1.5 * distance - 2.5) * distance**2 + 1.0
    far = ((-0.5 * distance + 2.5) * distance - 4.0) * distance + 2.0
    weights = ops.where(distance < 1.0, near, ops.where(distance < 2.0, far, 0.0))
    weights = weights / ops.sum(weights, axis=-1, keepdims=True)
    return ops.cast(weights, dtype)
