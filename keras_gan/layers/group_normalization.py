"""Group normalization (Wu and He 2018) whose second derivatives are exact."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class GroupNormalization(keras.layers.Layer):
    """Normalizes each example over its places and the channels of a group, then scales and shifts.

    `keras.layers.GroupNormalization` computes the same. Under TensorFlow its variance is `tf.nn.moments`',
    which stops the gradient of the mean: right for first derivatives, wrong for second ones. Here both are
    right.

    Args:
        groups: number of groups of channels, which it must divide.
        epsilon: added to the variance.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input and output shape (n, ..., channels).

    Raises:
        ValueError: when it is built, if the channels cannot be divided.
    """

    def __init__(self, groups: int = 8, epsilon: float = 1e-5, **kwargs):
        super().__init__(**kwargs)
        self.groups = groups
        self.epsilon = epsilon

    def build(self, input_shape):
        channels = input_shape[-1]
        if self.groups < 1 or channels % self.groups:
            raise ValueError(f"groups must divide the {channels} channels, got {self.groups}.")
        self.gamma = self.add_weight(shape=(channels,), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(channels,), initializer="zeros", name="beta")

    def call(self, inputs):
        *places, channels = inputs.shape[1:]
        shape = (-1, *places, self.groups, channels // self.groups)
        values = ops.reshape(ops.cast(inputs, self.variable_dtype), shape)
        axes = (*range(1, 1 + len(places)), len(places) + 2)
        fraction = self.groups / math.prod(inputs.shape[1:])

        def mean(values):  # Keras's own is in float32 on JAX, whatever the values are.
            return fraction * ops.sum(values, axis=axes, keepdims=True)

        values -= mean(values)
        variance = mean(ops.square(values))
        values = ops.reshape(values * ops.rsqrt(variance + self.epsilon), (-1, *places, channels))
        return ops.cast(values * self.gamma.value + self.beta.value, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"groups": self.groups, "epsilon": self.epsilon}
        return {**super().get_config(), **own}
