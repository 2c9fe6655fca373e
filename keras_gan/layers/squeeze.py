"""Squeezing: places become channels (Dinh et al. 2017)."""

import keras
from keras import ops

from keras_gan.layers.bijection import Bijection, of_all


@keras.saving.register_keras_serializable("keras_gan")
class Squeeze(Bijection):
    """Blocks of 2x2 pixels as channels: half the height and width (Dinh et al. 2017, section 3.6).

    The four values of a channel stay together, as in the code of Glow.

    Input shape (n, height, width, channels), output shapes (n, height / 2, width / 2, 4 channels) and (n,).

    Raises:
        ValueError: if height or width is odd.
    """

    def build(self, input_shape):
        height, width = input_shape[1:3]
        if height % 2 or width % 2:
            raise ValueError(f"Squeeze requires an even height and width, got {height} x {width}.")

    def call(self, inputs, training=False):
        height, width, channels = inputs.shape[1:]
        blocks = ops.reshape(inputs, (-1, height // 2, 2, width // 2, 2, channels))
        blocks = ops.transpose(blocks, (0, 1, 3, 5, 2, 4))
        outputs = ops.reshape(blocks, (-1, height // 2, width // 2, 4 * channels))
        return outputs, of_all(0.0, inputs)

    def inverse(self, outputs):
        height, width, channels = outputs.shape[1:]
        blocks = ops.reshape(outputs, (-1, height, width, channels // 4, 2, 2))
        blocks = ops.transpose(blocks, (0, 1, 4, 2, 5, 3))
        return ops.reshape(blocks, (-1, 2 * height, 2 * width, channels // 4))

    def compute_output_shape(self, input_shape):
        num, height, width, channels = input_shape
        return (num, height // 2, width // 2, 4 * channels), (num,)
