"""The objectives of 2014 to 2018: minimax, non-saturating, least squares, hinge, Wasserstein.

With D = sigmoid(logit): log D = -softplus(-logit) and log(1 - D) = -softplus(logit), computed without ever
forming D, so that they are exact where D is 0 or 1.
"""

import math

import keras
from keras import ops

from keras_gan.objectives.base import Objective


@keras.saving.register_keras_serializable("keras_gan")
class Minimax(Objective):
    """The zero-sum game of Goodfellow et al. 2014, equation 1: min_G max_D E log D(x) + E log(1 - D(G(z))).

    At the optimal discriminator the generator minimizes 2 JS(data, generator) - log 4 (theorem 1).

    Args:
        smoothing: how far the target of real examples lies below 1, in [0, 0.5): one-sided label
            smoothing (Salimans et al. 2016, section 3.4, where it is 0.1).

    Raises:
        ValueError: if `smoothing` lies outside.
    """

    def __init__(self, smoothing: float = 0.0):
        if not 0.0 <= smoothing < 0.5:
            raise ValueError(f"smoothing must lie in [0, 0.5), got {smoothing}.")
        self.smoothing = smoothing

    def discriminator_loss(self, real_logits, fake_logits):
        """-E log D(x) - E log(1 - D(G(z))), in [0, inf); 2 log 2 where the discriminator cannot tell.

        With smoothing s, -(1 - s) E log D(x) - s E log(1 - D(x)) - E log(1 - D(G(z))).
        """
        # log(1 - D) = log D - logit.
        real = ops.softplus(-real_logits) + self.smoothing * real_logits
        return ops.mean(real) + ops.mean(ops.softplus(fake_logits))

    def generator_loss(self, fake_logits, real_logits=None):
        """E log(1 - D(G(z))), in (-inf, 0]."""
        return -ops.mean(ops.softplus(fake_logits))

    def estimate(self, real_logits, fake_logits):
        """The Jensen-Shannon divergence in nats, in [0, log 2] (theorem 1)."""
        real, fake = ops.softplus(-real_logits), ops.softplus(fake_logits)
        return math.log(2.0) - (ops.mean(real) + ops.mean(fake)) / 2.0

    def get_config(self):
        """The constructor's arguments, for saving."""
        return {"smoothing": self.smoothing}


@keras.saving.register_keras_serializable("keras_gan")
class NonSaturating(Minimax):
    """The heuristic of Goodfellow et al. 2014, section 3: the generator maximizes E log D(G(z)).

    It has the fixed point of the minimax game, and gradients where the discriminator is winning.

    Args and estimate as in `Minimax`.
    """

    def generator_loss(self, fake_logits, real_logits=None):
        """-E log D(G(z)), in [0, inf)."""
        return ops.mean(ops.softplus(-fake_logits))


@keras.saving.register_keras_serializable("keras_gan")
class LeastSquares(Objective):
    """The least squares game of Mao et al. 2017, on bare logits.

    The defaults are the 0-1 coding, which the paper's experiments use; with a, b, c = -1, 1, 0 the generator
    minimizes the Pearson divergence (both in its section on the choice of parameters).

    Args:
        a: the discriminator's target for generated examples.
        b: its target for real ones.
        c: the generator's target for its examples.

    Raises:
        ValueError: if `a` equals `b`.
    """

    def __init__(self, a: float = 0.0, b: float = 1.0, c: float = 1.0):
        if a == b:
            raise ValueError(
                f"a and b must differ, or there is nothing to tell apart; both are {a}."
            )
        self.a, self.b, self.c = a, b, c

    @property
    def centered(self):
        return self.a + self.b == 0.0

    def discriminator_loss(self, real_logits, fake_logits):
        """E (D(x) - b)^2 / 2 + E (D(G(z)) - a)^2 / 2, in [0, inf)."""
        real, fake = ops.square(real_logits - self.b), ops.square(fake_logits - self.a)
        return (ops.mean(real) + ops.mean(fake)) / 2.0

    def generator_loss(self, fake_logits, real_logits=None):
        """E (D(G(z)) - c)^2 / 2, in [0, inf)."""
        return ops.mean(ops.square(fake_logits - self.c)) / 2.0

    def estimate(self, real_logits, fake_logits):
        """The Pearson divergence of p + q from 2 q, the integral of (p - q)^2 / (p + q), in [0, 2].

        The divergence of the paper's theorem, p being the data's density and q the generator's. The optimal
        discriminator's loss is (b - a)^2 / 8 (2 - divergence).
        """
        return (
            2.0 - 8.0 * self.discriminator_loss(real_logits, fake_logits) / (self.b - self.a) ** 2
        )

    def get_config(self):
        """The constructor's arguments, for saving."""
        return {"a": self.a, "b": self.b, "c": self.c}


@keras.saving.register_keras_serializable("keras_gan")
class Hinge(Objective):
    """The margin game of Lim and Ye 2017, as in Miyato et al. 2018, equations 16 and 17."""

    def discriminator_loss(self, real_logits, fake_logits):
        """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))), in [0, inf); 2 where the discriminator cannot tell."""
        return ops.mean(ops.relu(1.0 - real_logits)) + ops.mean(ops.relu(1.0 + fake_logits))

    def generator_loss(self, fake_logits, real_logits=None):
        """-E D(G(z))."""
        return -ops.mean(fake_logits)

    def estimate(self, real_logits, fake_logits):
        """The total variation distance, half the integral of |p - q|, in [0, 1].

        The best logits are the sign of p - q, whose loss is the integral of 2 min(p, q).
        """
        return 1.0 - self.discriminator_loss(real_logits, fake_logits) / 2.0


@keras.saving.register_keras_serializable("keras_gan")
class Wasserstein(Objective):
    """The dual of the earth mover's distance (Arjovsky et al. 2017, equation 3).

    It means something only for a Lipschitz critic: use it with one of `keras_gan.penalties`, or with
    `keras_gan.layers.SpectralNormalization`.

    Args:
        drift: weight of E f(x)^2 in the critic's loss, which keeps its values near zero, as the rest of the
            loss does not ask; 0.001 in Karras et al. 2018, appendix A.1, 0 for none.

    Raises:
        ValueError: if `drift` is negative.
    """

    centered = False  # Only differences of a critic's values count.

    def __init__(self, drift: float = 0.0):
        if drift < 0.0:
            raise ValueError(f"drift must not be negative, got {drift}.")
        self.drift = drift

    def discriminator_loss(self, real_logits, fake_logits):
        """E f(G(z)) - E f(x), and drift E f(x)^2."""
        loss = ops.mean(fake_logits) - ops.mean(real_logits)
        return loss + self.drift * ops.mean(ops.square(real_logits)) if self.drift else loss

    def generator_loss(self, fake_logits, real_logits=None):
        """-E f(G(z))."""
        return -ops.mean(fake_logits)

    def estimate(self, real_logits, fake_logits):
        """The earth mover's distance W_1, in units of the examples, times the critic's Lipschitz constant.

        That constant is about 1 under a gradient penalty, at most 1 under spectral normalization, and unknown
        under weight clipping.
        """
        return ops.mean(real_logits) - ops.mean(fake_logits)

    def get_config(self):
        """The constructor's arguments, for saving."""
        return {"drift": self.drift}
