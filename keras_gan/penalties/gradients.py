"""Penalties of the gradient of a discriminator: WGAN-GP, DRAGAN, R1, R2."""

import warnings
from typing import Any

import keras
from keras import ops

from keras_gan import backend
from keras_gan.backend.keras_private import flatten_layers
from keras_gan.penalties.base import Penalty


class _OfGradients(Penalty):
    """weight * E cost(|grad D(x)|^2) over some points x, the norm being that over all axes of an example.

    Subclasses choose `points` and `cost`.
    """

    def __init__(self, weight, every):
        if not weight > 0.0:
            raise ValueError(f"The weight of {type(self).__name__} must be positive, got {weight}.")
        if not (isinstance(every, int) and every >= 1):
            raise ValueError(f"every counts training steps and must be at least 1, got {every}.")
        self.weight = weight
        self.every = every

    def points(self, game, real, fake):
        """The examples, as `real` and `fake` are, where the gradient is measured."""
        raise NotImplementedError

    def cost(self, squared_norms):
        """The cost (n,) of squared gradient norms (n,)."""
        raise NotImplementedError

    def __call__(self, game, critic, real, fake):
        norms = keras.tree.flatten(squared_gradient_norms(critic, self.points(game, real, fake)))
        return self.weight * sum(ops.mean(self.cost(each)) for each in norms) / len(norms)

    def check(self, discriminator):
        normalized = [
            layer.name
            for layer in flatten_layers(discriminator)
            if isinstance(layer, keras.layers.BatchNormalization)
        ]
        if normalized:
            warnings.warn(
                f"{type(self).__name__} looks at the gradient for one example at a time, but "
                f"{normalized[0]} makes the discriminator's output depend on the whole batch "
                "(Gulrajani et al. 2017, section 4). Use a discriminator without batch normalization, as "
                "networks.dcgan.discriminator(normalization=None).",
                stacklevel=4,
            )


def squared_gradient_norms(critic: Any, points: Any) -> Any:
    """|grad D(x)|^2 at each of the points.

    Args:
        critic: maps points to logits.
        points: tensor (n, ...), or a list of such.

    Returns:
        A tensor (n,), or a list of one for each, differentiable with respect to the critic's weights.
    """

    def squared_norms(gradient):
        return ops.sum(ops.square(gradient), axis=tuple(range(1, len(gradient.shape))))

    return keras.tree.map_structure(squared_norms, backend.gradient(critic, points))


class _ToNorm(_OfGradients):
    """Penalizes how far the gradient norm is from `norm`, or how far above it if one-sided."""

    def __init__(self, weight, norm, one_sided, every):
        super().__init__(weight, every)
        if norm < 0.0:
            raise ValueError(f"norm must not be negative, got {norm}.")
        self.norm = norm
        self.one_sided = one_sided

    def cost(self, squared_norms):
        # The root has no slope at 0, where a critic may well be flat.
        excess = ops.sqrt(squared_norms + 1e-12) - self.norm
        return ops.square(ops.relu(excess) if self.one_sided else excess)

    def get_config(self):
        return {
            "weight": self.weight,
            "norm": self.norm,
            "one_sided": self.one_sided,
            "every": self.every,
        }


@keras.saving.register_keras_serializable("keras_gan")
class GradientPenalty(_ToNorm):
    """weight * E (|grad D(x)| - norm)^2 between real and generated examples.

    Gulrajani et al. 2017, equation 3: x = e real + (1 - e) fake with e ~ U(0, 1), one e for an example.
    With `norm=0` it is the zero-centered penalty (Thanh-Tung et al. 2019).

    Args:
        weight: the paper's lambda, 10.
        norm: the gradient norm that costs nothing, 1 in the paper.
        one_sided: whether a smaller norm costs nothing either (section 4 of the paper; Petzka et al. 2018).
        every: training steps from one application to the next, each `every` times as strong.

    Raises:
        ValueError: if `weight` is not positive, `norm` negative, or `every` less than 1.
    """

    def __init__(
        self, weight: float = 10.0, norm: float = 1.0, one_sided: bool = False, every: int = 1
    ):
        super().__init__(weight, norm, one_sided, every)

    requires_fake = True

    def points(self, game, real, fake):
        e = game.uniform(_one_each(real))
        return keras.tree.map_structure(lambda real, fake: e * real + (1.0 - e) * fake, real, fake)


@keras.saving.register_keras_serializable("keras_gan")
class DRAGAN(_ToNorm):
    """weight * E (|grad D(x)| - norm)^2 around real examples (Kodali et al. 2017, algorithm 1).

    The points are those of the authors' code: x = real + e noise, with e ~ U(0, 1), one for an example, and
    noise ~ 0.5 s U(0, 1) where s is the standard deviation of the batch.

    Args:
        weight: the paper's lambda, 10.
        norm: the paper's k, 1.
        one_sided: as in `GradientPenalty`.
        every: as in `GradientPenalty`.

    Raises:
        ValueError: as in `GradientPenalty`.
    """

    def __init__(
        self, weight: float = 10.0, norm: float = 1.0, one_sided: bool = False, every: int = 1
    ):
        super().__init__(weight, norm, one_sided, every)

    def points(self, game, real, fake):
        def noise(real):
            mean = backend.replica_mean(ops.mean(real))
            deviation = ops.sqrt(backend.replica_mean(ops.mean(ops.square(real - mean))))
            return 0.5 * deviation * game.uniform(ops.shape(real))

        added = keras.tree.map_structure(noise, real)
        e = game.uniform(_one_each(real))
        return keras.tree.map_structure(lambda real, noise: real + e * noise, real, added)


class _Flat(_OfGradients):
    """gamma / 2 E |grad D(x)|^2."""

    def __init__(self, gamma, every):
        super().__init__(gamma, every)
        self.gamma = gamma

    def cost(self, squared_norms):
        return squared_norms / 2.0

    def get_config(self):
        return {"gamma": self.gamma, "every": self.every}


@keras.saving.register_keras_serializable("keras_gan")
class R1(_Flat):
    """gamma / 2 E |grad D(x)|^2 on real examples (Mescheder et al. 2018, equation 9).

    Args:
        gamma: the weight; 10 in the paper.
        every: training steps from one application to the next, each `every` times as strong; 16 in
            Karras et al. 2020.

    Raises:
        ValueError: if `gamma` is not positive or `every` less than 1.
    """

    def __init__(self, gamma: float = 10.0, every: int = 1):
        super().__init__(gamma, every)

    def points(self, game, real, fake):
        return real


@keras.saving.register_keras_serializable("keras_gan")
class R2(_Flat):
    """gamma / 2 E |grad D(x)|^2 on generated examples (Mescheder et al. 2018, equation 10).

    Args and errors as for `R1`.
    """

    def __init__(self, gamma: float = 10.0, every: int = 1):
        super().__init__(gamma, every)

    requires_fake = True

    def points(self, game, real, fake):
        return fake


def _one_each(examples):
    """The shape of one number for each example, to be broadcast."""
    first = keras.tree.flatten(examples)[0]
    return (ops.shape(first)[0], *(1 for _ in first.shape[1:]))
