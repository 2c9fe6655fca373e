"""Self-attention over the positions of an image (Zhang et al. 2019)."""

import keras
from keras import layers, ops

from keras_gan.layers.spectral_normalization import SpectralNormalization


@keras.saving.register_keras_serializable("keras_gan")
class SelfAttention(layers.Layer):
    """Self-attention: x + gamma o(x), where o mixes values of the whole image (Zhang et al. 2019, section 3).

    Pointwise convolutions compute queries and keys with an eighth of the channels and values with half of
    them. A position weighs the values of all positions by the softmax of the products of its query with their
    keys (equation 1), and a pointwise convolution brings the result back to all channels (equation 2). gamma,
    a scalar, starts at 0. As in the authors' code, keys and values are max-pooled by 2 and all kernels
    spectrally normalized.

    Args:
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input and output shape (n, height, width, channels); at least 8 channels, and even sides.
    """

    def build(self, input_shape):
        channels = input_shape[-1]
        if channels < 8:
            raise ValueError(f"SelfAttention needs at least 8 channels, got {input_shape}.")
        self.query, self.key, self.value, self.output_map = (
            SpectralNormalization(
                layers.Conv2D(
                    filters,
                    1,
                    use_bias=False,
                    kernel_initializer="orthogonal",
                    dtype=self.dtype_policy,
                )
            )
            for filters in (channels // 8, channels // 8, channels // 2, channels)
        )
        for layer in (self.query, self.key, self.value):
            layer.build(input_shape)
        self.output_map.build((*input_shape[:-1], channels // 2))
        self.gamma = self.add_weight(shape=(), initializer="zeros", name="gamma")

    def call(self, inputs, training=False):
        _, height, width, channels = inputs.shape
        keys, values = (
            ops.max_pool(layer(inputs, training=training), 2, 2) for layer in (self.key, self.value)
        )
        queries = ops.reshape(
            self.query(inputs, training=training), (-1, height * width, channels // 8)
        )
        keys = ops.reshape(keys, (-1, height * width // 4, channels // 8))
        values = ops.reshape(values, (-1, height * width // 4, channels // 2))
        products = ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))
        attention = ops.softmax(ops.cast(products, self.variable_dtype), axis=-1)
        mixed = ops.matmul(ops.cast(attention, values.dtype), values)
        mixed = ops.reshape(mixed, (-1, height, width, channels // 2))
        return inputs + self.gamma * self.output_map(mixed, training=training)

    def compute_output_shape(self, input_shape):
        return input_shape
