"""Masked autoregressive bijections (Papamakarios et al. 2017)."""

from collections.abc import Sequence

import keras
from keras import ops

from keras_gan.layers.bijection import Bijection, total
from keras_gan.layers.masked_dense import MaskedDense


@keras.saving.register_keras_serializable("keras_gan")
class MaskedAutoregressive(Bijection):
    """A Gaussian MADE as a bijection: z_i = (x_i - m_i) exp(a_i / 2) (Papamakarios et al. 2017, section 3.1).

    Mean m_i and log precision a_i are outputs of a network of masked layers that see x_1 to x_(i-1) alone. So
    a call is one pass of the network, and `inverse` d of them, one after the other.

    Args:
        hidden: units of the hidden layers, one at least; 1024 twice in the paper for images.
        activation: of the hidden layers.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, d), output shapes (n, d) and (n,).

    Raises:
        ValueError: without hidden layers.
    """

    def __init__(self, hidden: Sequence[int] = (1024, 1024), activation="relu", **kwargs):
        super().__init__(**kwargs)
        if not hidden:
            raise ValueError("hidden must have the units of one layer at least, got none.")
        self.hidden = tuple(hidden)
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        size, own = input_shape[-1], {"dtype": self.dtype_policy}
        places = ["first", *["hidden"] * (len(self.hidden) - 1)]
        self.layers = [
            MaskedDense(units, size, place, self.activation, **own)
            for units, place in zip(self.hidden, places, strict=True)
        ]
        self.layers.append(MaskedDense(2 * size, size, "last", **own))
        shape = tuple(input_shape)
        for layer in self.layers:
            layer.build(shape)
            shape = (shape[0], layer.units)

    def parameters(self, inputs):
        """Means and log precisions (n, d), each row i of which depends on the inputs before i."""
        for layer in self.layers:
            inputs = layer(inputs)
        return ops.split(inputs, 2, axis=-1)

    def call(self, inputs, training=False):
        mean, log_precision = self.parameters(inputs)
        return (inputs - mean) * ops.exp(0.5 * log_precision), 0.5 * total(log_precision)

    def inverse(self, outputs):
        first, *hidden, last = self.layers
        size = outputs.shape[-1]
        rows, columns = first.masked_kernel, ops.transpose(last.masked_kernel)
        kernels = [layer.masked_kernel for layer in hidden]
        bias = ops.convert_to_tensor(last.bias)

        def following(index, state):
            """The next x_i, and what the first layer sums up of those so far."""
            x, summed = state
            units = self.activation(summed)
            for layer, kernel in zip(hidden, kernels, strict=True):
                units = self.activation(ops.matmul(units, kernel) + layer.bias)
            mean, log_precision = (
                ops.sum(units * ops.take(columns, place, axis=0), axis=-1) + ops.take(bias, place)
                for place in (index, size + index)
            )
            z = ops.take(outputs, index, axis=-1)
            new = (mean + z * ops.exp(-0.5 * log_precision))[:, None]
            here = ops.cast(ops.arange(size) == index, outputs.dtype)
            return x + here * new, summed + new * ops.take(rows, index, axis=0)

        summed = ops.broadcast_to(
            ops.convert_to_tensor(first.bias), (ops.shape(outputs)[0], first.units)
        )
        return ops.fori_loop(0, size, following, (ops.zeros_like(outputs), summed))[0]

    def get_config(self):
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "hidden": self.hidden, "activation": activation}
