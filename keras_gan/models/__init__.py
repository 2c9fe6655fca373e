"""The variants, one file per paper: which players, which objective, which data."""

from keras.saving import load_model  # noqa: F401 (here, so that the models are known to it)

from keras_gan import schedules  # noqa: F401 (for the same reason)
from keras_gan.models.images.acgan import ACGAN
from keras_gan.models.images.biggan import BigGAN
from keras_gan.models.images.cgan import CGAN
from keras_gan.models.images.dcgan import DCGAN
from keras_gan.models.images.fgan import FGAN
from keras_gan.models.images.gan import GAN
from keras_gan.models.images.improved_gan import ImprovedGAN
from keras_gan.models.images.infogan import InfoGAN
from keras_gan.models.images.lsgan import LSGAN
from keras_gan.models.images.msggan import MSGGAN
from keras_gan.models.images.progan import ProGAN
from keras_gan.models.images.r3gan import R3GAN
from keras_gan.models.images.sagan import SAGAN
from keras_gan.models.images.sngan import SNGAN
from keras_gan.models.images.stylegan2 import StyleGAN2
from keras_gan.models.images.wgan import WGAN
from keras_gan.models.images.wgan_gp import WGANGP
from keras_gan.models.judges.classifier import Classifier
from keras_gan.models.translation.cyclegan import CycleGAN
from keras_gan.models.translation.discogan import DiscoGAN
from keras_gan.models.translation.dualgan import DualGAN
from keras_gan.models.translation.pix2pix import Pix2Pix

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
