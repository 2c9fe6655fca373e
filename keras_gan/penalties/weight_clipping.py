"""Weight clipping (Arjovsky et al. 2017)."""

import keras
from keras import ops

from keras_gan.penalties.base import Penalty


@keras.saving.register_keras_serializable("keras_gan")
class WeightClipping(Penalty):
    """Every weight of the critic in [-limit, limit] after each update (Arjovsky et al. 2017, algorithm 1).

    Args:
        limit: the paper's c, 0.01.

    Raises:
        ValueError: if `limit` is not positive.
    """

    def __init__(self, limit: float = 0.01):
        if not limit > 0.0:
            raise ValueError(f"limit must be positive, got {limit}.")
        self.limit = limit

    def after_update(self, discriminator):
        for variable in discriminator.trainable_variables:
            variable.assign(ops.clip(variable, -self.limit, self.limit))

    def get_config(self):
        return {"limit": self.limit}
