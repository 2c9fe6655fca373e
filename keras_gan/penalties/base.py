"""The base class of penalties."""

from typing import Any

import keras


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
