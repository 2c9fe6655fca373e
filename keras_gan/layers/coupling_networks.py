"""The networks inside couplings: of vectors, and of images in Glow and in RealNVP."""

import keras
from keras import layers, ops

from keras_gan.layers.act_norm import ActNorm
from keras_gan.layers.batch_normalization import BatchNormalization
from keras_gan.layers.edge_convolution import EdgeConv2D, ZeroConv2D
from keras_gan.layers.weight_normalized_convolution import WeightNormalizedConv2D


class _CouplingNetwork(layers.Layer):
    """A network whose inner layers are made when its input is known; subclasses append them to `parts`.

    Args:
        width: channels of the hidden layers.
        outputs: channels of the outputs.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.
    """

    def __init__(self, width: int, outputs: int, **kwargs):
        super().__init__(**kwargs)
        self.width, self.outputs = width, outputs

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.outputs)

    def get_config(self):
        return {**super().get_config(), "width": self.width, "outputs": self.outputs}


@keras.saving.register_keras_serializable("keras_gan")
class DenseCoupling(_CouplingNetwork):
    """The network of a coupling of vectors: two hidden layers of ReLU units; the last layer starts at zero.

    Biases of the hidden layers start at U(-1, 1): with zeros, all units of one input would bend at 0.

    Args:
        width: units of a hidden layer.
        outputs: number of outputs.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, d), output shape (n, outputs).
    """

    def build(self, input_shape):
        own, spread = {"dtype": self.dtype_policy}, keras.initializers.RandomUniform(-1.0, 1.0)
        self.parts = [
            layers.Dense(self.width, "relu", bias_initializer=spread, **own),
            layers.Dense(self.width, "relu", bias_initializer=spread, **own),
            layers.Dense(self.outputs, kernel_initializer="zeros", **own),
        ]
        for part, size in zip(self.parts, (input_shape[-1], self.width, self.width), strict=True):
            part.build((None, size))

    def call(self, inputs, training=False):
        for part in self.parts:
            inputs = part(inputs)
        return inputs


@keras.saving.register_keras_serializable("keras_gan")
class GlowCoupling(_CouplingNetwork):
    """The network of Glow's couplings: 3x3, 1x1 and 3x3 convolutions (Kingma and Dhariwal 2018, section 4).

    After each of the first two come activation normalization and ReLU; the last starts at zero. As in the
    authors' code the 3x3 convolutions see the image's edge, and kernels are drawn from N(0, 0.05).

    Args:
        width: channels of the hidden layers; 512 in the paper.
        outputs: channels of the outputs.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels), output shape (n, height, width, outputs).
    """

    def build(self, input_shape):
        own, small = {"dtype": self.dtype_policy}, keras.initializers.RandomNormal(0.0, 0.05)
        self.first = EdgeConv2D(self.width, **own)
        self.second = layers.Conv2D(self.width, 1, use_bias=False, kernel_initializer=small, **own)
        self.last = ZeroConv2D(self.outputs, **own)
        self.norms = [ActNorm(**own), ActNorm(**own)]
        self.first.build(input_shape)
        hidden = (*input_shape[:-1], self.width)
        for part in (self.second, self.last, *self.norms):
            part.build(hidden)

    def call(self, inputs, training=False):
        for convolution, norm in zip((self.first, self.second), self.norms, strict=True):
            inputs = ops.relu(norm(convolution(inputs), training=training)[0])
        return self.last(inputs)


@keras.saving.register_keras_serializable("keras_gan")
class ResidualCoupling(_CouplingNetwork):
    """The network of RealNVP's couplings: residual blocks and skip connections (Dinh et al. 2017).

    As in the authors' code: batch normalization of the inputs, ReLU of them and of their negatives, a 3x3
    convolution; blocks of batch normalization, ReLU and 3x3 convolution, twice; 1x1 convolutions of what
    enters and leaves each block, summed; batch normalization, ReLU and a 1x1 convolution. Convolutions are
    weight-normalized (Salimans and Kingma 2016).

    Args:
        width: channels of the hidden layers.
        outputs: channels of the outputs.
        blocks: number of residual blocks.
        masked: whether the last input channel is a mask, which is not normalized.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, height, width, channels), output shape (n, height, width, outputs).
    """

    def __init__(self, width: int, outputs: int, blocks: int = 4, masked: bool = False, **kwargs):
        super().__init__(width, outputs, **kwargs)
        self.blocks, self.masked = blocks, masked

    def build(self, input_shape):
        *outer, channels = input_shape
        own, channels = {"dtype": self.dtype_policy}, channels - self.masked
        hidden = (*outer, self.width)

        def convolution(filters, size, shape=hidden, **options):
            layer = WeightNormalizedConv2D(filters, size, **options, **own)
            layer.build(shape)
            return layer

        def normalization(shape=hidden):
            layer = BatchNormalization(0.9, 1e-4, **own)
            layer.build(shape)
            return layer

        plain = {"use_bias": False, "gain": False}
        self.norm = normalization((*outer, channels))
        self.first = convolution(self.width, 3, (*outer, 2 * channels + self.masked), gain=False)
        self.skips = [convolution(self.width, 1) for _ in range(self.blocks + 1)]
        self.norms = [[normalization(), normalization()] for _ in range(self.blocks)]
        self.inner = [
            [convolution(self.width, 3, **plain), convolution(self.width, 3)]
            for _ in range(self.blocks)
        ]
        self.last_norm, self.last = normalization(), convolution(self.outputs, 1)

    def call(self, inputs, training=False):
        mask = inputs[..., -1:] if self.masked else inputs[..., :0]
        inputs = self.norm(inputs[..., :-1] if self.masked else inputs, training=training)
        hidden = self.first(ops.relu(ops.concatenate([inputs, -inputs, mask], axis=-1)))
        skipped = self.skips[0](hidden)
        for norms, inner, skip in zip(self.norms, self.inner, self.skips[1:], strict=True):
            added = hidden
            for norm, convolution in zip(norms, inner, strict=True):
                added = convolution(ops.relu(norm(added, training=training)))
            hidden = hidden + added
            skipped = skipped + skip(hidden)
        return self.last(ops.relu(self.last_norm(skipped, training=training)))

    def get_config(self):
        return {**super().get_config(), "blocks": self.blocks, "masked": self.masked}
