"""Every variant with its smallest networks: a row each, over which test_variants.py runs what all share.

A new variant adds a row.
"""

import keras
import numpy as np
from translators import TRANSLATORS
from variant import AVERAGED, CLASSES, COLORED, GRAY, LARGE, SMALL, TINY, Variant

import keras_gan
from keras_gan.layers import ActNorm, Chain, InvertibleConvolution, Squeeze
from keras_gan.networks import (
    acgan,
    audio_to_scene,
    bigan,
    biggan,
    cgan,
    classifier,
    dcgan,
    flow,
    gan,
    gan_cls,
    glow,
    gon,
    improved_gan,
    infogan,
    label_gan,
    maf,
    msggan,
    next_frame,
    progan,
    r3gan,
    realnvp,
    sngan,
    stylegan2,
    talking_head,
    text,
    vae,
)
from keras_gan.penalties import DRAGAN, R1
from keras_gan.tricks import HistoricalAveraging, InstanceNoise, LabelFlips


def dense_critic(shape=GRAY):
    """A critic of one hidden layer, without normalization, whose gradient is a formula."""
    layers = keras.layers
    hidden, logit = layers.Dense(8, "tanh"), layers.Dense(1, dtype="float32")
    return keras.Sequential([keras.Input(shape), layers.Flatten(), hidden, logit])


def dense():
    return gan.generator(GRAY, 8, units=16), dense_critic()


def conditional():
    return cgan.generator(GRAY, 3, latent_dim=8), cgan.discriminator(GRAY, 3)


def tagger(shape):
    """A network from images to three logits, by features of width 8."""
    layers = keras.layers
    features = layers.Dense(8, "tanh", name="features")
    return keras.Sequential([keras.Input(shape), layers.Flatten(), features, layers.Dense(3)])


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
    "BiGAN": Variant(
        lambda: (
            bigan.generator(SMALL, 3, 8),
            bigan.encoder(SMALL, 3, 8),
            bigan.discriminator(SMALL, 3, 8),
        ),
        SMALL,
        state=AVERAGED,
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
    "LabelGAN": Variant(
        lambda: (tagger(SMALL), label_gan.discriminator(3, 8, 4)),
        SMALL,
        data="tags",
        settings={"conditional": True},
        unmoved=(1, 0),
    ),
    "GANCLS": Variant(
        lambda: (
            gan_cls.generator(SMALL, 5, 4, 4, 3, augmented=True),
            gan_cls.discriminator(SMALL, 5, 4, 3),
            text.encoder(3, 3, 5, 4, 3),
            text.image_encoder(SMALL, 5, 4),
        ),
        SMALL,
        data="texts",
        settings={"vocabulary": ["a", "b", "c"], "text_length": 3},
        state={**AVERAGED, "conditioning_augmentation": 0.5},
        phase="adversarial",
    ),
    "AudioToScene": Variant(
        lambda: (
            audio_to_scene.generator(GRAY, 5, 4, 2),
            audio_to_scene.discriminator(GRAY, 5, 2, 4, classes=3),
            *(audio_to_scene.encoder(100, 1000, 2, 5, bins=8) for _ in range(2)),
        ),
        data="sounds",
        settings={"rate": 1000, "seconds": 0.1, "auxiliary_classes": 3},
        state=AVERAGED,
        unmoved=(1, 0),
    ),
    "VideoPredictor": Variant(
        lambda: (
            next_frame.generator(SMALL, 2, 2, noise_dim=2),
            next_frame.discriminator(SMALL, 2, 2),
        ),
        SMALL,
        data="clips",
        settings={"diversity": 0.1},
        state=AVERAGED,
    ),
    "TalkingHead": Variant(
        lambda: (
            talking_head.embedder(COLORED, 8),
            talking_head.generator(COLORED, 4, halvings=1, blocks=1),
            talking_head.discriminator(COLORED, 8),
            talking_head.projection(8, 40),
        ),
        COLORED,
        data="people",
        settings={"num_people": 8, "shots": 2},
        state=AVERAGED,
        unmoved=(2, 0),
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
} | TRANSLATORS


def make(name, state=False, networks=None, **settings):
    """A variant with its smallest networks, or these, and with the `state` of its row, if that is wanted."""
    row = VARIANTS[name]
    settings = {**row.settings, **(row.state if state else {}), **settings}
    if row.data == "domains":
        settings["image_shape"] = row.shape
    model = getattr(keras_gan, name)(*(networks or row.networks()), seed=0, **settings)
    if row.phase:
        model.begin(row.phase)
    return model


def arrays(name, count, rng):
    """So many random examples, as `fit` takes them."""
    row = VARIANTS[name]
    images, others = rng.integers(0, 256, (2, count, *row.shape), dtype=np.uint8)
    labels, rows = rng.integers(0, 3, count), np.arange(count) % 8
    tags = rng.integers(0, 2, (count, 3))
    several = rng.integers(0, 256, (count, 3, *row.shape), dtype=np.uint8)
    texts = rng.integers(1, 4, (count, 2, 3)), rng.integers(0, 2, (count, 2, 1))
    points = rng.uniform(0.2, 0.8, (count, 3, 30, 2)).astype("float32")
    waves = rng.uniform(-1.0, 1.0, (count, 100)).astype("float32")
    of_several = {"clips": [], "people": [(points, rows)], "sounds": [(waves, labels)]}
    if row.data in of_several:
        return [several, *of_several[row.data]]
    columns = {"texts": texts, "labels": labels, "rows": rows, "domains": others, "tags": tags}
    return [images] if row.data == "images" else [images, columns[row.data]]
