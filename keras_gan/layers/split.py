"""Splits of a flow: channels that leave early, and the distribution of those that stay."""

import math

import keras
from keras import ops

from keras_gan.layers.bijection import Bijection, deserialized, serialized, total


class _Standardizing(Bijection):
    """A bijection with a network of means and log standard deviations, if there is one."""

    def _standard(self, given, values):
        """(x - mean) / deviation and its log-determinant (n,); x itself without a network."""
        if self.network is None:
            return values, 0.0
        mean, log_deviation = ops.split(self.network(given), 2, axis=-1)
        return (values - mean) * ops.exp(-log_deviation), -total(log_deviation)

    def _original(self, given, values):
        if self.network is None:
            return values
        mean, log_deviation = ops.split(self.network(given), 2, axis=-1)
        return values * ops.exp(log_deviation) + mean

    def get_config(self):
        network = serialized(self.network)
        return {**super().get_config(), "network": network}

    @classmethod
    def from_config(cls, config):
        inner = {"bijection", "network"} & config.keys()
        return cls(**deserialized(config, *inner))


@keras.saving.register_keras_serializable("keras_gan")
class Split(_Standardizing):
    """The multi-scale split: half of the channels leave, the others go on (Dinh et al. 2017, section 3.6).

    The first half of x goes through `bijection`. The second leaves: as it is, or as (x_b - mean) / deviation
    with a mean and a deviation that `network` computes of the first half, as in Glow. z is both, flat.

    Args:
        bijection: what the half that stays goes through.
        network: a layer from that half to as many means, then as many log standard deviations, as channels
            leave; None without.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, ..., channels), output shapes (n, d) and (n,), d values in all.
    """

    def __init__(self, bijection: Bijection, network: keras.Layer | None = None, **kwargs):
        super().__init__(**kwargs)
        self.bijection, self.network = bijection, network

    def build(self, input_shape):
        *outer, channels = input_shape
        self.shape, self.half = tuple(input_shape[1:]), channels // 2
        self.bijection.build((*outer, self.half))
        if self.network is not None:
            self.network.build((*outer, self.half))

    def call(self, inputs, training=False):
        kept, gone = inputs[..., : self.half], inputs[..., self.half :]
        gone, log_det = self._standard(kept, gone)
        kept, own = self.bijection(kept, training=training)
        flat = [ops.reshape(x, (-1, math.prod(x.shape[1:]))) for x in (kept, gone)]
        return ops.concatenate(flat, axis=-1), own + log_det

    def inverse(self, outputs):
        *outer, channels = self.shape
        shape = (None, *outer, self.half)
        inner = self.bijection.compute_output_shape(shape)[0][1:]
        first = math.prod(inner)
        kept = self.bijection.inverse(ops.reshape(outputs[:, :first], (-1, *inner)))
        gone = ops.reshape(outputs[:, first:], (-1, *outer, channels - self.half))
        return ops.concatenate([kept, self._original(kept, gone)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], math.prod(input_shape[1:])), (input_shape[0],)

    def get_config(self):
        bijection = serialized(self.bijection)
        return {**super().get_config(), "bijection": bijection}


@keras.saving.register_keras_serializable("keras_gan")
class LearnedPrior(_Standardizing):
    """A learned normal prior: z = (x - mean) / deviation, the same for all examples (Glow's "learntop").

    Mean and log standard deviation are the outputs of a network of zeros, as in the authors' code.

    Args:
        network: a layer from zeros (n, ..., 2 channels) to means, then log standard deviations.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, ..., channels), output shapes (n, ..., channels) and (n,).
    """

    def __init__(self, network: keras.Layer, **kwargs):
        super().__init__(**kwargs)
        self.network = network

    def build(self, input_shape):
        self.network.build((*input_shape[:-1], 2 * input_shape[-1]))

    def call(self, inputs, training=False):
        return self._standard(_zeros(inputs), inputs)

    def inverse(self, outputs):
        return self._original(_zeros(outputs), outputs)


def _zeros(like):
    return ops.zeros((ops.shape(like)[0], *like.shape[1:-1], 2 * like.shape[-1]), like.dtype)
