"""Objectives that compare real with generated examples (Jolicoeur-Martineau 2018)."""

import math

import keras
from keras import ops

from keras_gan import backend
from keras_gan.objectives.base import Objective


@keras.saving.register_keras_serializable("keras_gan")
class Relativistic(Objective):
    """The paired game: is this real example more real than that generated one?

    RSGAN in Jolicoeur-Martineau 2018, with the logistic loss; the objective of R3GAN (Huang et al. 2024).
    Real and generated logits must be equally many; the i-th of both are a pair.
    """

    requires_real = True
    centered = False  # Only differences of logits count.

    def discriminator_loss(self, real_logits, fake_logits):
        """-E log sigmoid(D(x) - D(G(z))), in [0, inf); log 2 where the discriminator cannot tell."""
        return ops.mean(ops.softplus(fake_logits - real_logits))

    def generator_loss(self, fake_logits, real_logits=None):
        """-E log sigmoid(D(G(z)) - D(x)), in [0, inf)."""
        return ops.mean(ops.softplus(real_logits - fake_logits))

    def estimate(self, real_logits, fake_logits):
        """The paired relativistic divergence in nats, in [0, 2 log 2]; 0 only between equals.

        sup_D 2 E [log sigmoid(D(x) - D(y)) + log 2] (Jolicoeur-Martineau 2019, "On relativistic
        f-divergences").
        """
        return 2.0 * (math.log(2.0) - self.discriminator_loss(real_logits, fake_logits))


@keras.saving.register_keras_serializable("keras_gan")
class RelativisticAverage(Objective):
    """The average game: is this example more real than the other kind is on average?

    RaSGAN in Jolicoeur-Martineau 2018. The averages are over the batch, of all replicas.
    """

    requires_real = True
    centered = False  # Only differences of logits count.

    def discriminator_loss(self, real_logits, fake_logits):
        """-E log sigmoid(D(x) - E D(G(z))) - E log(1 - sigmoid(D(G(z)) - E D(x))), in [0, inf)."""
        real = ops.softplus(backend.replica_mean(ops.mean(fake_logits)) - real_logits)
        fake = ops.softplus(fake_logits - backend.replica_mean(ops.mean(real_logits)))
        return ops.mean(real) + ops.mean(fake)

    def generator_loss(self, fake_logits, real_logits=None):
        """The discriminator's loss with the parts of real and generated examples exchanged."""
        return self.discriminator_loss(fake_logits, real_logits)

    def estimate(self, real_logits, fake_logits):
        """The average relativistic divergence in nats, in [0, 2 log 2]; 0 only between equals.

        Defined as for `Relativistic`, with the averages of this objective.
        """
        return 2.0 * math.log(2.0) - self.discriminator_loss(real_logits, fake_logits)


@keras.saving.register_keras_serializable("keras_gan")
class RelativisticAverageHinge(RelativisticAverage):
    """The average game with a margin: RaHingeGAN in Jolicoeur-Martineau 2018, appendix D.

    Averages are over the batch, of all replicas.
    """

    def discriminator_loss(self, real_logits, fake_logits):
        """E max(0, 1 - D(x) + E D(G(z))) + E max(0, 1 + D(G(z)) - E D(x)), in [0, inf)."""
        real = ops.relu(1.0 + backend.replica_mean(ops.mean(fake_logits)) - real_logits)
        fake = ops.relu(1.0 + fake_logits - backend.replica_mean(ops.mean(real_logits)))
        return ops.mean(real) + ops.mean(fake)

    def estimate(self, real_logits, fake_logits):
        """2 - the discriminator's loss, in (-inf, 2]; 0 between equals, for the best discriminator."""
        return 2.0 - self.discriminator_loss(real_logits, fake_logits)
