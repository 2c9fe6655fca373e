"""Discriminators' part of a game: an objective and penalties, as settings, and the losses by them."""

from collections.abc import Iterable, Sequence
from typing import Any

import keras

from keras_gan import objectives, penalties
from keras_gan.objectives import Objective
from keras_gan.penalties import Penalty


class Adversaries:
    """A `Game` with discriminators, whatever they judge, which applies its penalties in every step: a mixin.

    Args:
        objective: the players' losses: an `Objective`, or its name (`keras_gan.objectives.get`).
        penalties: terms added to the discriminators' losses: of `keras_gan.penalties`, or their names.

    Raises:
        ValueError: on an unknown objective or penalty, or a penalty that is not applied in every step.
    """

    objective: str | Objective = "non_saturating"
    penalties: Sequence[str | Penalty] = ()

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self.objective = objectives.get(self.objective)
        self.penalties = tuple(penalties.get(penalty) for penalty in self.penalties)
        if penalties.interval(self.penalties) > 1:
            raise ValueError(
                f"{type(self).__name__} applies penalties in every step: every must be 1."
            )

    def critic_loss(self, critic: Any, reals: Any, fakes: Any) -> Any:
        """A discriminator's loss on real and on generated examples, its penalties included: a scalar.

        Args:
            critic: function from examples to logits; of several outputs it is the sum of their losses.
            reals: tensor (n, ...), or a list of them.
            fakes: as `reals`.
        """
        outputs = (keras.tree.flatten(critic(examples)) for examples in (reals, fakes))
        loss = sum(self.objective.discriminator_loss(*each) for each in zip(*outputs, strict=True))
        return loss + self.penalty(critic, reals, fakes)

    def adversarial_loss(self, critic: Any, reals: Any, fakes: Any) -> Any:
        """A generator's loss on a discriminator's logits of its examples; arguments as in `critic_loss`."""
        outputs = keras.tree.flatten(critic(fakes))
        real = [None] * len(outputs)
        if self.objective.requires_real:
            real = keras.tree.flatten(critic(reals))
        return sum(self.objective.generator_loss(*each) for each in zip(outputs, real, strict=True))

    def penalty(self, critic: Any, reals: Any, fakes: Any) -> Any:
        """The sum of the penalties; arguments as in `critic_loss`."""
        return sum(penalty(self, critic, reals, fakes) for penalty in self.penalties)

    def after_discriminators(self, discriminators: Iterable[keras.Model]):
        """Updates the penalties after an update of the discriminators."""
        for penalty in self.penalties:
            for discriminator in discriminators:
                penalty.after_update(discriminator)
