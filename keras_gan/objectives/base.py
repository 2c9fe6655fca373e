"""The base class of objectives."""

from typing import Any

import keras


class Objective:
    """The losses of a discriminator and a generator. Subclasses define both.

    Attributes:
        requires_real: whether `generator_loss` takes the logits of real examples too.
        layer: name of the discriminator's layer whose outputs `generator_loss` takes in place of the logits;
            None for the logits.
        centered: whether the logits of a discriminator that cannot tell real from generated examples are 0.
    """

    requires_real = False
    layer: str | None = None
    centered = True

    def discriminator_loss(self, real_logits: Any, fake_logits: Any) -> Any:
        """The discriminator's loss, a scalar, of the logits of real and of generated examples."""
        raise NotImplementedError

    def generator_loss(self, fake_logits: Any, real_logits: Any = None) -> Any:
        """The generator's loss, a scalar.

        Args:
            fake_logits: the logits of generated examples.
            real_logits: the logits of real ones, for an objective that `requires_real`.
        """
        raise NotImplementedError

    def estimate(self, real_logits: Any, fake_logits: Any) -> Any:
        """The divergence between data and generator that a trained discriminator's logits imply: a scalar.

        It is exact in the limit of many examples and an optimal discriminator; any other discriminator
        gives less, up to the noise of the sample.
        """
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for saving."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Objective":
        """The objective that `get_config` describes."""
        return cls(**keras.saving.deserialize_keras_object(config))
