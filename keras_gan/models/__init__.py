"""The variants, one file per paper: which players, which objective, which data."""

from keras.saving import load_model  # noqa: F401 (here, so that the models are known to it)

from keras_gan import schedules  # noqa: F401 (for the same reason)
from keras_gan.models.acgan import ACGAN
from keras_gan.models.biggan import BigGAN
from keras_gan.models.cgan import CGAN
from keras_gan.models.classifier import Classifier
from keras_gan.models.cyclegan import CycleGAN
from keras_gan.models.dcgan import DCGAN
from keras_gan.models.discogan import DiscoGAN
from keras_gan.models.dualgan import DualGAN
from keras_gan.models.fgan import FGAN
from keras_gan.models.gan import GAN
from keras_gan.models.improved_gan import ImprovedGAN
from keras_gan.models.infogan import InfoGAN
from keras_gan.models.lsgan import LSGAN
from keras_gan.models.msggan import MSGGAN
from keras_gan.models.pix2pix import Pix2Pix
from keras_gan.models.progan import ProGAN
from keras_gan.models.r3gan import R3GAN
from keras_gan.models.sagan import SAGAN
from keras_gan.models.sngan import SNGAN
from keras_gan.models.stylegan2 import StyleGAN2
from keras_gan.models.wgan import WGAN
from keras_gan.models.wgan_gp import WGANGP

__all__ = [
    "ACGAN",
    "CGAN",
    "DCGAN",
    "FGAN",
    "GAN",
    "LSGAN",
    "MSGGAN",
    "R3GAN",
    "SAGAN",
    "SNGAN",
    "WGAN",
    "WGANGP",
    "BigGAN",
    "Classifier",
    "CycleGAN",
    "DiscoGAN",
    "DualGAN",
    "ImprovedGAN",
    "InfoGAN",
    "Pix2Pix",
    "ProGAN",
    "StyleGAN2",
]
