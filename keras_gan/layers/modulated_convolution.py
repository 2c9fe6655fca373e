"""Modulated convolution (Karras et al. 2020)."""

import math

import keras
from keras import ops

from keras_gan.layers.equalized import EqualizedDense
from keras_gan.layers.resampling import blur


@keras.saving.register_keras_serializable("keras_gan")
class ModulatedConv2D(keras.layers.Layer):
    """A convolution whose kernel is scaled by the style of each example (Karras et al. 2020, section 2.2).

    The style s is a learned affine map of w, near 1 at the start. Input channel i of the kernel is multiplied
    by s_i (equation 1); with demodulation, the kernel of each output channel is then divided by its norm
    (equation 3). The images are scaled instead, before and after one convolution for all examples, which
    gives the same result. The kernel starts as N(0, 1) and is multiplied by 1 / sqrt(kernel_size^2 channels)
    (equalized learning rate); a bias is added last.

    Args:
        filters: channels of the outputs.
        kernel_size: side of the kernel.
        upsample: whether to double the images: a transposed convolution, then the filter [1, 3, 3, 1].
        demodulate: whether to demodulate; False in layers that output RGB.
        gain: constant factor of the inputs, the gain of the preceding activation (sqrt(2) for leaky ReLU).
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Called with images (n, height, width, channels) and w (n, d); output shape (n, height, width, filters);
    with `upsample`, of twice the height and width.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        upsample: bool = False,
        demodulate: bool = True,
        gain: float = 1.0,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)  # Styles keep the precision of the weights.
        self.filters = filters
        self.kernel_size = kernel_size
        self.upsample = upsample
        self.demodulate = demodulate
        self.gain = gain

    def build(self, images_shape, w_shape):
        size, channels = self.kernel_size, images_shape[-1]
        self.scale = 1.0 / math.sqrt(size * size * channels)
        self.affine = EqualizedDense(channels, initial_bias=1.0, dtype=self.variable_dtype)
        self.affine.build(w_shape)
        self.kernel = self.add_weight(
            shape=(size, size, channels, self.filters),
            initializer=keras.initializers.RandomNormal(0.0, 1.0),
            name="kernel",
        )
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, images, w):
        styles = self.affine(w)
        kernel = ops.cast(ops.multiply(self.kernel, self.scale), self.compute_dtype)
        outputs = self._convolve(self._scaled(images, self.gain * styles), kernel)
        if self.demodulate:
            energies = ops.sum(ops.square(ops.cast(kernel, styles.dtype)), axis=(0, 1))
            norms = ops.sqrt(ops.matmul(ops.square(styles), energies) + 1e-8)
            outputs = self._scaled(outputs, 1.0 / norms)
        return ops.add(outputs, ops.cast(self.bias, self.compute_dtype))

    def _scaled(self, images, factors):
        images, factors = (ops.cast(x, self.compute_dtype) for x in (images, factors))
        return images * factors[:, None, None, :]

    def _convolve(self, images, kernel):
        if not self.upsample:
            return ops.conv(images, kernel, 1, "same")
        # A transposed convolution flips the kernel.
        kernel = ops.transpose(ops.flip(kernel, (0, 1)), (0, 1, 3, 2))
        return blur(ops.conv_transpose(images, kernel, 2, "valid"), 1, gain=4.0)

    def compute_output_shape(self, images_shape, w_shape):
        num, height, width, _ = images_shape
        factor = 2 if self.upsample else 1
        return (num, factor * height, factor * width, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "upsample": self.upsample,
            "demodulate": self.demodulate,
            "gain": self.gain,
        }
