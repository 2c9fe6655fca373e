"""Masked dense layers of autoregressive networks (Germain et al. 2015)."""

import keras
import numpy as np
from keras import ops

from keras_gan.lookup import check_name

PLACES = ("first", "hidden", "last")


@keras.saving.register_keras_serializable("keras_gan")
class MaskedDense(keras.layers.Dense):
    """A dense layer of MADE: units are connected so that output i sees the inputs before i alone.

    Inputs and outputs of the network have the degrees 1 to `size`, hidden units the degrees 1 to `size` - 1
    in turn ("sequential" in the code of Papamakarios et al. 2017). A unit sees those of at most its own
    degree; an output, those of less (Germain et al. 2015, equations 8 and 9).

    Args:
        units: number of units; a multiple of `size` for the last layer, whose groups of `size` units have
            the degrees 1 to `size` each.
        size: number of inputs of the network.
        place: "first" for the layer that the network's inputs enter, "hidden", or "last".
        activation: as in `keras.layers.Dense`.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, d), output shape (n, units).

    Raises:
        ValueError: on another place.
    """

    def __init__(self, units: int, size: int, place: str = "hidden", activation=None, **kwargs):
        super().__init__(units, activation, **kwargs)
        check_name("place", place, PLACES)
        self.size, self.place = size, place

    def build(self, input_shape):
        inputs = input_shape[-1]
        # N(0, 1 / (inputs + 1)), as in that code.
        self.kernel_initializer = keras.initializers.RandomNormal(0.0, (inputs + 1) ** -0.5)
        super().build(input_shape)
        before = self._degrees(inputs, self.place == "first")[:, None]
        after = self._degrees(self.units, self.place == "last")[None]
        mask = before < after if self.place == "last" else before <= after
        self.mask = mask.astype("float32")

    def _degrees(self, units, visible):
        cycle = self.size if visible else max(1, self.size - 1)
        return np.arange(units) % cycle + min(1, cycle if visible else self.size - 1)

    @property
    def masked_kernel(self):
        """The kernel (d, units), zero where units are not connected."""
        return self.kernel * ops.cast(self.mask, self.compute_dtype)

    def call(self, inputs, training=False):
        outputs = ops.matmul(inputs, self.masked_kernel) + self.bias
        return outputs if self.activation is None else self.activation(outputs)

    def get_config(self):
        config = super().get_config()
        names = ("name", "trainable", "dtype", "units", "activation")
        own = {"size": self.size, "place": self.place}
        return {**{name: config[name] for name in names}, **own}
