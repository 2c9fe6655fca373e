"""Neural style transfer: a picture repainted after another one (Gatys et al. 2016)."""

from keras_gan.lazy import lazy

_NAMES = {"StyleTransfer": "transfer", "features_of": "features"}

__all__ = [*_NAMES]
__getattr__, __dir__ = lazy(__name__, _NAMES)
