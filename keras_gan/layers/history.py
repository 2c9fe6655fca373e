"""Historical averaging (Salimans et al. 2016, section 3.3)."""

import keras
from keras import ops


class History(keras.layers.Layer):
    """Running mean of each trainable weight of a network, over its initial value and all updates so far.

    Args:
        network: a built model.
    """

    def __init__(self, network: keras.Model):
        super().__init__()
        # In a closure, or Keras would track the network as a part of this layer.
        self.weights_now = lambda: network.trainable_variables
        self.means = [
            self.add_weight(shape=weight.shape, trainable=False, aggregation="mean")
            for weight in self.weights_now()
        ]
        self.count = self.add_weight(shape=(), initializer="ones", trainable=False, name="count")
        for mean, weight in zip(self.means, self.weights_now(), strict=True):
            mean.assign(ops.convert_to_numpy(weight))  # JAX would share the buffer of the tensor.
        self.built = True

    def distance(self):
        """|w - mean of w|^2 over all weights w of the network, a scalar."""
        pairs = zip(self.weights_now(), self.means, strict=True)
        return sum(ops.sum(ops.square(w - mean)) for w, mean in pairs)

    def update(self, applied=True):
        """Includes the current weights in the means, if the boolean scalar `applied` is true."""
        one = ops.cast(applied, self.count.dtype)
        self.count.assign(self.count + one)
        share = one / ops.maximum(self.count, 1.0)
        for mean, weight in zip(self.means, self.weights_now(), strict=True):
            mean.assign(mean + share * (weight - mean))
