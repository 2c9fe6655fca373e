"""Layers that Keras lacks, or that are faster or more exact here than in Keras."""

from keras_gan.lazy import lazy

_NAMES = {
    "BatchNormalization": "batch_normalization",
    "Codes": "codes",
    "Conv2D": "convolution",
    "Conv2DTranspose": "convolution",
    "Coordinates": "coordinates",
    "Downsample": "resampling",
    "Dropout": "dropout",
    "DropReference": "virtual_batch_normalization",
    "EqualizedConv2D": "equalized",
    "EqualizedDense": "equalized",
    "Fade": "fade",
    "GroupNormalization": "group_normalization",
    "InstanceNormalization": "instance_normalization",
    "LeakyReLU": "leaky_relu",
    "LearnedConstant": "learned_constant",
    "Maxout": "maxout",
    "MinibatchDiscrimination": "minibatch_discrimination",
    "MinibatchStandardDeviation": "minibatch_standard_deviation",
    "ModulatedConv2D": "modulated_convolution",
    "Noise": "noise",
    "PixelNormalization": "pixel_normalization",
    "ReferenceBatch": "virtual_batch_normalization",
    "ReflectionPadding2D": "reflection_padding",
    "RunningMean": "running_mean",
    "SelfAttention": "self_attention",
    "Sine": "sine",
    "SpectralNormalization": "spectral_normalization",
    "Upsample": "resampling",
    "VirtualBatchNormalization": "virtual_batch_normalization",
}

__all__ = [*_NAMES]
__getattr__, __dir__ = lazy(__name__, _NAMES)
