"""The random jitter of Isola et al. 2017, section 6.2: scale, crop, mirror."""

from typing import Any

from keras import ops

ENLARGEMENT = 286 / 256


def jitter(
    images: Any,
    shifts: Any,
    mirrored: Any,
    factors: Any = ENLARGEMENT,
    size: tuple[int, int] | None = None,
) -> Any:
    """Images scaled, cropped and mirrored, each by random numbers of its own.

    In the paper 256 pixels become 286, from which 256 are cut. All is one linear map for each axis, with the
    weights of antialiased bicubic interpolation (Keys 1981, a = -0.5), as in Pillow. The paper's Torch code
    interpolates bilinearly, and never crops at the first of the 31 positions.

    Args:
        images: (n, height, width, channels).
        shifts: (n, 2) in [0, 1): where the crop lies, from the top left to the bottom right.
        mirrored: (n,), whether left and right are exchanged.
        factors: the factor of the sides, one for all images or (n,), which leaves none smaller than `size`;
            286/256 in the paper.
        size: (height, width) of the crop; that of the images if None.

    Returns:
        A tensor (n, *size, channels). Values beyond -1 and 1 are clipped.
    """
    factors = ops.broadcast_to(ops.cast(factors, "float32"), ops.shape(mirrored))
    before = images.shape[1:3]
    rows, columns = (
        _crop(old, new, shifts[:, axis], factors, images.dtype)
        for axis, (old, new) in enumerate(zip(before, size or before, strict=True))
    )
    columns = ops.where(mirrored[:, None, None], ops.flip(columns, axis=1), columns)
    images = ops.einsum("nij,njwc->niwc", rows, images)
    images = ops.einsum("nkw,niwc->nikc", columns, images)
    return ops.clip(images, -1.0, 1.0)


def _crop(old, new, shift, factors, dtype):
    """The weights (n, new, old) of `old` pixels in `new` ones, along one axis."""
    scaled = ops.round(old * factors)
    first = ops.floor(ops.cast(shift, "float32") * (scaled - new + 1.0))
    step = (old / scaled)[:, None]  # old pixels from one new pixel to the next
    centers = (ops.arange(new, dtype="float32") + first[:, None] + 0.5) * step - 0.5
    distance = ops.abs(centers[:, :, None] - ops.arange(old, dtype="float32"))
    distance = distance / ops.maximum(step, 1.0)[:, :, None]  # antialiasing: a wider filter
    near = (1.5 * distance - 2.5) * distance**2 + 1.0
    far = ((-0.5 * distance + 2.5) * distance - 4.0) * distance + 2.0
    weights = ops.where(distance < 1.0, near, ops.where(distance < 2.0, far, 0.0))
    weights = weights / ops.sum(weights, axis=-1, keepdims=True)
    return ops.cast(weights, dtype)
