"""Moving averages of the weights of networks (Karras et al. 2018, appendix A.1)."""

from collections.abc import Sequence
from typing import ClassVar

import keras
from keras import ops

from keras_gan.backend.keras_private import copying_code


class Averaging:
    """A `Game` may keep moving averages of networks' weights, which the trained model then uses.

    After each update, average = ema average + (1 - ema) weight. A mixin: subclasses name the networks in
    `averaged`, call `start_averages` once they have them, and `update_averages` after each of their updates.
    The average of the network `x` is the network `ema_x`, an attribute that is saved with the model.

    Attributes:
        ema: decay of the averages, in (0, 1); None for no averages.
        averaged: names of the attributes that are averaged.
        averages_state: whether variables that are not trained, such as moving statistics, are averaged too;
            if not, the averages have them as they are.
    """

    ema: float | None = None
    averaged: ClassVar[tuple[str, ...]] = ()
    averages_state: ClassVar[bool] = True

    def trained(self, name: str) -> keras.Model:
        """The network that the trained model uses: the average of `name`, or itself where there is none."""
        return getattr(self, name if self.ema is None else f"ema_{name}")

    def start_averages(self, names: Sequence[str] | None = None):
        """Starts the averages at the present weights.

        Args:
            names: those to start, of `averaged`; all if None.

        Raises:
            ValueError: if `ema` lies outside (0, 1).
        """
        if self.ema is None:
            return
        if not 0.0 < self.ema < 1.0:
            raise ValueError(f"ema must lie in (0, 1) or be None, got {self.ema}.")
        for name in self.averaged if names is None else names:
            network = getattr(self, name)
            with copying_code():
                average = keras.models.clone_model(network)
            average.trainable = False
            average.set_weights(network.get_weights())
            setattr(self, f"ema_{name}", average)

    def restart_averages(self):
        """Starts existing averages again at the present weights."""
        if self.ema is not None:
            for name in self.averaged:
                self.trained(name).set_weights(getattr(self, name).get_weights())

    def update_averages(self, applied):
        """Takes the present weights into the averages.

        Args:
            applied: boolean scalar tensor, whether the networks were updated; if not, nothing changes.
        """
        if self.ema is None:
            return
        old, new = ops.where(applied, self.ema, 1.0), ops.where(applied, 1.0 - self.ema, 0.0)
        for name in self.averaged:
            pairs = zip(self.trained(name).weights, getattr(self, name).weights, strict=True)
            for average, weight in pairs:
                if weight.trainable or self.averages_state:
                    average.assign(old * average + new * weight)
                else:
                    pair = map(ops.convert_to_tensor, (weight, average))  # where takes no variables
                    average.assign(ops.where(applied, *pair))
