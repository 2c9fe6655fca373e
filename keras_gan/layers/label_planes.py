"""Label planes: how a network of images is told numbers (Choi et al. 2018)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class LabelPlanes(keras.layers.Layer):
    """Label planes: appends numbers to an image, each as a channel of one value (Choi et al. 2018, figure 3).

    What follows must pad with zeros: under padding by reflection a convolution of such a channel has one
    value too, which instance normalization takes away again.

    Args:
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape a list of (n, height, width, channels) and (n, k), output shape
    (n, height, width, channels + k).
    """

    def call(self, inputs):
        images, numbers = inputs
        num, height, width, _ = ops.shape(images)
        planes = ops.cast(numbers, images.dtype)[:, None, None, :]
        planes = ops.broadcast_to(planes, (num, height, width, numbers.shape[-1]))
        return ops.concatenate([images, planes], axis=-1)

    def compute_output_shape(self, input_shape):
        images, numbers = input_shape
        return (*images[:-1], images[-1] + numbers[-1])
