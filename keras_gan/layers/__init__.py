"""Building blocks that Keras lacks."""

from keras_gan.layers.batch_normalization import BatchNormalization
from keras_gan.layers.maxout import Maxout

__all__ = ["BatchNormalization", "Maxout"]
