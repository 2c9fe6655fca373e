"""The variational f-divergence objective (Nowozin et al. 2016)."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan.lookup import check_name
from keras_gan.objectives.base import Objective
from keras_gan.objectives.divergences import DIVERGENCES


@keras.saving.register_keras_serializable("keras_gan")
class FDivergence(Objective):
    """f-GAN: the discriminator is pushed up to D_f(data || generator), from below (Nowozin et al. 2016).

    With T = g_f(V) of the logits V, F = E T(x) - E f*(T(G(z))) is at most D_f, and equal to it where
    T = f'(p / q) (equations 4 to 6). The divergences are those of the paper's tables (`DIVERGENCES`).

    Args:
        divergence: "total_variation", "kl", "reverse_kl", "pearson", "neyman", "squared_hellinger",
            "jeffrey", "jensen_shannon", "weighted_jensen_shannon", "gan" or "alpha".
        parameter: pi in (0, 1) of "weighted_jensen_shannon" (0.5 if None), or alpha, neither 0 nor 1, of
            "alpha" (0.5 if None); None for all others.
        saturating: whether the generator minimizes F itself, as in algorithm 1, rather than -E T(G(z)),
            the faster heuristic of section 3.2.

    Raises:
        ValueError: on an unknown divergence, with the closest names, or a parameter that does not fit.
    """

    def __init__(self, divergence: str, parameter: float | None = None, saturating: bool = False):
        check_name("divergence", divergence, DIVERGENCES)
        self.name = divergence
        self.parameter = parameter
        self.saturating = saturating
        make = DIVERGENCES[divergence]
        if parameter is None:
            self.divergence = make()
        elif divergence in ("alpha", "weighted_jensen_shannon"):
            self.divergence = make(parameter)
        else:
            raise ValueError(f"The divergence {divergence!r} has no parameter, got {parameter}.")

    @property
    def centered(self):
        # Where p = q, F is greatest at the logit of an undecided discriminator: flat there.
        step = 1e-2
        gain = self.estimate(np.float64(step), np.float64(step))
        loss = self.estimate(np.float64(-step), np.float64(-step))
        return abs(float(gain - loss)) < step**2

    def discriminator_loss(self, real_logits, fake_logits):
        """-F: E f*(g_f(V(G(z)))) - E g_f(V(x)), at least -D_f up to sampling noise."""
        return -self.estimate(real_logits, fake_logits)

    def generator_loss(self, fake_logits, real_logits=None):
        """-E g_f(V(G(z))), or -E f*(g_f(V(G(z)))) if saturating."""
        score = self.divergence.conjugate if self.saturating else self.divergence.activation
        return -ops.mean(score(fake_logits))

    def estimate(self, real_logits, fake_logits):
        """D_f(data || generator), the integral of q f(p / q), in nats where f has a logarithm.

        "gan" is 2 JS - log 4, "jensen_shannon" 2 JS.
        """
        real = self.divergence.activation(real_logits)
        return ops.mean(real) - ops.mean(self.divergence.conjugate(fake_logits))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for saving."""
        return {
            "divergence": self.name,
            "parameter": self.parameter,
            "saturating": self.saturating,
        }
