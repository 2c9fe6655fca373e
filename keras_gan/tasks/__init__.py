"""Tasks: one base class for each kind of model, which owns its verb and answers for it."""

from keras_gan.lazy import lazy

_NAMES = {
    "Animation": "animation",
    "Classification": "classification",
    "DomainTranslation": "domain_translation",
    "Generation": "generation",
    "ImageToImage": "image_to_image",
    "Prediction": "prediction",
    "Signature": "task",
    "Stylization": "stylization",
    "Tagging": "tagging",
    "Task": "task",
    "Translation": "translation",
}

__all__ = [*_NAMES]
__getattr__, __dir__ = lazy(__name__, _NAMES)
