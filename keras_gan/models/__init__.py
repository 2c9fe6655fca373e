"""The variants, one file per paper: which players, which objective, which data."""

from keras.saving import load_model  # noqa: F401 (here, so that the models are known to it)

from keras_gan.models.cgan import CGAN
from keras_gan.models.classifier import Classifier
from keras_gan.models.dcgan import DCGAN
from keras_gan.models.gan import GAN

__all__ = ["CGAN", "DCGAN", "GAN", "Classifier"]
