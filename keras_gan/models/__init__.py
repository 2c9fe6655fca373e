"""The models, one file per paper: which players, which objective, which data.

A name below is imported when it is first used, and then all models are, so that `load_model` and
`keras.saving.load_model` find the class of any saved model. `import keras_gan.models.images.wgan` imports no
other model than those that it is built on.
"""

import importlib

from keras_gan.lookup import did_you_mean

_NAMES = {
    "ACGAN": "images.acgan",
    "AudioToScene": "conditional.audio_to_scene",
    "BiGAN": "images.bigan",
    "BigGAN": "images.biggan",
    "CGAN": "images.cgan",
    "Classifier": "judges.classifier",
    "CUT": "translation.cut",
    "CycleGAN": "translation.cyclegan",
    "DCGAN": "images.dcgan",
    "DiscoGAN": "translation.discogan",
    "DualGAN": "translation.dualgan",
    "FGAN": "images.fgan",
    "FastCUT": "translation.cut",
    "FastStyleTransfer": "style.fast_style_transfer",
    "Flow": "likelihood.flow",
    "GAN": "images.gan",
    "GANCLS": "conditional.gan_cls",
    "GLO": "likelihood.glo",
    "GON": "likelihood.gon",
    "Glow": "likelihood.glow",
    "ImprovedGAN": "images.improved_gan",
    "InfoGAN": "images.infogan",
    "LabelGAN": "conditional.label_gan",
    "LSGAN": "images.lsgan",
    "MAF": "likelihood.maf",
    "MSGGAN": "images.msggan",
    "Pix2Pix": "translation.pix2pix",
    "ProGAN": "images.progan",
    "R3GAN": "images.r3gan",
    "RealNVP": "likelihood.realnvp",
    "SAGAN": "images.sagan",
    "SNGAN": "images.sngan",
    "StarGAN": "translation.stargan",
    "StyleGAN2": "images.stylegan2",
    "TalkingHead": "conditional.talking_head",
    "UGATIT": "translation.ugatit",
    "VAE": "likelihood.vae",
    "VideoPredictor": "conditional.video_predictor",
    "WGAN": "images.wgan",
    "WGANGP": "images.wgan_gp",
}

_BESIDE = ("schedules", "style.perceptual")
"""Modules of other classes that a saved model may name."""

__all__ = [*_NAMES]


def register():
    """Imports every class that a saved model may consist of, so that Keras can load it."""
    from keras_gan import layers

    for layer in layers.__all__:
        getattr(layers, layer)
    for module in _NAMES.values():
        importlib.import_module(f"{__name__}.{module}")
    for module in _BESIDE:
        importlib.import_module(f"keras_gan.{module}")


def __getattr__(name):
    places = {**_NAMES, "load_model": "loading"}
    if name not in places:
        hint = did_you_mean(name, places)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}. {hint}".rstrip())
    register()
    return getattr(importlib.import_module(f"{__name__}.{places[name]}"), name)


def __dir__():
    return [*__all__, "load_model", "register"]
