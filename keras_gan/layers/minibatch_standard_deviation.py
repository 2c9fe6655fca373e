"""Minibatch standard deviation (Karras et al. 2018)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class MinibatchStandardDeviation(keras.layers.Layer):
    """Minibatch standard deviation: appends how much the examples of a batch vary (Karras et al. 2018).

    Section 3: the standard deviation over a group of examples, of each channel at each position, averaged
    over channels and positions, is appended as one more channel. Groups are consecutive examples of the
    batch; the last group is filled up with the first examples.

    Args:
        group: examples in a group; 4 in the authors' code.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels), output shape (n, height, width, channels + 1).
    """

    def __init__(self, group: int = 4, **kwargs):
        super().__init__(**kwargs)
        self.group = group

    def call(self, inputs):
        num, height, width, channels = ops.shape(inputs)
        groups = (num + self.group - 1) // self.group
        again = ops.tile(inputs[: self.group], (self.group, 1, 1, 1))
        # No `ops.slice`: under XLA TensorFlow has no second derivative of it.
        filled = ops.concatenate([inputs, again])[: groups * self.group]
        grouped = ops.reshape(filled, (groups, self.group, height, width, channels))
        grouped = ops.cast(grouped, self.variable_dtype)
        centered = grouped - ops.mean(grouped, axis=1, keepdims=True)
        deviations = ops.sqrt(ops.mean(ops.square(centered), axis=1) + 1e-8)
        averages = ops.mean(deviations, axis=(1, 2, 3), keepdims=True)
        maps = ops.broadcast_to(averages[:, None], (groups, self.group, height, width, 1))
        maps = ops.reshape(maps, (groups * self.group, height, width, 1))[:num]
        return ops.concatenate([inputs, ops.cast(maps, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group": self.group}
