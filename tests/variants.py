"""Every variant with its smallest networks: a row each, over which test_variants.py runs what all share.

A new variant adds a row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

import keras_gan
from keras_gan.layers import ActNorm, Chain, InvertibleConvolution, Squeeze
from keras_gan.networks import (
    acgan,
    biggan,
    cgan,
    classifier,
    dcgan,
    discogan,
    flow,
    gan,
    glow,
    gon,
    improved_gan,
    infogan,
    maf,
    msggan,
    patchgan,
    progan,
    r3gan,
    realnvp,
    resnet,
    sngan,
    stylegan2,
    unet,
    vae,
)
from keras_gan.penalties import DRAGAN, R1
from keras_gan.tricks import HistoricalAveraging, InstanceNoise, LabelFlips

GRAY = (28, 28, 1)
SMALL = (8, 8, 1)
TINY = (4, 4, 1)
COLORED = (8, 8, 3)
LARGE = (32, 32, 1)


@dataclass(frozen=True)
class Variant:
    """A row.

    Attributes:
        networks: function that makes the smallest networks, in the order of the class's arguments.
        shape: (height, width, channels) of the images.
        data: "images", "labels" (images with class ids from 0 to 2), "rows" (images with numbers from 0 to
            7), or "domains" (images of A and of B).
        settings: arguments that the networks require.
        state: arguments that give the variant state or randomness of its own, which a file must restore.
        loss: name of the hand-computed losses in tests/test_variants.py; None where a test of the model's
            own has them.
        unmoved: how many variables of the first and of the second player two steps leave as they are: biases
            that the difference of two logits takes out again, or layers that have not grown yet.
        large: whether its networks take long, so that its shared checks are slow tests.
        players: how many play.
    """

    networks: Callable[[], Sequence[keras.Model]]
    shape: tuple[int, int, int] = GRAY
    data: str = "images"
    settings: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    loss: str | None = None
    unmoved: tuple[int, int] = (0, 0)
    large: bool = False
    players: int = 2


def dense_critic(shape=GRAY):
    """A critic of one hidden layer, without normalization, whose gradient is a formula."""
    layers = keras.layers
    hidden, logit = layers.Dense(8, "tanh"), layers.Dense(1, dtype="float32")
    return keras.Sequential([keras.Input(shape), layers.Flatten(), hidden, logit])


def dense():
    return gan.generator(GRAY, 8, units=16), dense_critic()


def conditional():
    return cgan.generator(GRAY, 3, latent_dim=8), cgan.discriminator(GRAY, 3)


def translators(generator, discriminator):
    """Two generators and two discriminators."""
    return lambda: [*(generator() for _ in "AB"), *(discriminator() for _ in "AB")]


CLASSES = {"num_classes": 3}
AVERAGED = {"ema": 0.9}
# Several updates make a step that takes as many times as long to compile: a few rows have them.
SEVERAL = {"discriminator_steps": 2}
NOISE = InstanceNoise(keras.optimizers.schedules.PolynomialDecay(0.1, 100, 0.0))
TRICKS = [HistoricalAveraging(0.01), NOISE]
STATE = {**AVERAGED, "tricks": TRICKS}

VARIANTS = {
    "GAN": Variant(
        lambda: (gan.generator(GRAY, 8, units=16), gan.discriminator(GRAY, units=8, pieces=2)),
        state={**STATE, **SEVERAL},
        loss="non_saturating",
    ),
    "CGAN": Variant(
        conditional, data="labels", settings=CLASSES, state=AVERAGED, loss="non_saturating"
    ),
    "DCGAN": Variant(
        lambda: (dcgan.generator(GRAY, 8, width=4), dcgan.discriminator(GRAY, width=4)),
        state={**AVERAGED, "objective": "feature_matching"},
        loss="non_saturating",
    ),
    "LSGAN": Variant(dense, state=AVERAGED, loss="least_squares"),
    "FGAN": Variant(dense, state=AVERAGED, loss="kl"),
    "WGAN": Variant(dense, state={**STATE, **SEVERAL}, loss="wasserstein", unmoved=(1, 0)),
    "WGANGP": Variant(
        dense,
        state={**STATE, **SEVERAL, "skip_below": -0.01, "tricks": [*TRICKS, LabelFlips(0.1)]},
        loss="gradient_penalty",
        unmoved=(1, 0),
    ),
    "SNGAN": Variant(
        lambda: (sngan.generator(GRAY, 8, width=4), sngan.discriminator(GRAY, width=4)),
        state={**STATE, "objective": "relativistic_average"},
        loss="hinge",
        unmoved=(1, 0),
    ),
    "ImprovedGAN": Variant(
        lambda: (
            improved_gan.generator(GRAY, 8, width=4, reference=4),
            improved_gan.discriminator(GRAY, width=4, kernels=3),
        ),
        state=STATE,
        loss="one_sided_smoothing",
    ),
    "R3GAN": Variant(
        lambda: (r3gan.generator(GRAY, 8, 2, 1), dense_critic()),
        state={**STATE, "penalties": [R1(0.1, every=2), DRAGAN()]},
        loss="r1_and_r2",
        unmoved=(1, 0),
    ),
    "ACGAN": Variant(
        lambda: (acgan.generator(GRAY, 3, 8, 4), acgan.discriminator(GRAY, 3, 2, 0.0)),
        data="labels",
        settings=CLASSES,
        state=AVERAGED,
    ),
    "InfoGAN": Variant(
        lambda: (infogan.generator(GRAY, 3, 2, 3, 2), infogan.discriminator(GRAY, 3, 2, 2)),
        state={**AVERAGED, "information": 0.5},
    ),
    "ProGAN": Variant(
        lambda: (progan.generator(SMALL, 8, 32, 4), progan.discriminator(SMALL, 32, 4)),
        SMALL,
        # The first step has images of 4x4, the others of 8x8, which fade in: not at all, then by 0.4.
        settings={"stable_images": 16, "fade_images": 40},
        state=AVERAGED,
        large=True,
        unmoved=(6, 6),
    ),
    "MSGGAN": Variant(
        lambda: (msggan.generator(SMALL, 8, 32, 4), msggan.discriminator(SMALL, 32, 4)),
        SMALL,
        state={**AVERAGED, "tricks": [InstanceNoise(0.05)]},
        large=True,
        unmoved=(1, 0),
    ),
    # Its own networks are BigGAN's, which have a row, and take long.
    "SAGAN": Variant(
        conditional, data="labels", settings=CLASSES, state=STATE, loss="hinge", unmoved=(1, 0)
    ),
    "BigGAN": Variant(
        lambda: (
            biggan.generator(LARGE, 3, 8, 2, True, 3, attention=8),
            biggan.discriminator(LARGE, 3, 2, attention=8),
        ),
        LARGE,
        data="labels",
        settings=CLASSES,
        state={**AVERAGED, "discriminator_steps": 1, "orthogonal": 0.01},
        loss="hinge",
        large=True,
    ),
    "StyleGAN2": Variant(
        lambda: (
            stylegan2.generator(COLORED, 6, 32, 4, 2),
            stylegan2.discriminator(COLORED, 32, 4),
        ),
        COLORED,
        state=AVERAGED,
        loss="non_saturating",
        large=True,
    ),
    "GLO": Variant(
        lambda: [dcgan.generator(GRAY, 8, width=4)],
        data="rows",
        settings={"num_images": 8},
        state=AVERAGED,
        players=1,
    ),
    "GON": Variant(
        lambda: [gon.generator(GRAY, 6, 4, groups=2)],
        state=AVERAGED,
        players=1,
    ),
    "Classifier": Variant(
        lambda: [classifier.classifier(SMALL, 3, 4, 8)],
        SMALL,
        data="labels",
        state={"mirror": True, "jigsaw": True},
        players=1,
    ),
    "VAE": Variant(
        lambda: (vae.encoder(SMALL, 3, 4), vae.decoder(SMALL, 3, 4)),
        SMALL,
        state={"ema": 0.9, "likelihood": "bernoulli", "beta": 2.0},
        players=1,
    ),
    "Flow": Variant(
        lambda: [flow.generator(Chain([Squeeze(), ActNorm(), InvertibleConvolution()]), TINY)],
        TINY,
        state=AVERAGED,
        players=1,
    ),
    "Glow": Variant(
        lambda: [glow.generator(TINY, 2, 1, 3)], TINY, state={**AVERAGED, "warm_up": 1}, players=1
    ),
    "RealNVP": Variant(
        lambda: [realnvp.generator(TINY, 1, 1, 2)], TINY, state=AVERAGED, players=1, large=True
    ),
    "MAF": Variant(lambda: [maf.generator(TINY, 2, (16,))], TINY, state=AVERAGED, players=1),
    "Pix2Pix": Variant(
        lambda: (unet.generator(GRAY, 2), patchgan.discriminator(2, 2)), data="domains"
    ),
    "CycleGAN": Variant(
        translators(lambda: resnet.generator(GRAY, 2, 1), lambda: patchgan.discriminator(1, 2)),
        data="domains",
        state={"pool_size": 10, "ema": 0.9},
        large=True,
    ),
    "DiscoGAN": Variant(
        translators(lambda: discogan.generator(GRAY, 2), lambda: dcgan.discriminator(GRAY, 2)),
        data="domains",
        state={"pool_size": 10},
        large=True,
    ),
    "DualGAN": Variant(
        translators(lambda: unet.generator(GRAY, 2), lambda: patchgan.discriminator(1, 2)),
        data="domains",
        state={"discriminator_steps": 1},
        large=True,
        unmoved=(2, 0),
    ),
}


def make(name, state=False, networks=None, **settings):
    """A variant with its smallest networks, or these, and with the `state` of its row, if that is wanted."""
    row = VARIANTS[name]
    settings = {**row.settings, **(row.state if state else {}), **settings}
    if row.data == "domains":
        settings["image_shape"] = row.shape
    return getattr(keras_gan, name)(*(networks or row.networks()), seed=0, **settings)


def arrays(name, count, rng):
    """So many random examples, as `fit` takes them."""
    row = VARIANTS[name]
    images, others = rng.integers(0, 256, (2, count, *row.shape), dtype=np.uint8)
    labels, rows = rng.integers(0, 3, count), np.arange(count) % 8
    columns = {"images": [], "labels": [labels], "rows": [rows], "domains": [others]}
    return [images, *columns[row.data]]
