"""Neural style transfer: a picture repainted after another one (Gatys et al. 2016, Johnson et al. 2016)."""

from keras_gan.lazy import lazy

_NAMES = {
    "PerceptualLoss": "perceptual",
    "StyleTransfer": "transfer",
    "features_of": "features",
}

__all__ = [*_NAMES]
__getattr__, __dir__ = lazy(__name__, _NAMES)
