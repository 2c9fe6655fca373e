"""Differentiable augmentation (Zhao et al. 2020)."""

from collections.abc import Callable, Sequence

import keras
from keras import ops

from keras_gan.augmentations.base import Augmentation
from keras_gan.lookup import check_name


@keras.saving.register_keras_serializable("keras_gan")
class DiffAugment(Augmentation):
    """Differentiable augmentation (Zhao et al. 2020, section 4), each image by numbers of its own.

    - "color": brightness b ~ U(-0.5, 0.5) is added, then the distance from the mean over channels times
      s ~ U(0, 2), then that from the mean of the image times c ~ U(0.5, 1.5).
    - "translation": by up to an eighth of the image along each axis, in whole pixels; zeros come in.
    - "cutout": a square of half the image's side, its center anywhere in the image, becomes zero.

    Args:
        policy: which of the three, in that order; all in the paper's experiments with few images, on large
            data sets "translation" and "cutout" or less.
        **kwargs: as for any `keras.Layer`.

    Raises:
        ValueError: on a policy that is empty or names something else.

    Example:

    ```python
    gan = keras_gan.StyleGAN2(augmentation=DiffAugment(["color", "translation"]))
    ```
    """

    def __init__(self, policy: Sequence[str] = ("color", "translation", "cutout"), **kwargs):
        super().__init__(**kwargs)
        self.policy = tuple(policy)
        if not self.policy:
            raise ValueError(f"policy must name at least one of {', '.join(_POLICIES)}.")
        for name in self.policy:
            check_name("policy of DiffAugment", name, _POLICIES)

    def call(self, images, uniform):
        for name in self.policy:
            images = _POLICIES[name](images, uniform)
        return images

    def get_config(self):
        return {**super().get_config(), "policy": list(self.policy)}


def _color(images, uniform):
    brightness, saturation, contrast = (uniform(_one_each(images)) for _ in range(3))
    images = images + brightness - 0.5
    images = _from_mean(images, 2.0 * saturation, axis=-1)
    return _from_mean(images, 0.5 + contrast, axis=(1, 2, 3))


def _from_mean(images, factors, axis):
    mean = ops.mean(images, axis=axis, keepdims=True)
    return mean + factors * (images - mean)


def _translation(images, uniform):
    num, height, width, _ = ops.shape(images)
    reach = lambda side: int(side / 8 + 0.5)  # noqa: E731
    rows, columns = (_whole(uniform, num, -reach(side), reach(side)) for side in (height, width))
    # Matrices that shift: no gradient of a gather, in either order.
    images = ops.einsum("nij,njwc->niwc", _shift(rows, height, images.dtype), images)
    return ops.einsum("nij,nhjc->nhic", _shift(columns, width, images.dtype), images)


def _shift(offsets, side, dtype):
    """Matrices (n, side, side) that shift vectors by `offsets` (n, 1), and zeros in."""
    places = ops.arange(side, dtype=offsets.dtype)
    return ops.cast(places[:, None] - places == offsets[:, :, None], dtype)


def cutout(images, uniform: Callable, size: int | None = None):
    """`images` (n, height, width, channels) without a square each, its center anywhere in the image.

    Args:
        images: of any range; the square becomes zero.
        uniform: function of a shape to random numbers in [0, 1).
        size: the square's side in pixels; None for half the image's height and width.
    """
    num, height, width, _ = ops.shape(images)
    covered = []
    for side in (height, width):
        edge = size or (side + 1) // 2
        center = _whole(uniform, num, 0, side - edge % 2)
        distance = ops.arange(side, dtype=center.dtype) - (center - edge // 2)
        covered.append(ops.logical_and(distance >= 0, distance < edge))
    cut = ops.logical_and(covered[0][:, :, None], covered[1][:, None, :])
    return ops.where(cut[..., None], ops.zeros_like(images), images)


def _whole(uniform, num, low, high):
    """Whole numbers (n, 1) from `low` to `high`, both included, as floats."""
    return low + ops.floor(uniform((num, 1)) * (high - low + 1))


def _one_each(images):
    """The shape of one number for each image, to be broadcast."""
    return (ops.shape(images)[0], 1, 1, 1)


_POLICIES: dict[str, Callable] = {
    "color": _color,
    "translation": _translation,
    "cutout": cutout,
}
