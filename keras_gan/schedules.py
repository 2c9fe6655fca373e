"""Learning rates over the moves of a player: values for Keras's optimizers."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class ConstantThenLinear(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that is constant at first, and then falls linearly to zero (Zhu et al. 2017, section 4).

    Args:
        rate: the constant rate.
        constant_steps: moves with that rate. In the paper those of 100 epochs.
        decay_steps: further moves until the rate is zero, where it stays. In the paper those of 100 epochs.

    Raises:
        ValueError: if a number of moves is negative, or there are none to fall in.

    Example:

    ```python
    moves = 1334  # in an epoch of horse2zebra
    rate = keras_gan.schedules.ConstantThenLinear(2e-4, 100 * moves, 100 * moves)
    adam = lambda: keras.optimizers.Adam(rate, beta_1=0.5)
    model.compile({"generator": adam(), "discriminator": adam()})
    ```
    """

    def __init__(self, rate: float, constant_steps: int, decay_steps: int):
        if constant_steps < 0 or decay_steps < 1:
            raise ValueError(
                f"constant_steps must not be negative and decay_steps be at least 1, got {constant_steps} "
                f"and {decay_steps}."
            )
        self.rate = rate
        self.constant_steps = constant_steps
        self.decay_steps = decay_steps

    def __call__(self, step):
        past = ops.cast(step, "float32") - self.constant_steps
        return self.rate * (1.0 - ops.clip(past / self.decay_steps, 0.0, 1.0))

    def get_config(self):
        return {
            "rate": self.rate,
            "constant_steps": self.constant_steps,
            "decay_steps": self.decay_steps,
        }
