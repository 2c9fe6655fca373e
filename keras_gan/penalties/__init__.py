"""Penalties that keep a discriminator from growing too steep: gradient penalties and weight clipping.

A penalty is a value that a model is given: `GAN(objective="wasserstein", penalties=[GradientPenalty()])`.
It adds a term to the discriminator's loss, or acts on its weights after each of its updates.

Lazy regularization (Karras et al. 2020, appendix B): a penalty of `every` > 1 is no part of the loss. It is
minimized by an update of its own in every `every`-th training step, `every` times as strong, after the
updates on the loss. As in that paper, Adam's rate and betas should then be corrected: `StyleGAN2` does it.

The numbers that a penalty draws, for an augmentation or dropout, are drawn again by what comes next in the
step, as `backend.gradient` leaves the random state as it was. That is no bias. Under the policy
"mixed_float16" the gradient inside of a penalty has no loss scale, which a very flat critic would need.

For an example that is a list of images, as those of `MSGGAN`, the penalty of a gradient is the mean of the
penalties of the gradients for each image (Karnewar and Wang 2020).
"""

from collections.abc import Sequence

from keras_gan.lookup import resolve
from keras_gan.penalties.base import Penalty
from keras_gan.penalties.gradients import DRAGAN, R1, R2, GradientPenalty, squared_gradient_norms
from keras_gan.penalties.weight_clipping import WeightClipping

__all__ = [
    "DRAGAN",
    "R1",
    "R2",
    "GradientPenalty",
    "Penalty",
    "WeightClipping",
    "get",
    "interval",
    "squared_gradient_norms",
]

_NAMED = {
    "weight_clipping": WeightClipping,
    "gradient_penalty": GradientPenalty,
    "dragan": DRAGAN,
    "r1": R1,
    "r2": R2,
}


def get(penalty: str | dict | Penalty) -> Penalty:
    """The penalty of a name, of a saved config, or as it is.

    Args:
        penalty: a `Penalty`, its Keras config, or one of "weight_clipping", "gradient_penalty", "dragan",
            "r1" and "r2", with the defaults of the paper.

    Raises:
        ValueError: on another name, with the closest ones.
    """
    return resolve("penalty", penalty, Penalty, _NAMED)


def interval(penalties: Sequence[Penalty]) -> int:
    """Training steps from one application of the lazy penalties to the next; 1 if none is lazy.

    Raises:
        ValueError: if lazy penalties differ in `every`.
    """
    found = sorted({penalty.every for penalty in penalties} - {1})
    if len(found) > 1:
        raise ValueError(f"Lazy penalties must have the same every, got {found}.")
    return found[0] if found else 1
