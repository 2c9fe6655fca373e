"""Tricks that steady the training of a GAN: instance noise, label flips, historical averaging.

A trick is a value that a model is given: `GAN(tricks=[InstanceNoise(0.1), LabelFlips(0.05)])`. It changes the
examples that the discriminator sees, the logits that its loss takes, or adds a term to the players' losses.
"""

from typing import Any

import keras
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from keras_gan.layers.history import History
from keras_gan.lookup import resolve


class Trick:
    """A change to the training of a `GAN`. Subclasses override the hooks that they need."""

    def start(self, gan: Any):
        """Called once, by the model's constructor: for state, which the model keeps."""

    def examples(self, gan: Any, examples: Any) -> Any:
        """The examples, real or generated, that the discriminator sees in place of `examples`, (n, ...)."""
        return examples

    def logits(self, gan: Any, real_logits: Any, fake_logits: Any) -> tuple[Any, Any]:
        """The logits, both (n, 1), that the discriminator's objective takes in place of these."""
        return real_logits, fake_logits

    def loss(self, gan: Any, player: str) -> Any:
        """A scalar that is added to the loss of the player, "discriminator" or "generator"."""
        return 0.0

    def after_update(self, gan: Any, player: str, applied: Any):
        """Called after each of the player's updates, with a boolean scalar: whether it was applied."""

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for saving."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Trick":
        """The trick that `get_config` describes."""
        return cls(**keras.saving.deserialize_keras_object(config))


@keras.saving.register_keras_serializable("keras_gan")
class InstanceNoise(Trick):
    """Gaussian noise on all that the discriminator sees, real and generated.

    It lets the two distributions overlap (Sonderby et al. 2017; Arjovsky and Bottou 2017).

    Args:
        deviation: standard deviation of the noise, or a `LearningRateSchedule` of the discriminator's
            updates by which it decays.

    Raises:
        ValueError: if `deviation` is negative.
    """

    def __init__(self, deviation: float | LearningRateSchedule = 0.1):
        if not isinstance(deviation, LearningRateSchedule) and deviation < 0.0:
            raise ValueError(f"deviation must not be negative, got {deviation}.")
        self.deviation = deviation

    def examples(self, gan, examples):
        deviation = self.deviation
        if isinstance(deviation, LearningRateSchedule):
            deviation = deviation(gan.optimizer_of("discriminator").iterations)
        return keras.tree.map_structure(
            lambda x: x + ops.cast(deviation, x.dtype) * gan.normal(ops.shape(x)), examples
        )

    def get_config(self):
        return {"deviation": keras.saving.serialize_keras_object(self.deviation)}


@keras.saving.register_keras_serializable("keras_gan")
class LabelFlips(Trick):
    """Some real and generated examples change places in the discriminator's loss.

    Chintala et al. 2016, "How to train a GAN?".

    Args:
        probability: fraction of the pairs of a real and a generated example that are exchanged, in [0, 0.5).

    Raises:
        ValueError: if `probability` lies outside.
    """

    def __init__(self, probability: float = 0.05):
        if not 0.0 <= probability < 0.5:
            raise ValueError(f"probability must lie in [0, 0.5), got {probability}.")
        self.probability = probability

    def logits(self, gan, real_logits, fake_logits):
        flipped = gan.uniform((ops.shape(real_logits)[0], 1)) < self.probability
        return (
            ops.where(flipped, fake_logits, real_logits),
            ops.where(flipped, real_logits, fake_logits),
        )

    def get_config(self):
        return {"probability": self.probability}


@keras.saving.register_keras_serializable("keras_gan")
class HistoricalAveraging(Trick):
    """weight |w - mean of w over all updates so far|^2 in both players' losses.

    w are the player's weights (Salimans et al. 2016, section 3.3). The means are the model's `histories`.

    Args:
        weight: weight of the squared distance, positive.

    Raises:
        ValueError: if `weight` is not positive.
    """

    def __init__(self, weight: float = 1.0):
        if not weight > 0.0:
            raise ValueError(f"weight must be positive, got {weight}.")
        self.weight = weight

    def start(self, gan):
        gan.histories = {
            "discriminator": History(gan.discriminator),
            "generator": History(gan.generator),
        }

    def loss(self, gan, player):
        return self.weight * gan.histories[player].distance()

    def after_update(self, gan, player, applied):
        gan.histories[player].update(applied)

    def get_config(self):
        return {"weight": self.weight}


_NAMED = {
    "instance_noise": InstanceNoise,
    "label_flips": LabelFlips,
    "historical_averaging": HistoricalAveraging,
}


def get(trick: str | dict | Trick) -> Trick:
    """The trick of a name, of a saved config, or as it is.

    Args:
        trick: a `Trick`, its Keras config, or one of "instance_noise", "label_flips" and
            "historical_averaging", with the defaults.

    Raises:
        ValueError: on another name, with the closest ones.
    """
    return resolve("trick", trick, Trick, _NAMED)
