"""Moving average of a generator's weights (Karras et al. 2018, appendix A.1)."""

import keras
from keras import ops


class Averaging:
    """A `Game` with a `generator` may keep a moving average of its weights, from which samples are drawn.

    After each update, average = ema average + (1 - ema) weight. A mixin: the model calls `start_average`
    once it has its generator, and `update_average` after each of the generator's updates.

    Attributes:
        ema: decay of the average, in (0, 1); None for no average.
        ema_generator: the generator with averaged weights, where `ema` is not None.
    """

    ema: float | None = None

    @property
    def sampling_generator(self) -> keras.Model:
        """The generator that samples are drawn from: the averaged one where there is one."""
        return self.generator if self.ema is None else self.ema_generator

    def start_average(self):
        """Starts the average at the generator's present weights.

        Raises:
            ValueError: if `ema` lies outside (0, 1).
        """
        if self.ema is None:
            return
        if not 0.0 < self.ema < 1.0:
            raise ValueError(f"ema must lie in (0, 1) or be None, got {self.ema}.")
        self.ema_generator = keras.models.clone_model(self.generator)
        self.ema_generator.trainable = False
        self.ema_generator.set_weights(self.generator.get_weights())

    def update_average(self, applied):
        """Takes the generator's weights into the average.

        Args:
            applied: boolean scalar tensor, whether the generator was updated; if not, nothing changes.
        """
        if self.ema is None:
            return
        old, new = ops.where(applied, self.ema, 1.0), ops.where(applied, 1.0 - self.ema, 0.0)
        pairs = zip(self.ema_generator.weights, self.generator.weights, strict=True)
        for average, weight in pairs:
            average.assign(old * average + new * weight)
