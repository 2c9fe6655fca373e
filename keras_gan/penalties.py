"""Penalties that keep a discriminator from growing too steep: gradient penalties and weight clipping.

A penalty is a value that a model is given: `GAN(objective="wasserstein", penalties=[GradientPenalty()])`.
It adds a term to the discriminator's loss, or acts on its weights after each of its updates.

Lazy regularization (Karras et al. 2020, appendix B): a penalty of `every` > 1 is no part of the loss. It is
minimized by an update of its own in every `every`-th training step, `every` times as strong, after the
updates on the loss. As in that paper, Adam's rate and betas should then be corrected: `StyleGAN2` does it.

The numbers that a penalty draws, for an augmentation or dropout, are drawn again by what comes next in the
step, as `backend.gradient` leaves the random state as it was. That is no bias. Under the policy
"mixed_float16" the gradient inside of a penalty has no loss scale, which a very flat critic would need.

For an example that is a list of images, as those of `MSGGAN`, the penalty of a gradient is the mean of the
penalties of the gradients for each image (Karnewar and Wang 2020).
"""

import warnings
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_gan import backend
from keras_gan.backend.keras_private import flatten_layers
from keras_gan.lookup import resolve


class Penalty:
    """A demand on a discriminator beyond its objective. Subclasses override what they need.

    Attributes:
        every: training steps from one application to the next.
        requires_fake: whether the term depends on generated examples.
    """

    every = 1
    requires_fake = False

    def __call__(self, game: Any, critic: Any, real: Any, fake: Any) -> Any:
        """The term, a scalar, that the discriminator minimizes.

        Args:
            game: the `Game` that is trained, for its random numbers.
            critic: maps examples to logits (n, 1), with the labels of the batch if there are any.
            real: real examples (n, ...), floats, or a list of such.
            fake: as many generated ones; None where `requires_fake` is False and the penalty is lazy.
        """
        return 0.0

    def after_update(self, discriminator: keras.Model):
        """Called after each of the discriminator's updates."""

    def check(self, discriminator: keras.Model):
        """Warns if a discriminator does not suit the penalty."""

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for saving."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Penalty":
        """The penalty that `get_config` describes."""
        return cls(**config)


@keras.saving.register_keras_serializable("keras_gan")
class WeightClipping(Penalty):
    """Every weight of the critic in [-limit, limit] after each update (Arjovsky et al. 2017, algorithm 1).

    Args:
        limit: the paper's c, 0.01.

    Raises:
        ValueError: if `limit` is not positive.
    """

    def __init__(self, limit: float = 0.01):
        if not limit > 0.0:
            raise ValueError(f"limit must be positive, got {limit}.")
        self.limit = limit

    def after_update(self, discriminator):
        for variable in discriminator.trainable_variables:
            variable.assign(ops.clip(variable, -self.limit, self.limit))

    def get_config(self):
        return {"limit": self.limit}


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


_NAMED = {
    "weight_clipping": WeightClipping,
    "gradient_penalty": GradientPenalty,
    "dragan": DRAGAN,
    "r1": R1,
    "r2": R2,
}


def get(penalty: str | dict | Penalty) -> Penalty:
    """The penalty of a name, of a saved config, or as it is.

    Args:
        penalty: a `Penalty`, its Keras config, or one of "weight_clipping", "gradient_penalty", "dragan",
            "r1" and "r2", with the defaults of the paper.

    Raises:
        ValueError: on another name, with the closest ones.
    """
    return resolve("penalty", penalty, Penalty, _NAMED)


def interval(penalties: Sequence[Penalty]) -> int:
    """Training steps from one application of the lazy penalties to the next; 1 if none is lazy.

    Raises:
        ValueError: if lazy penalties differ in `every`.
    """
    found = sorted({penalty.every for penalty in penalties} - {1})
    if len(found) > 1:
        raise ValueError(f"Lazy penalties must have the same every, got {found}.")
    return found[0] if found else 1
