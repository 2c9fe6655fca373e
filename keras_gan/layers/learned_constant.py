"""Learned constant input (Karras et al. 2019)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class LearnedConstant(keras.layers.Layer):
    """A learned array as the output for every example, whatever the input (Karras et al. 2019, section 2).

    Args:
        shape: shape of the array, which starts as N(0, 1).
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, ...), output shape (n, *shape).
    """

    def __init__(self, shape: tuple[int, ...], **kwargs):
        super().__init__(**kwargs)
        self.shape = tuple(shape)

    def build(self, input_shape):
        self.constant = self.add_weight(
            shape=self.shape, initializer=keras.initializers.RandomNormal(0.0, 1.0), name="constant"
        )

    def call(self, inputs):
        constant = ops.cast(self.constant, self.compute_dtype)
        return ops.broadcast_to(constant, (ops.shape(inputs)[0], *self.shape))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.shape)

    def get_config(self):
        return {**super().get_config(), "shape": self.shape}
