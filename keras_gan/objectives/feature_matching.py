"""Feature matching (Salimans et al. 2016, section 3.1)."""

from typing import Any

import keras
from keras import ops

from keras_gan import backend
from keras_gan.objectives.adversarial import NonSaturating
from keras_gan.objectives.base import Objective


@keras.saving.register_keras_serializable("keras_gan")
class FeatureMatching(Objective):
    """The generator matches the mean features of real examples, instead of deceiving the discriminator.

    Salimans et al. 2016, section 3.1. The features f are the outputs of a layer of the discriminator, which
    itself is trained on another objective.

    Args:
        layer: name of the layer; the default is its name in the networks of this library.
        discriminator: the discriminator's objective, the non-saturating one if None.
    """

    requires_real = True

    def __init__(self, layer: str = "features", discriminator: Objective | None = None):
        self.layer = layer
        self.discriminator = discriminator or NonSaturating()

    @property
    def centered(self):
        return self.discriminator.centered

    def discriminator_loss(self, real_logits, fake_logits):
        """The loss of the discriminator's own objective."""
        return self.discriminator.discriminator_loss(real_logits, fake_logits)

    def generator_loss(self, fake_logits, real_logits=None):
        """|E f(x) - E f(G(z))|^2, in [0, inf); both means are over the batch of all replicas.

        Args:
            fake_logits: the features of generated examples.
            real_logits: the features of real ones.
        """
        real, fake = (
            ops.mean(ops.cast(features, keras.config.floatx()), axis=0)  # may be of 16 bits
            for features in (real_logits, fake_logits)
        )
        return ops.sum(ops.square(backend.replica_mean(real - fake)))

    def estimate(self, real_logits, fake_logits):
        """The divergence that the discriminator's own objective estimates."""
        return self.discriminator.estimate(real_logits, fake_logits)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for saving."""
        discriminator = keras.saving.serialize_keras_object(self.discriminator)
        return {"layer": self.layer, "discriminator": discriminator}
