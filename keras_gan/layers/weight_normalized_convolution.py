"""Weight-normalized convolution (Salimans and Kingma 2016)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class WeightNormalizedConv2D(keras.layers.Layer):
    """A convolution whose kernels have norms of their own: w = g v / |v| (Salimans and Kingma 2016).

    Args:
        filters: number of output channels.
        kernel_size: side of the kernels.
        use_bias: whether a bias is added.
        gain: whether the norms g are trained; else they are 1, for a batch normalization that follows.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels), output shape (n, height, width, filters).
    """

    def __init__(
        self, filters: int, kernel_size: int, use_bias: bool = True, gain: bool = True, **kwargs
    ):
        super().__init__(**kwargs)
        self.filters, self.kernel_size = filters, kernel_size
        self.use_bias, self.gain = use_bias, gain

    def build(self, input_shape):
        shape = (self.kernel_size, self.kernel_size, input_shape[-1], self.filters)
        # Uniform up to sqrt(2 / channels), and gains of the kernels' expected norm, as in RealNVP's code.
        bound = (2.0 / input_shape[-1]) ** 0.5
        start = keras.initializers.RandomUniform(-bound, bound)
        self.kernel = self.add_weight(shape=shape, initializer=start, name="kernel")
        if self.gain:
            norm = keras.initializers.Constant(bound * (self.kernel_size**2 * shape[2] / 12) ** 0.5)
            self.norm = self.add_weight(shape=(self.filters,), initializer=norm, name="norm")
        if self.use_bias:
            self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, inputs):
        kernel = ops.convert_to_tensor(self.kernel)
        kernel = kernel / ops.sqrt(ops.sum(ops.square(kernel), axis=(0, 1, 2)) + 1e-12)
        outputs = ops.conv(inputs, kernel * self.norm if self.gain else kernel, padding="same")
        return outputs + self.bias if self.use_bias else outputs

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        own = {"filters": self.filters, "kernel_size": self.kernel_size}
        return {**super().get_config(), **own, "use_bias": self.use_bias, "gain": self.gain}
