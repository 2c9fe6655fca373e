"""keras_gan: every GAN of the classic lectures as a Keras model that fits, with trained weights.

    model = keras_gan.zoo.load("dcgan_anime_faces")
    faces = model.generate(16, seed=1)

The names below are loaded when they are first used, so that `import keras_gan` costs nothing.
"""

import importlib
import os
import sys

from keras_gan.lazy import lazy

__version__ = "0.1.0"

if "tensorflow" not in sys.modules:
    # TensorFlow leaves oneDNN off on CPUs without AVX-512; with it, convolutions train 2 to 3 times faster.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    # Its C++ code writes messages to stderr that do not concern a user, such as that there is no GPU.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

_MODULES = (
    "augmentations",
    "callbacks",
    "data",
    "evaluation",
    "game",
    "latent",
    "layers",
    "metrics",
    "modalities",
    "models",
    "networks",
    "objectives",
    "penalties",
    "schedules",
    "serving",
    "style",
    "tasks",
    "tricks",
    "zoo",
)
_NAMES = {
    "ACGAN": "models",
    "AudioToScene": "models",
    "BiGAN": "models",
    "BigGAN": "models",
    "CGAN": "models",
    "CUT": "models",
    "Classifier": "models",
    "CollapseMonitor": "callbacks",
    "CycleGAN": "models",
    "DCGAN": "models",
    "DiscoGAN": "models",
    "DualGAN": "models",
    "EvaluateEvery": "callbacks",
    "FGAN": "models",
    "FastCUT": "models",
    "FastStyleTransfer": "models",
    "Flow": "models",
    "GAN": "models",
    "GANCLS": "models",
    "GLO": "models",
    "GON": "models",
    "Game": "game",
    "Glow": "models",
    "ImprovedGAN": "models",
    "InfoGAN": "models",
    "LSGAN": "models",
    "LabelGAN": "models",
    "MAF": "models",
    "MSGGAN": "models",
    "Pix2Pix": "models",
    "Player": "game",
    "ProGAN": "models",
    "R3GAN": "models",
    "RealNVP": "models",
    "SAGAN": "models",
    "SNGAN": "models",
    "SampleGrid": "callbacks",
    "StarGAN": "models",
    "StyleGAN2": "models",
    "TalkingHead": "models",
    "TensorBoard": "callbacks",
    "UGATIT": "models",
    "VAE": "models",
    "VideoPredictor": "models",
    "WGAN": "models",
    "WGANGP": "models",
    "load_model": "models",
}

__all__ = [*_MODULES, *_NAMES]
__getattr__, __dir__ = lazy(__name__, {name: name for name in _MODULES} | _NAMES)


if "keras" in sys.modules:
    # Keras is loaded anyway: make the models known to `keras.saving.load_model` right away.
    importlib.import_module("keras_gan.models").register()
