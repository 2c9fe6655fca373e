"""Adaptive discriminator augmentation (Karras et al. 2020b)."""

import math

import keras
import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.augmentations.base import Augmentation


@keras.saving.register_keras_serializable("keras_gan")
class ADA(Augmentation):
    """Adaptive discriminator augmentation (Karras et al. 2020b): as much as overfitting asks for.

    Each image undergoes each of these with probability p (appendix B, the "bgc" transformations, with the
    paper's strengths): mirroring, rotation by multiples of 90 degrees, translation in whole pixels; scaling,
    rotation, scaling of one axis against the other, rotation again, translation; brightness, contrast, luma
    flip, hue rotation and saturation. Pixels beyond the border are reflected.

    p starts at 0 and follows r = E sign(D(real)), which is near 1 where the discriminator recognizes its
    training images (equation 1, r_t): after every 4 updates p rises if r is above the target, and falls if
    not, at a speed that takes it from 0 to 1 in `images` real images.

    That sign has a meaning only for an objective that is `centered`: one under which the logits of a
    discriminator that cannot tell real from generated images are 0. Others are refused.

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
        self.p, self.signs, self.updates = (
            self.add_weight(
                shape=(), initializer="zeros", trainable=False, aggregation="mean", name=name
            )
            for name in ("p", "signs", "updates")
        )

    def call(self, images, uniform):
        draw = _Draw(uniform, ops.shape(images)[0], ops.convert_to_tensor(self.p))
        images = _sampled(images, _geometry(draw, *images.shape[1:3]))
        return _recolored(images, _colors(draw))

    def check(self, objective, example_shape):
        super().check(objective, example_shape)
        if not objective.centered:
            raise ValueError(
                "ADA follows the signs of the logits of real images, which say nothing about overfitting "
                f"under {type(objective).__name__}: the logits of a discriminator that cannot tell real from "
                "generated images are not 0 there. Use an objective for which they are, such as "
                "NonSaturating or Hinge, or DiffAugment."
            )

    def observe(self, real_logits):
        seen = backend.replica_mean(ops.mean(ops.sign(ops.cast(real_logits, self.dtype))))
        signs, updates = self.signs + seen, self.updates + 1.0
        due = updates >= 4.0
        num = ops.cast(ops.shape(real_logits)[0] * backend.replicas()[0], self.dtype)
        step = ops.sign(signs / updates - self.target) * updates * num / self.images
        p = ops.convert_to_tensor(self.p)
        self.p.assign(ops.where(due, ops.clip(p + step, 0.0, 1.0), p))
        self.signs.assign(ops.where(due, 0.0, signs))
        self.updates.assign(ops.where(due, 0.0, updates))

    def get_config(self):
        return {**super().get_config(), "target": self.target, "images": self.images}


class _Draw:
    """Random numbers (n,) of transformations, with probability p; else those that change nothing."""

    def __init__(self, uniform, num, p):
        self.number = lambda: uniform((num,))
        self.p = p

    def _gated(self, values, neutral, p=None):
        """Each of the values with probability p, else `neutral`: by one coin for all of them."""
        coin = self.number() < (self.p if p is None else p)
        return [ops.where(coin, value, neutral) for value in values]

    def uniform(self, low, high, neutral, p=None):
        return self._gated([low + (high - low) * self.number()], neutral, p)[0]

    def uniform_pair(self, low, high):
        """Two numbers ~ U(low, high), both of them or neither."""
        return self._gated([low + (high - low) * self.number() for _ in "xy"], 0.0)

    def whole(self, count):
        """0 to count - 1."""
        return ops.floor(self.uniform(0.0, count, 0.0))

    def normal(self, deviation):
        return self._gated([self._normal(deviation)], 0.0)[0]

    def normal_pair(self, deviation):
        """Two numbers ~ N(0, deviation^2), both of them or neither."""
        return self._gated([self._normal(deviation) for _ in "xy"], 0.0)

    def _normal(self, deviation):
        quantiles = ops.clip(2.0 * self.number() - 1.0, -1.0 + 1e-6, 1.0 - 1e-6)
        return deviation * math.sqrt(2.0) * ops.erfinv(quantiles)

    def scale(self, deviation):
        """Exp of a normal number; a deviation of 1 is a factor of 2."""
        return ops.exp(self.normal(deviation * math.log(2.0)))


def _geometry(draw, height, width):
    """Matrices (n, 3, 3) from places in the augmented image to places in the image, from their centers."""
    whole = [
        ops.round(part * side)
        for part, side in zip(draw.uniform_pair(-0.125, 0.125), (width, height), strict=True)
    ]
    fractional = [
        part * side for part, side in zip(draw.normal_pair(0.125), (width, height), strict=True)
    ]
    free = 1.0 - ops.sqrt(1.0 - draw.p)  # for each of two rotations: either, with probability p
    inverses = [
        _scaling(1.0 - 2.0 * draw.whole(2), 1.0),
        _rotation(draw.whole(4) * (math.pi / 2.0)),
        _moving(*whole),
        _scaling(*[1.0 / draw.scale(0.2)] * 2),
        _rotation(draw.uniform(-math.pi, math.pi, 0.0, free)),
        _stretching(draw.scale(0.2)),
        _rotation(draw.uniform(-math.pi, math.pi, 0.0, free)),
        _moving(*fractional),
    ]
    return _product(inverses)


def _colors(draw):
    """Matrices (n, 4, 4) that act on RGB and 1."""
    gray = np.pad(np.full((3, 3), 1.0 / 3.0), (0, 1))
    color = np.diag([1.0, 1.0, 1.0, 0.0]) - gray
    # The rotation by 90 degrees about the gray axis.
    quarter = np.pad(np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3.0), (0, 1))
    one = np.diag([0.0, 0.0, 0.0, 1.0])
    bright = np.zeros((4, 4))
    bright[:3, 3] = 1.0
    angle = draw.uniform(-math.pi, math.pi, 0.0)
    in_order = [
        _sum((1.0, np.eye(4)), (draw.normal(0.2), bright)),
        _sum((draw.scale(0.5), gray + color), (1.0, one)),
        _sum((1.0 - 2.0 * draw.whole(2), gray), (1.0, color + one)),
        _sum((1.0, gray + one), (ops.cos(angle), color), (ops.sin(angle), quarter)),
        _sum((1.0, gray + one), (draw.scale(1.0), color)),
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
    quarter = _unit(0, 1) - _unit(1, 0)
    plane = _unit(0, 0) + _unit(1, 1)
    return _sum((ops.cos(angle), plane), (ops.sin(angle), quarter), (1.0, _unit(2, 2)))


def _moving(x, y):
    return _sum((1.0, np.eye(3)), (-x, _unit(0, 2)), (-y, _unit(1, 2)))


def _sampled(images, matrices):
    """Images at the places that matrices (n, 3, 3) map theirs to, bilinear, reflected at the border."""
    height, width, channels = images.shape[1:]
    rows, columns = np.mgrid[:height, :width]
    center = (width - 1) / 2.0, (height - 1) / 2.0
    places = [columns.ravel() - center[0], rows.ravel() - center[1], np.ones(height * width)]
    sources = ops.matmul(matrices, ops.cast(np.stack(places), images.dtype))
    x, y = sources[:, 0] + center[0], sources[:, 1] + center[1]
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


def _recolored(images, matrices):
    if images.shape[-1] == 3:
        linear = ops.einsum("nij,nhwj->nhwi", matrices[:, :3, :3], images)
        return linear + matrices[:, None, None, :3, 3]
    # Gray is RGB of three equal channels.
    mean = ops.mean(matrices[:, :3], axis=1)
    factor, offset = ops.sum(mean[:, :3], axis=1), mean[:, 3]
    return images * factor[:, None, None, None] + offset[:, None, None, None]
