"""Building blocks that Keras lacks."""

from keras_gan.layers.maxout import Maxout

__all__ = ["Maxout"]
