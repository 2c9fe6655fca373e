"""Adaptive instance normalization (Huang and Belongie 2017)."""

import keras

from keras_gan.layers.instance_normalization import InstanceNormalization


@keras.saving.register_keras_serializable("keras_gan")
class AdaIN(keras.layers.Layer):
    """Adaptive instance normalization: each channel of an image gets the deviation and mean of a style.

    (1 + s) (x - mean(x)) / sqrt(var(x) + epsilon) + m, where mean and variance are those of a channel of an
    image (Huang and Belongie 2017, equation 8). The style has for each channel the deviation less 1, s, and
    then the mean, m: a style of zeros is plain instance normalization.

    Args:
        epsilon: added to the variances.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape a list of (n, height, width, channels) and of the styles, (n, 2 channels); output shape that
    of the first.

    Raises:
        ValueError: on a style of another width.

    Example:

    ```python
    styled = AdaIN()([hidden, style])
    ```
    """

    def __init__(self, epsilon: float = 1e-5, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.normalization = InstanceNormalization(
            epsilon, center=False, scale=False, dtype=self.dtype_policy
        )

    def build(self, input_shape):
        images, style = input_shape
        if style[-1] != 2 * images[-1]:
            raise ValueError(
                f"AdaIN of {images[-1]} channels takes styles (n, {2 * images[-1]}), got {style}."
            )
        self.normalization.build(images)

    def call(self, inputs, training=False):
        images, style = inputs
        normal = self.normalization(images, training=training)
        channels = images.shape[-1]
        scale, shift = style[:, None, None, :channels], style[:, None, None, channels:]
        return normal + normal * scale + shift

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
