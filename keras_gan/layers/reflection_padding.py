"""Reflection padding."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class ReflectionPadding2D(keras.layers.Layer):
    """Reflection padding of images, without repeating the border pixels (`np.pad` with mode "reflect").

    Padding with zeros leaves artifacts at the borders of generated images; reflection does not (Johnson et
    al. 2016, supplementary material; Zhu et al. 2017, appendix 7.2).

    Args:
        padding: pixels on each side, less than the height and the width of the input.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels), output shape (n, height + 2 padding, width + 2 padding,
    channels).

    Raises:
        ValueError: if `padding` is less than 1.
    """

    def __init__(self, padding: int = 1, **kwargs):
        super().__init__(**kwargs)
        if not (isinstance(padding, int) and padding >= 1):
            raise ValueError(f"padding must be at least 1 pixel, got {padding}.")
        self.padding = padding

    def call(self, inputs):
        sides = (self.padding, self.padding)
        return ops.pad(inputs, ((0, 0), sides, sides, (0, 0)), mode="reflect")

    def compute_output_shape(self, input_shape):
        num, height, width, channels = input_shape
        sides = (None if side is None else side + 2 * self.padding for side in (height, width))
        return (num, *sides, channels)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding}
