"""The logit transform of images (Dinh et al. 2017)."""

import math

import keras
from keras import ops

from keras_gan.layers.bijection import Bijection, total


@keras.saving.register_keras_serializable("keras_gan")
class Logit(Bijection):
    """The logit of dequantized images: z = logit(alpha + (1 - 2 alpha) y) (Dinh et al. 2017, section 4.1).

    y = (x - low) / (high - low) lies in (0, 1). The bounds are those of dequantized images in this library:
    256 levels, 1 / 127.5 apart from -1 to 1, and half a level beyond.

    Args:
        alpha: keeps z finite at the bounds; 0.05 for RealNVP, 1e-6 for MNIST in Papamakarios et al. 2017.
        low: the value of x where y is 0.
        high: the value of x where y is 1.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, ...), output shapes (n, ...) and (n,).

    Raises:
        ValueError: if alpha lies outside (0, 0.5).
    """

    def __init__(
        self,
        alpha: float = 0.05,
        low: float = -1.0 - 1.0 / 255.0,
        high: float = 1.0 + 1.0 / 255.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if not 0.0 < alpha < 0.5:
            raise ValueError(f"alpha must lie in (0, 0.5), got {alpha}.")
        self.alpha, self.low, self.high = alpha, low, high

    @property
    def slope(self) -> float:
        """How much alpha + (1 - 2 alpha) y grows with x."""
        return (1.0 - 2.0 * self.alpha) / (self.high - self.low)

    def call(self, inputs, training=False):
        y = self.alpha + self.slope * (inputs - self.low)
        below, above = ops.log(y), ops.log1p(-y)
        return below - above, total(math.log(self.slope) - below - above)

    def inverse(self, outputs):
        return self.low + (ops.sigmoid(outputs) - self.alpha) / self.slope

    def get_config(self):
        own = {"alpha": self.alpha, "low": self.low, "high": self.high}
        return {**super().get_config(), **own}
