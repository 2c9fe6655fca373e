"""Building blocks that Keras lacks."""

from keras_gan.layers.batch_normalization import BatchNormalization
from keras_gan.layers.convolution import Conv2D, Conv2DTranspose
from keras_gan.layers.instance_normalization import InstanceNormalization
from keras_gan.layers.maxout import Maxout
from keras_gan.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gan.layers.reflection_padding import ReflectionPadding2D
from keras_gan.layers.spectral_normalization import SpectralNormalization
from keras_gan.layers.virtual_batch_normalization import (
    DropReference,
    ReferenceBatch,
    VirtualBatchNormalization,
)

__all__ = [
    "BatchNormalization",
    "Conv2D",
    "Conv2DTranspose",
    "DropReference",
    "InstanceNormalization",
    "Maxout",
    "MinibatchDiscrimination",
    "ReferenceBatch",
    "ReflectionPadding2D",
    "SpectralNormalization",
    "VirtualBatchNormalization",
]
