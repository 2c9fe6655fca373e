"""Generators and discriminators, one file per paper: functions that return built Keras models.

A generator maps latents (n, latent_dim) to images (n, height, width, channels) in [-1, 1]; a discriminator
maps images to logits (n, 1). A conditional network takes `[latents, labels]` or `[images, labels]`, where
labels are integers (n,). A generator for image translation (`unet`, `resnet`, `discogan`, `fast_style`) maps
images to images of the same size. The generator of a flow (`glow`, `realnvp`, `maf`) has a layer "flow" that
also maps images back to latents. The last layer is float32 under any dtype policy.
"""

from keras_gan.lazy import lazy

__all__ = [
    "acgan",
    "audio_to_scene",
    "bigan",
    "biggan",
    "cgan",
    "classifier",
    "cut",
    "dcgan",
    "discogan",
    "fast_style",
    "flow",
    "gan",
    "gan_cls",
    "glow",
    "gon",
    "improved_gan",
    "infogan",
    "label_gan",
    "maf",
    "msggan",
    "next_frame",
    "patchgan",
    "progan",
    "r3gan",
    "realnvp",
    "resnet",
    "siren",
    "sngan",
    "stargan",
    "stylegan2",
    "talking_head",
    "text",
    "ugatit",
    "unet",
    "vae",
]

__getattr__, __dir__ = lazy(__name__, {name: name for name in __all__})
