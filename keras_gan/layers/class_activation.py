"""Class activation maps as attention (Zhou et al. 2016; Kim et al. 2020)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class ClassActivation(keras.layers.Layer):
    """Class activation: weighs channels by how much they tell a domain (Kim et al. 2020, section 2.1.1).

    The average and the maximum of each channel over the image are each classified by a dense layer without a
    bias; each layer's weights then weigh the channels.

    Args:
        normalized: whether the weights are divided by their length: the spectral normalization of a layer of
            one unit, which the discriminators have.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels); output shapes (n, height, width, 2 channels) of the weighed
    channels and (n, 2), float32, of both logits.
    """

    def __init__(self, normalized: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.normalized = normalized

    def build(self, input_shape):
        deviation = keras.initializers.RandomNormal(0.0, 0.02)
        self.kernels = [
            self.add_weight(shape=(input_shape[-1],), initializer=deviation, name=name)
            for name in ("average", "maximum")
        ]

    def call(self, inputs):
        pooled = ops.mean(inputs, axis=(1, 2)), ops.max(inputs, axis=(1, 2))
        logits, weighed = [], []
        for kernel, values in zip(self.kernels, pooled, strict=True):
            kernel = ops.convert_to_tensor(kernel)
            if self.normalized:
                kernel = kernel * ops.rsqrt(ops.sum(ops.square(kernel)) + 1e-12)
            values = ops.cast(values, self.variable_dtype)
            logits.append(ops.sum(values * kernel, axis=-1, keepdims=True))
            weighed.append(inputs * ops.cast(kernel, inputs.dtype))
        return ops.concatenate(weighed, axis=-1), ops.concatenate(logits, axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], 2 * input_shape[-1]), (input_shape[0], 2)

    def get_config(self):
        return {**super().get_config(), "normalized": self.normalized}


@keras.saving.register_keras_serializable("keras_gan")
class ChannelSum(keras.layers.Layer):
    """Channel sum: a map of where the channels of an image are active.

    Args:
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels), output shape (n, height, width, 1).
    """

    def call(self, inputs):
        return ops.sum(inputs, axis=-1, keepdims=True)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], 1)
