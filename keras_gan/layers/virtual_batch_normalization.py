"""Virtual batch normalization (Salimans et al. 2016)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class ReferenceBatch(keras.layers.Layer):
    """Prepends a fixed batch of latents, the reference of the `VirtualBatchNormalization` layers that follow.

    The latents ~ N(0, 1) are drawn once, when the layer is built, and saved with it. `DropReference` removes
    them at the end of the network.

    Args:
        size: number of reference latents.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, d), output shape (size + n, d).
    """

    def __init__(self, size: int = 64, **kwargs):
        super().__init__(**kwargs)
        self.size = size

    def build(self, input_shape):
        self.latents = self.add_weight(
            shape=(self.size, *input_shape[1:]),
            initializer=keras.initializers.RandomNormal(0.0, 1.0),
            trainable=False,
            name="latents",
        )

    def call(self, inputs):
        return ops.concatenate([ops.cast(self.latents, inputs.dtype), inputs], axis=0)

    def compute_output_shape(self, input_shape):
        return (None, *input_shape[1:])

    def get_config(self):
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable("keras_gan")
class VirtualBatchNormalization(keras.layers.Layer):
    """Normalizes each example by a reference batch and itself (Salimans et al. 2016, section 3.5).

    The first `size` examples are the reference (`ReferenceBatch`); the outputs of the others do not depend on
    one another, in training or not. The mean and the mean square of each channel are size / (size + 1) of the
    reference's plus 1 / (size + 1) of the example's own, as in the authors' code. There the reference
    examples themselves are normalized by the reference alone; here as all others are.

    Args:
        size: number of reference examples at the beginning of every batch.
        epsilon: added to the variance.
        gamma_initializer: initializer of the scales.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input and output shape (size + n, ..., channels).
    """

    def __init__(self, size: int = 64, epsilon: float = 1e-5, gamma_initializer="ones", **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.epsilon = epsilon
        self.gamma_initializer = keras.initializers.get(gamma_initializer)

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(shape=shape, initializer=self.gamma_initializer, name="gamma")
        self.beta = self.add_weight(shape=shape, initializer="zeros", name="beta")

    def call(self, inputs):
        values = ops.cast(inputs, self.variable_dtype)
        own_axes = tuple(range(1, len(inputs.shape) - 1))
        share = 1.0 / (self.size + 1.0)

        def combined(x):
            own = ops.mean(x, axis=own_axes, keepdims=True) if own_axes else x
            return share * own + (1.0 - share) * ops.mean(own[: self.size], axis=0, keepdims=True)

        mean = combined(values)
        variance = combined(ops.square(values)) - ops.square(mean)
        normal = (values - mean) / ops.sqrt(variance + self.epsilon)
        return ops.cast(normal * self.gamma + self.beta, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "size": self.size,
            "epsilon": self.epsilon,
            "gamma_initializer": keras.initializers.serialize(self.gamma_initializer),
        }


@keras.saving.register_keras_serializable("keras_gan")
class DropReference(keras.layers.Layer):
    """Removes the reference examples from the beginning of a batch.

    Args:
        size: number of reference examples.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (size + n, ...), output shape (n, ...).
    """

    def __init__(self, size: int = 64, **kwargs):
        super().__init__(**kwargs)
        self.size = size

    def call(self, inputs):
        return inputs[self.size :]

    def compute_output_shape(self, input_shape):
        return (None, *input_shape[1:])

    def get_config(self):
        return {**super().get_config(), "size": self.size}
