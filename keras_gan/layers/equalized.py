"""Layers with an equalized learning rate (Karras et al. 2018)."""

import math

import keras
from keras import ops

from keras_gan.layers.resampling import blur


@keras.saving.register_keras_serializable("keras_gan")
class EqualizedDense(keras.layers.Layer):
    """A dense layer with an equalized learning rate: its kernel is scaled at run time, not at initialization.

    The kernel starts as N(0, 1) and is multiplied by c = 1 / sqrt(inputs) at run time (Karras et al. 2018,
    section 4.1): relative to their size, Adam then updates the weights of all layers at the same rate. With a
    learning rate multiplier m, the kernel starts as N(0, 1 / m^2) and is multiplied by c m, and the bias by
    m: the outputs start the same, and the layer learns m times as fast (Karras et al. 2019, appendix C).

    Args:
        units: width of the outputs.
        lr_multiplier: m, positive; 0.01 in StyleGAN's mapping network.
        initial_bias: initial value of the biases after the multiplication by m.
        gain: constant factor of the kernel, the gain of the activation: sqrt(2) for a ReLU (He et al. 2015).
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, ..., inputs), output shape (n, ..., units).
    """

    def __init__(
        self,
        units: int,
        lr_multiplier: float = 1.0,
        initial_bias: float = 0.0,
        gain: float = 1.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = units
        self.lr_multiplier = lr_multiplier
        self.initial_bias = initial_bias
        self.gain = gain

    def build(self, input_shape):
        multiplier = self.lr_multiplier
        self.scale = self.gain * multiplier / math.sqrt(input_shape[-1])
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units),
            initializer=keras.initializers.RandomNormal(0.0, 1.0 / multiplier),
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(self.units,),
            initializer=keras.initializers.Constant(self.initial_bias / multiplier),
            name="bias",
        )

    def call(self, inputs):
        outputs = ops.matmul(inputs, ops.multiply(self.kernel, self.scale))
        return ops.add(outputs, ops.multiply(self.bias, self.lr_multiplier))

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "lr_multiplier": self.lr_multiplier,
            "initial_bias": self.initial_bias,
            "gain": self.gain,
        }


@keras.saving.register_keras_serializable("keras_gan")
class EqualizedConv2D(keras.layers.Layer):
    """A convolution with an equalized learning rate: its kernel is scaled at run time, not at initialization.

    The kernel starts as N(0, 1) and is multiplied by 1 / sqrt(kernel_size^2 channels) at run time (Karras et
    al. 2018, section 4.1).

    Args:
        filters: channels of the outputs.
        kernel_size: side of the kernel; 1 or 3 with `downsample`.
        downsample: whether to halve the images: the filter [1, 3, 3, 1], then the convolution with stride 2
            (Karras et al. 2020, appendix B).
        use_bias: whether to add a bias.
        gain: constant factor of the kernel, the gain of the activation: sqrt(2) for a ReLU (He et al. 2015).
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels), output shape (n, height, width, filters); with `downsample`, of
    half the height and width.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        downsample: bool = False,
        use_bias: bool = True,
        gain: float = 1.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.downsample = downsample
        self.use_bias = use_bias
        self.gain = gain

    def build(self, input_shape):
        size, channels = self.kernel_size, input_shape[-1]
        self.scale = self.gain / math.sqrt(size * size * channels)
        self.kernel = self.add_weight(
            shape=(size, size, channels, self.filters),
            initializer=keras.initializers.RandomNormal(0.0, 1.0),
            name="kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, inputs):
        kernel = ops.multiply(self.kernel, self.scale)
        if self.downsample:
            # The border replaces the pixels that the filter and the kernel remove.
            outputs = ops.conv(blur(inputs, (self.kernel_size + 1) // 2), kernel, 2, "valid")
        else:
            outputs = ops.conv(inputs, kernel, 1, "same")
        return ops.add(outputs, self.bias) if self.use_bias else outputs

    def compute_output_shape(self, input_shape):
        num, height, width, _ = input_shape
        factor = 2 if self.downsample else 1
        return (num, height // factor, width // factor, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "downsample": self.downsample,
            "use_bias": self.use_bias,
            "gain": self.gain,
        }
