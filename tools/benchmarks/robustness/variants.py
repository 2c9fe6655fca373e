"""Every variant of the zoo with its smallest networks."""

import keras
import numpy as np

import keras_gan
from keras_gan import networks

# Network: its arguments besides the shape of the images.
SMALL = {
    "gan.generator": {"latent_dim": 8},
    "gan.discriminator": {},
    "cgan.generator": {"num_classes": 3, "latent_dim": 8},
    "cgan.discriminator": {"num_classes": 3},
    "dcgan.generator": {"latent_dim": 8, "width": 4},
    "dcgan.discriminator": {"width": 4},
    "sngan.generator": {"latent_dim": 8, "width": 4},
    "sngan.discriminator": {"width": 4},
    "improved_gan.generator": {"latent_dim": 8, "width": 4, "reference": 4},
    "improved_gan.discriminator": {"width": 4, "kernels": 3},
    "r3gan.generator": {"latent_dim": 8, "width": 2, "blocks": 1},
    "acgan.generator": {"num_classes": 3, "latent_dim": 8, "width": 4},
    "acgan.discriminator": {"num_classes": 3, "width": 2},
    "infogan.generator": {"categories": 3, "continuous": 2, "noise": 3, "width": 2},
    "infogan.discriminator": {"categories": 3, "continuous": 2, "width": 2},
    "progan.generator": {"latent_dim": 8, "channel_base": 32, "channel_max": 4},
    "progan.discriminator": {"channel_base": 32, "channel_max": 4},
    "msggan.generator": {"latent_dim": 8, "channel_base": 32, "channel_max": 4},
    "msggan.discriminator": {"channel_base": 32, "channel_max": 4},
    "biggan.generator": {"num_classes": 3, "latent_dim": 8, "width": 2, "attention": 8},
    "biggan.discriminator": {"num_classes": 3, "width": 2, "attention": 8},
    "stylegan2.generator": {
        **{"latent_dim": 8, "channel_base": 32, "channel_max": 4},
        "mapping_layers": 2,
    },
    "stylegan2.discriminator": {"channel_base": 32, "channel_max": 4},
    "classifier.classifier": {"num_classes": 3, "width": 4, "features": 8},
    "unet.generator": {"width": 2},
    "resnet.generator": {"width": 2, "blocks": 1},
    "discogan.generator": {"width": 2},
}
PLAIN = {"normalization": None}

# Model: families of its generator and discriminator, side of its images, and its arguments.
ADVERSARIAL = {
    "GAN": ("gan", "gan", 28, {}),
    "CGAN": ("cgan", "cgan", 28, {"num_classes": 3}),
    "DCGAN": ("dcgan", "dcgan", 28, {}),
    "LSGAN": ("gan", "dcgan", 28, {}),
    "FGAN": ("gan", "dcgan", 28, {}),
    "WGAN": ("gan", "dcgan", 28, {}),
    "WGANGP": ("gan", "dcgan", 28, {}),
    "SNGAN": ("sngan", "sngan", 28, {}),
    "ImprovedGAN": ("improved_gan", "improved_gan", 28, {}),
    "R3GAN": ("r3gan", "dcgan", 28, {}),
    "SAGAN": ("cgan", "cgan", 28, {"num_classes": 3}),  # its own networks are BigGAN's
    "ACGAN": ("acgan", "acgan", 28, {"num_classes": 3}),
    "InfoGAN": ("infogan", "infogan", 28, {}),
    "ProGAN": ("progan", "progan", 8, {"stable_images": 16, "fade_images": 40}),
    "MSGGAN": ("msggan", "msggan", 8, {}),
    "BigGAN": ("biggan", "biggan", 32, {"num_classes": 3}),
    "StyleGAN2": ("stylegan2", "stylegan2", 8, {}),
}
TRANSLATING = {"Pix2Pix": "unet", "CycleGAN": "resnet", "DiscoGAN": "discogan", "DualGAN": "unet"}
VARIANTS = (*ADVERSARIAL, *TRANSLATING, "Classifier")
EQUALIZED = ("ProGAN", "MSGGAN", "StyleGAN2")  # their weights are about 1, not near 0


def shape_of(kind):
    """(height, width, channels) of the variant's images."""
    side = ADVERSARIAL[kind][2] if kind in ADVERSARIAL else 8 if kind == "Classifier" else 28
    return side, side, 1


def networks_of(kind):
    """The variant's networks, by the names of its arguments."""
    shape = shape_of(kind)

    def network(name, *args, **kwargs):
        family, part = name.split(".")
        return getattr(getattr(networks, family), part)(*args, **SMALL.get(name, {}), **kwargs)

    if kind == "Classifier":
        return {"network": network("classifier.classifier", shape)}
    if kind in ADVERSARIAL:
        generator, discriminator, *_ = ADVERSARIAL[kind]
        plain = PLAIN if discriminator == "dcgan" and kind != "DCGAN" else {}
        return {
            "generator": network(f"{generator}.generator", shape),
            "discriminator": network(f"{discriminator}.discriminator", shape, **plain),
        }
    family, parts = f"{TRANSLATING[kind]}.generator", {}
    if kind == "Pix2Pix":
        parts["generator"] = network(family, shape)
        parts["discriminator"] = networks.patchgan.discriminator(2, 2)
        return parts
    for direction in ("ab", "ba"):
        parts[f"generator_{direction}"] = network(family, shape)
    for domain in "ab":
        parts[f"discriminator_{domain}"] = (
            networks.dcgan.discriminator(shape, 2)
            if kind == "DiscoGAN"
            else networks.patchgan.discriminator(1, 2)
        )
    return parts


def model_of(kind, prepare=lambda network: network, **options):
    """The variant with its smallest networks, each changed by `prepare`."""
    parts = {name: prepare(network) for name, network in networks_of(kind).items()}
    if kind in TRANSLATING:
        options |= {"image_shape": shape_of(kind)}
    own = ADVERSARIAL[kind][3] if kind in ADVERSARIAL else {}
    return getattr(keras_gan, kind)(**parts, seed=0, **{**own, **options})


def columns_of(model, images, labels):
    """Further arguments of `fit`: labels, or the images of the second domain."""
    name = type(model).__name__
    if name in TRANSLATING:
        return [images[::-1]]
    return [labels] if name == "Classifier" or getattr(model, "num_classes", None) else []


def arrays_of(variables):
    """The values of variables as NumPy arrays."""
    return [np.asarray(keras.ops.convert_to_numpy(variable)) for variable in variables]
