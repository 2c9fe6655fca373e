"""Objectives: the losses of both players, as functions of the discriminator's logits.

An objective is a value that a model is given, `DCGAN(objective=Hinge())`, or its name, `objective="hinge"`.
Logits have any shape, usually (n, 1), and a loss is their mean. `estimate(real_logits, fake_logits)` of an
objective is the divergence between data and generator that the logits of a trained discriminator imply.
"""

from keras_gan.lookup import resolve
from keras_gan.objectives.adversarial import (
    Hinge,
    LeastSquares,
    Minimax,
    NonSaturating,
    Wasserstein,
)
from keras_gan.objectives.base import Objective
from keras_gan.objectives.divergences import DIVERGENCES, Divergence
from keras_gan.objectives.f_divergence import FDivergence
from keras_gan.objectives.feature_matching import FeatureMatching
from keras_gan.objectives.relativistic import (
    Relativistic,
    RelativisticAverage,
    RelativisticAverageHinge,
)

__all__ = [
    "DIVERGENCES",
    "Divergence",
    "FDivergence",
    "FeatureMatching",
    "Hinge",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "Objective",
    "Relativistic",
    "RelativisticAverage",
    "RelativisticAverageHinge",
    "Wasserstein",
    "get",
]

_NAMED = {
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "least_squares": LeastSquares,
    "hinge": Hinge,
    "wasserstein": Wasserstein,
    "relativistic": Relativistic,
    "relativistic_average": RelativisticAverage,
    "relativistic_average_hinge": RelativisticAverageHinge,
    "feature_matching": FeatureMatching,
}


def get(objective: str | dict | Objective) -> Objective:
    """The objective of a name, of a saved config, or as it is.

    Args:
        objective: an `Objective`, its Keras config, or one of "minimax", "non_saturating", "least_squares",
            "hinge", "wasserstein", "relativistic", "relativistic_average", "relativistic_average_hinge",
            "feature_matching" or the name of an f-divergence (`FDivergence`), as in "reverse_kl".

    Raises:
        ValueError: on another name, with the closest ones.
    """
    divergences = {name: lambda name=name: FDivergence(name) for name in DIVERGENCES}
    return resolve("objective", objective, Objective, {**_NAMED, **divergences})
