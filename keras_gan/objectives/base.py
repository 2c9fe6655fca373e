"""What an objective is."""

from typing import Any


class Objective:
    """The losses of a discriminator and a generator. Subclasses give both.

    Attributes:
        relativistic: whether `generator_loss` wants the logits of real examples too.
    """

    relativistic = False

    def discriminator_loss(self, real_logits: Any, fake_logits: Any) -> Any:
        """What the discriminator minimizes: logits of real and of generated examples to a scalar."""
        raise NotImplementedError

    def generator_loss(self, fake_logits: Any, real_logits: Any = None) -> Any:
        """What the generator minimizes: the logits of its examples to a scalar.

        Args:
            fake_logits: the logits of generated examples.
            real_logits: the logits of real ones, for a relativistic objective only.
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
        """The objective of a `get_config`."""
        return cls(**config)
