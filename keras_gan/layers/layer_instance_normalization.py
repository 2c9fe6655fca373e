"""Normalization between that of a layer and that of an instance (Kim et al. 2020)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class LayerInstanceNormalization(keras.layers.Layer):
    """Layer-instance normalization (LIN): a learned mixture of two normalizations (Kim et al. 2020).

    gamma (rho a_I + (1 - rho) a_L) + beta (section 2.1.2), in which a_I is normalized in each channel of each
    image and a_L over all channels of each image, by biased variances; the authors' PyTorch code has
    unbiased ones. rho, one for each channel, is clipped to [0, 1] after each update.

    Args:
        rho: initial value of rho; 0 in the authors' code for the layers that enlarge.
        epsilon: added to the variances.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input and output shape (n, height, width, channels).
    """

    def __init__(self, rho: float = 0.0, epsilon: float = 1e-5, **kwargs):
        super().__init__(**kwargs)
        self.initial_rho, self.epsilon = rho, epsilon

    def build(self, input_shape):
        width = input_shape[-1]
        self._add_rho(width)
        self.gamma = self.add_weight(shape=(width,), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(width,), initializer="zeros", name="beta")

    def call(self, inputs):
        return ops.cast(self._mixed(inputs) * self.gamma + self.beta, inputs.dtype)

    def _add_rho(self, width):
        self.rho = self.add_weight(
            shape=(width,),
            initializer=keras.initializers.Constant(self.initial_rho),
            constraint=self._clipped,
            name="rho",
        )

    def _clipped(self, rho):
        return ops.clip(rho, 0.0, 1.0)

    def _mixed(self, inputs):
        inputs = ops.cast(inputs, self.variable_dtype)

        def normalized(axes):
            mean, variance = ops.moments(inputs, axes, keepdims=True)
            return (inputs - mean) * ops.rsqrt(variance + self.epsilon)

        return self.rho * normalized((1, 2)) + (1.0 - self.rho) * normalized((1, 2, 3))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "rho": self.initial_rho, "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("keras_gan")
class AdaptiveLayerInstanceNormalization(LayerInstanceNormalization):
    """Adaptive layer-instance normalization (AdaLIN): LIN with a scale and a shift from the network.

    Args:
        rho: initial value of rho; 0.9 in the authors' PyTorch code.
        epsilon: added to the variances.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape a list of (n, height, width, channels), and of the scale and the shift, each (n, channels);
    output shape that of the first.
    """

    def __init__(self, rho: float = 0.9, epsilon: float = 1e-5, **kwargs):
        super().__init__(rho, epsilon, **kwargs)

    def build(self, input_shape):
        self._add_rho(input_shape[0][-1])

    def call(self, inputs):
        images, gamma, beta = inputs
        gamma, beta = (ops.cast(x, self.variable_dtype)[:, None, None] for x in (gamma, beta))
        return ops.cast(self._mixed(images) * gamma + beta, images.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape[0]
