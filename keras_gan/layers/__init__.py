"""Building blocks that Keras lacks."""

from keras_gan.layers.batch_normalization import BatchNormalization
from keras_gan.layers.codes import Codes
from keras_gan.layers.convolution import Conv2D, Conv2DTranspose
from keras_gan.layers.dropout import Dropout
from keras_gan.layers.equalized import EqualizedConv2D, EqualizedDense
from keras_gan.layers.fade import Fade
from keras_gan.layers.instance_normalization import InstanceNormalization
from keras_gan.layers.leaky_relu import LeakyReLU
from keras_gan.layers.learned_constant import LearnedConstant
from keras_gan.layers.maxout import Maxout
from keras_gan.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gan.layers.minibatch_standard_deviation import MinibatchStandardDeviation
from keras_gan.layers.modulated_convolution import ModulatedConv2D
from keras_gan.layers.noise import Noise
from keras_gan.layers.pixel_normalization import PixelNormalization
from keras_gan.layers.reflection_padding import ReflectionPadding2D
from keras_gan.layers.resampling import Upsample
from keras_gan.layers.running_mean import RunningMean
from keras_gan.layers.self_attention import SelfAttention
from keras_gan.layers.spectral_normalization import SpectralNormalization
from keras_gan.layers.virtual_batch_normalization import (
    DropReference,
    ReferenceBatch,
    VirtualBatchNormalization,
)

__all__ = [
    "BatchNormalization",
    "Codes",
    "Conv2D",
    "Conv2DTranspose",
    "DropReference",
    "Dropout",
    "EqualizedConv2D",
    "EqualizedDense",
    "Fade",
    "InstanceNormalization",
    "LeakyReLU",
    "LearnedConstant",
    "Maxout",
    "MinibatchDiscrimination",
    "MinibatchStandardDeviation",
    "ModulatedConv2D",
    "Noise",
    "PixelNormalization",
    "ReferenceBatch",
    "ReflectionPadding2D",
    "RunningMean",
    "SelfAttention",
    "SpectralNormalization",
    "Upsample",
    "VirtualBatchNormalization",
]
