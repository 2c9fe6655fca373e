"""Spectral normalization (Miyato et al. 2018)."""

import keras
from keras import ops

from keras_gan import backend


@keras.saving.register_keras_serializable("keras_gan")
class SpectralNormalization(keras.layers.Wrapper):
    """Spectral normalization of a layer: its kernel W is replaced by W / sigma (Miyato et al. 2018).

    sigma = u'Wv, the largest singular value of W, is estimated by the power method (algorithm 1 of the
    paper): one iteration in each call, from the u of the last training call. The gradient treats u and v as
    constants and includes that of 1 / sigma (section 2.2), unlike that of
    `keras.layers.SpectralNormalization`, which overwrites the kernel. The kernel of a convolution is the
    matrix (output channels, all other axes).

    Args:
        layer: a `Dense`, `Conv*`, `Conv*Transpose` or `Embedding` layer.
        iterations: iterations of the power method in each call.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Raises:
        ValueError: on another layer, or fewer than 1 iteration.

    Example:

    ```python
    layer = SpectralNormalization(keras.layers.Conv2D(64, 3))
    ```
    """

    def __init__(self, layer: keras.Layer, iterations: int = 1, **kwargs):
        # The wrapped layer casts its inputs; sigma is computed in the precision of the weights.
        super().__init__(layer, autocast=False, **{**kwargs, "dtype": layer.variable_dtype})
        if not (isinstance(iterations, int) and iterations >= 1):
            raise ValueError(f"iterations must be at least 1, got {iterations}.")
        if _output_axis(layer) is None:
            raise ValueError(
                f"SpectralNormalization wraps dense, convolutional and embedding layers, "
                f"got {type(layer).__name__}."
            )
        self.iterations = iterations

    @property
    def kernel(self):
        """The weight of the wrapped layer before normalization."""
        embeds = isinstance(self.layer, keras.layers.Embedding)
        return self.layer.embeddings if embeds else self.layer.kernel

    def build(self, input_shape=None):
        super().build(input_shape)
        self.u = self.add_weight(
            shape=(self.kernel.shape[_output_axis(self.layer)],),
            initializer=keras.initializers.RandomNormal(),
            trainable=False,
            aggregation="mean",
            name="u",
        )

    def call(self, inputs, training=False):
        normalized, u = self._normalize()
        if training:
            self.u.assign(u)
        return backend.substitute(lambda: self.layer(inputs), [(self.kernel, normalized)])

    def _normalize(self):
        kernel = ops.convert_to_tensor(self.kernel)
        axis = _output_axis(self.layer)
        # The transpose of the paper's W: for most kernels the reshape then copies nothing.
        matrix = ops.reshape(ops.moveaxis(kernel, axis, -1), (-1, kernel.shape[axis]))
        constant, u = ops.stop_gradient(matrix), ops.convert_to_tensor(self.u)
        for _ in range(self.iterations):
            v = _unit(ops.matmul(constant, u))
            u = _unit(ops.matmul(v, constant))
        sigma = ops.sum(ops.matmul(v, matrix) * u)
        # The gradient of a product is cheaper than that of a quotient.
        return kernel * (1.0 / sigma), u

    def normalized_kernel(self):
        """The kernel W / sigma that the layer uses with the current u."""
        return self._normalize()[0]

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def get_config(self):
        return {**super().get_config(), "iterations": self.iterations}


def _output_axis(layer):
    """The axis of a layer's kernel that indexes its outputs; None if the layer has no such kernel."""
    kinds = keras.layers
    if isinstance(layer, (kinds.Conv1DTranspose, kinds.Conv2DTranspose, kinds.Conv3DTranspose)):
        return -2
    if isinstance(layer, (kinds.Dense, kinds.Conv1D, kinds.Conv2D, kinds.Conv3D, kinds.Embedding)):
        return -1
    return None


def _unit(vector):
    return vector / (ops.sqrt(ops.sum(ops.square(vector))) + 1e-12)
