"""Activation normalization (Kingma and Dhariwal 2018)."""

import keras
from keras import ops

from keras_gan import backend
from keras_gan.layers.bijection import Bijection, of_all, places

FACTOR = 3.0  # of the trained logarithms, as in the authors' code: it speeds up their learning


@keras.saving.register_keras_serializable("keras_gan")
class ActNorm(Bijection):
    """Activation normalization: a shift and a scale for each channel (Kingma and Dhariwal 2018, section 3.1).

    z = (x + offset + bias) exp(log_scale + 3 logs). The first batch in training sets `offset` and
    `log_scale` so that its outputs have mean 0 and variance 1; they stay so, are saved with the layer, and
    are no trainable weights. `bias` and `logs` are trained from zero. That is the parametrization of the
    authors' code, in which the first batch sets the trained weights, up to a constant.

    Input shape (n, ..., channels), output shapes (n, ..., channels) and (n,).
    """

    def build(self, input_shape):
        shape, kept = (input_shape[-1],), {"initializer": "zeros", "trainable": False}
        kept["aggregation"] = "only_first_replica"
        self.offset = self.add_weight(shape=shape, name="offset", **kept)
        self.log_scale = self.add_weight(shape=shape, name="log_scale", **kept)
        self.initialized = self.add_weight(shape=(), name="initialized", **kept)
        self.bias = self.add_weight(shape=shape, initializer="zeros", name="bias")
        self.logs = self.add_weight(shape=shape, initializer="zeros", name="logs")

    def call(self, inputs, training=False):
        shift, log_scale = self._parameters(*self._constants(inputs, training))
        log_det = places(inputs.shape) * ops.sum(log_scale)
        return (inputs + shift) * ops.exp(log_scale), of_all(log_det, inputs)

    def inverse(self, outputs):
        shift, log_scale = self._parameters(self.offset, self.log_scale)
        return outputs * ops.exp(-log_scale) - shift

    def _parameters(self, offset, log_scale):
        return offset + self.bias, log_scale + FACTOR * self.logs

    def _constants(self, inputs, training):
        """Offset and logarithm of the scale; those of this batch if it is the first in training."""
        own = ops.convert_to_tensor(self.offset), ops.convert_to_tensor(self.log_scale)
        if not training:
            return own
        known = self.initialized > 0.5
        if backend.replicas()[0] > 1:  # What replicas exchange cannot be in a branch.
            pairs = zip(own, self._statistics(inputs), strict=True)
            offset, log_scale = (ops.where(known, old, new) for old, new in pairs)
        else:
            offset, log_scale = ops.cond(known, lambda: own, lambda: self._statistics(inputs))
        self.offset.assign(offset)
        self.log_scale.assign(log_scale)
        self.initialized.assign(ops.ones(()))
        return offset, log_scale

    def _statistics(self, inputs):
        axes = tuple(range(len(inputs.shape) - 1))
        inputs = ops.stop_gradient(inputs)
        mean = backend.replica_mean(ops.mean(inputs, axis=axes))
        variance = backend.replica_mean(ops.mean(ops.square(inputs - mean), axis=axes))
        return -mean, -ops.log(ops.sqrt(variance) + 1e-6)
