"""Learning-rate schedules for Keras's optimizers."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class ConstantThenLinear(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that is constant at first and then falls linearly to zero (Zhu et al. 2017, section 4).

    Args:
        rate: the constant rate.
        constant_steps: optimizer steps with that rate; those of 100 epochs in the paper.
        decay_steps: further optimizer steps until the rate is zero, where it stays; those of 100 epochs in
            the paper.

    Raises:
        ValueError: if `constant_steps` is negative or `decay_steps` less than 1.

    Example:

    ```python
    steps = 1334  # optimizer steps in an epoch of horse2zebra
    rate = keras_gan.schedules.ConstantThenLinear(2e-4, 100 * steps, 100 * steps)
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
