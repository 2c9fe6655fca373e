"""What the players minimise, as functions of the discriminator's logits.

An objective is a value that a model is given: `DCGAN(objective=NonSaturating())`. Logits have any shape,
usually (n, 1), and a loss is their mean. With D = sigmoid(logit): log D = -softplus(-logit) and
log(1 - D) = -softplus(logit), computed without ever forming D, so that they are exact where D is 0 or 1.
"""

from typing import Any

import keras
from keras import ops


class Objective:
    """The losses of a discriminator and a generator. Subclasses give both."""

    def discriminator_loss(self, real_logits: Any, fake_logits: Any) -> Any:
        """What the discriminator minimises: logits of real and of generated examples to a scalar."""
        raise NotImplementedError

    def generator_loss(self, fake_logits: Any) -> Any:
        """What the generator minimises: the logits of its examples to a scalar."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for saving."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Objective":
        """The objective of a `get_config`."""
        return cls(**config)


@keras.saving.register_keras_serializable("keras_gan")
class Minimax(Objective):
    """The zero-sum game of Goodfellow et al. 2014, equation 1: min_G max_D E log D(x) + E log(1 - D(G(z))).

    At the optimal discriminator the generator minimises 2 JS(data, generator) - log 4 (theorem 1).
    """

    def discriminator_loss(self, real_logits, fake_logits):
        """-E log D(x) - E log(1 - D(G(z))), in [0, inf); 2 log 2 where the discriminator cannot tell."""
        return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))

    def generator_loss(self, fake_logits):
        """E log(1 - D(G(z))), in (-inf, 0]."""
        return -ops.mean(ops.softplus(fake_logits))


@keras.saving.register_keras_serializable("keras_gan")
class NonSaturating(Minimax):
    """The heuristic of Goodfellow et al. 2014, section 3: the generator maximises E log D(G(z)).

    It has the fixed point of the minimax game, and gradients where the discriminator is winning.
    """

    def generator_loss(self, fake_logits):
        """-E log D(G(z)), in [0, inf)."""
        return ops.mean(ops.softplus(-fake_logits))
