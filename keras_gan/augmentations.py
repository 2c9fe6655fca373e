"""Augmentation of what the discriminator sees: for data that are too few, without the generator copying it.

An augmentation is a value that a model is given: `StyleGAN2(augmentation="diffaugment")`. The discriminator
never sees an image without it, real or generated, in any player's move; its gradient reaches the generator
through it, and penalties take the discriminator and its augmentation as one function.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.naming import check_name, resolve


class Augmentation(keras.layers.Layer):
    """Changes images at random, differentiably. Subclasses define `call(images, uniform)`.

    `images` are floats (n, height, width, channels), about [-1, 1]; `uniform(shape)` draws from U(0, 1), as
    `Game.uniform` does.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"dtype": keras.config.floatx(), **kwargs})
        self.built = True

    def observe(self, real_logits: Any):
        """Told the logits (n, 1) of the real images of each of the discriminator's moves."""


@keras.saving.register_keras_serializable("keras_gan")
class DiffAugment(Augmentation):
    """Differentiable augmentation (Zhao et al. 2020, section 4), each image by numbers of its own.

    - "color": brightness b ~ U(-0.5, 0.5) is added, then the distance from the mean over channels times
      s ~ U(0, 2), then that from the mean of the image times c ~ U(0.5, 1.5).
    - "translation": by up to an eighth of the image along each axis, in whole pixels; zeros come in.
    - "cutout": a square of half the image's side, its centre anywhere in the image, becomes zero.

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
    rows, columns = (_whole(uniform, num, -(side // 8), side // 8) for side in (height, width))
    # Matrices that shift: no gradient of a gather, in either order.
    images = ops.einsum("nij,njwc->niwc", _shift(rows, height, images.dtype), images)
    return ops.einsum("nij,nhjc->nhic", _shift(columns, width, images.dtype), images)


def _shift(offsets, side, dtype):
    """Matrices (n, side, side) that shift vectors by `offsets` (n, 1), and zeros in."""
    places = ops.arange(side, dtype=offsets.dtype)
    return ops.cast(places[:, None] - places == offsets[:, :, None], dtype)


def _cutout(images, uniform):
    num, height, width, _ = ops.shape(images)
    covered = []
    for side in (height, width):
        size = (side + 1) // 2
        centre = _whole(uniform, num, 0, side - size % 2)
        distance = ops.arange(side, dtype=centre.dtype) - (centre - size // 2)
        covered.append(ops.logical_and(distance >= 0, distance < size))
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
    "cutout": _cutout,
}


@keras.saving.register_keras_serializable("keras_gan")
class ADA(Augmentation):
    """Adaptive discriminator augmentation (Karras et al. 2020b): as much as overfitting asks for.

    Each image undergoes each of these with probability p (appendix B, the "bgc" transformations, with the
    paper's strengths): mirroring, rotation by multiples of 90 degrees, translation in whole pixels; scaling,
    rotation, scaling of one axis against the other, rotation again, translation; brightness, contrast, luma
    flip, hue rotation and saturation. Pixels beyond the border are reflected.

    p starts at 0 and follows r = E sign(D(real)), which is near 1 where the discriminator knows its training
    images (equation 1, r_t): every 4 moves it goes up if r is above the target, and down if not, at a speed
    that takes it from 0 to 1 in `images` real images.

    Deviations from the paper: images are sampled bilinearly, without its wavelet filters.

    Args:
        target: of r; 0.6 in the paper.
        images: 500,000 in the paper.
        **kwargs: as for any `keras.Layer`.

    Raises:
        ValueError: if `target` lies outside (-1, 1), or `images` is not positive.
    """

    def __init__(self, target: float = 0.6, images: int = 500_000, **kwargs):
        super().__init__(**kwargs)
        if not -1.0 < target < 1.0:
            raise ValueError(f"target must lie in (-1, 1), got {target}.")
        if not images > 0:
            raise ValueError(f"images must be positive, got {images}.")
        self.target = target
        self.images = images
        self.p, self.signs, self.moves = (
            self.add_weight(
                shape=(), initializer="zeros", trainable=False, aggregation="mean", name=name
            )
            for name in ("p", "signs", "moves")
        )

    def call(self, images, uniform):
        draw = _Draw(uniform, ops.shape(images)[0], ops.convert_to_tensor(self.p))
        images = _sampled(images, _geometry(draw, *images.shape[1:3]))
        return _recoloured(images, _colours(draw))

    def observe(self, real_logits):
        seen = backend.replica_mean(ops.mean(ops.sign(ops.cast(real_logits, self.dtype))))
        signs, moves = self.signs + seen, self.moves + 1.0
        due = moves >= 4.0
        num = ops.cast(ops.shape(real_logits)[0] * backend.replicas()[0], self.dtype)
        step = ops.sign(signs / moves - self.target) * moves * num / self.images
        self.p.assign(ops.where(due, ops.clip(self.p + step, 0.0, 1.0), self.p))
        self.signs.assign(ops.where(due, 0.0, signs))
        self.moves.assign(ops.where(due, 0.0, moves))

    def get_config(self):
        return {**super().get_config(), "target": self.target, "images": self.images}


class _Draw:
    """Numbers (n,) for transformations: drawn with probability p, else `neutral`, which changes nothing."""

    def __init__(self, uniform, num, p):
        self.number = lambda: uniform((num,))
        self.p = p

    def uniform(self, low, high, neutral, p=None):
        value = low + (high - low) * self.number()
        return ops.where(self.number() < (self.p if p is None else p), value, neutral)

    def whole(self, count):
        """0 to count - 1."""
        return ops.floor(self.uniform(0.0, count, 0.0))

    def normal(self, deviation):
        quantiles = ops.clip(2.0 * self.number() - 1.0, -1.0 + 1e-6, 1.0 - 1e-6)
        value = deviation * math.sqrt(2.0) * ops.erfinv(quantiles)
        return ops.where(self.number() < self.p, value, 0.0)

    def scale(self, deviation):
        """Exp of a normal number; a deviation of 1 is a factor of 2."""
        return ops.exp(self.normal(deviation * math.log(2.0)))


def _geometry(draw, height, width):
    """Matrices (n, 3, 3) from places in the augmented image to places in the image, from their centres."""
    whole = [ops.round(draw.uniform(-0.125, 0.125, 0.0) * side) for side in (width, height)]
    free = 1.0 - ops.sqrt(1.0 - draw.p)  # for each of two rotations: either, with probability p
    inverses = [
        _scaling(1.0 - 2.0 * draw.whole(2), 1.0),
        _rotation(draw.whole(4) * (math.pi / 2.0)),
        _moving(*whole),
        _scaling(*[1.0 / draw.scale(0.2)] * 2),
        _rotation(draw.uniform(-math.pi, math.pi, 0.0, free)),
        _stretching(draw.scale(0.2)),
        _rotation(draw.uniform(-math.pi, math.pi, 0.0, free)),
        _moving(*(draw.normal(0.125) * side for side in (width, height))),
    ]
    return _product(inverses)


def _colours(draw):
    """Matrices (n, 4, 4) that act on RGB and 1."""
    grey = np.pad(np.full((3, 3), 1.0 / 3.0), (0, 1))
    colour = np.diag([1.0, 1.0, 1.0, 0.0]) - grey
    # The turn by 90 degrees about the grey axis.
    turn = np.pad(np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3.0), (0, 1))
    one = np.diag([0.0, 0.0, 0.0, 1.0])
    bright = np.zeros((4, 4))
    bright[:3, 3] = 1.0
    angle = draw.uniform(-math.pi, math.pi, 0.0)
    in_order = [
        _sum((1.0, np.eye(4)), (draw.normal(0.2), bright)),
        _sum((draw.scale(0.5), grey + colour), (1.0, one)),
        _sum((1.0 - 2.0 * draw.whole(2), grey), (1.0, colour + one)),
        _sum((1.0, grey + one), (ops.cos(angle), colour), (ops.sin(angle), turn)),
        _sum((1.0, grey + one), (draw.scale(1.0), colour)),
    ]
    return _product(in_order[::-1])


def _product(matrices):
    first, *others = matrices
    for other in others:
        first = ops.matmul(first, other)
    return first


def _sum(*terms):
    """The sum of numbers (n,) times matrices."""
    return sum(
        ops.reshape(number, (-1, 1, 1)) * ops.cast(matrix, keras.config.floatx())
        for number, matrix in terms
    )


def _unit(i, j):
    matrix = np.zeros((3, 3))
    matrix[i, j] = 1.0
    return matrix


def _scaling(x, y):
    return _sum((x, _unit(0, 0)), (y, _unit(1, 1)), (1.0, _unit(2, 2)))


def _stretching(factor):
    return _scaling(1.0 / factor, factor)


def _rotation(angle):
    turn = _unit(0, 1) - _unit(1, 0)
    plane = _unit(0, 0) + _unit(1, 1)
    return _sum((ops.cos(angle), plane), (ops.sin(angle), turn), (1.0, _unit(2, 2)))


def _moving(x, y):
    return _sum((1.0, np.eye(3)), (-x, _unit(0, 2)), (-y, _unit(1, 2)))


def _sampled(images, matrices):
    """Images at the places that matrices (n, 3, 3) map theirs to, bilinear, reflected at the border."""
    height, width, channels = images.shape[1:]
    rows, columns = np.mgrid[:height, :width]
    centre = (width - 1) / 2.0, (height - 1) / 2.0
    places = [columns.ravel() - centre[0], rows.ravel() - centre[1], np.ones(height * width)]
    sources = ops.matmul(matrices, ops.cast(np.stack(places), images.dtype))
    x, y = sources[:, 0] + centre[0], sources[:, 1] + centre[1]
    left, top = ops.floor(x), ops.floor(y)
    flat = ops.reshape(images, (-1, height * width, channels))
    total = 0.0
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        row, column = _reflected(top + i, height), _reflected(left + j, width)
        index = ops.cast(row * width + column, "int32")[..., None]
        weight = (1.0 - ops.abs(y - top - i)) * (1.0 - ops.abs(x - left - j))
        total += weight[..., None] * ops.take_along_axis(flat, index, axis=1)
    return ops.reshape(total, (-1, height, width, channels))


def _reflected(places, side):
    """Whole places within the side: ... 2 1 [0 1 2] 1 0 1 ..."""
    period = max(1, 2 * (side - 1))
    places = ops.mod(places, period)
    return ops.minimum(places, period - places)


def _recoloured(images, matrices):
    if images.shape[-1] == 3:
        linear = ops.einsum("nij,nhwj->nhwi", matrices[:, :3, :3], images)
        return linear + matrices[:, None, None, :3, 3]
    # Grey is RGB of three equal channels.
    mean = ops.mean(matrices[:, :3], axis=1)
    factor, offset = ops.sum(mean[:, :3], axis=1), mean[:, 3]
    return images * factor[:, None, None, None] + offset[:, None, None, None]


_NAMED = {"ada": ADA, "diffaugment": DiffAugment}


def get(augmentation: str | dict | Augmentation) -> Augmentation:
    """The augmentation of a name, of a saved config, or as it is.

    Args:
        augmentation: an `Augmentation`, its Keras config, or "ada" or "diffaugment", with the defaults of the
            paper.

    Raises:
        ValueError: on another name, with the closest ones.
    """
    return resolve("augmentation", augmentation, Augmentation, _NAMED)
