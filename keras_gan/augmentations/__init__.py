"""Augmentation of the discriminator's images, which keeps it from memorizing a small data set.

An augmentation is a value that a model is given: `StyleGAN2(augmentation="diffaugment")`. The discriminator
never sees an image without it, real or generated, in any update; its gradient reaches the generator through
it, and penalties take the discriminator and its augmentation as one function.
"""

from keras_gan.augmentations.ada import ADA
from keras_gan.augmentations.base import Augmentation
from keras_gan.augmentations.diffaugment import DiffAugment
from keras_gan.lookup import resolve

__all__ = ["ADA", "Augmentation", "DiffAugment", "get"]

_NAMED = {"ada": ADA, "diffaugment": DiffAugment}


def get(augmentation: str | dict | Augmentation) -> Augmentation:
    """The augmentation of a name, of a saved config, or as it is.

    Args:
        augmentation: an `Augmentation`, its Keras config, or "ada" or "diffaugment", with the defaults of the
            paper.

    Raises:
        ValueError: on another name, with the closest ones.
    """
    return resolve("augmentation", augmentation, Augmentation, _NAMED)
