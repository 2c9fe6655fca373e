"""The rows of variants that translate."""

import keras
from keras import ops
from variant import AVERAGED, COLORED, GRAY, SMALL, Variant

from keras_gan.networks import (
    cut,
    dcgan,
    discogan,
    fast_style,
    patchgan,
    resnet,
    stargan,
    ugatit,
    unet,
)


def translators(generator, discriminator):
    """Two generators and two discriminators."""
    return lambda: [*(generator() for _ in "AB"), *(discriminator() for _ in "AB")]


def contrastive():
    """With heads for the layers of `COMPARED`."""
    return resnet.generator(GRAY, 2, 1), patchgan.discriminator(1, 2), cut.heads([1, 8, 8], 8)


@keras.saving.register_keras_serializable("tests")
class Half:
    """An objective: images should be half of the photographs."""

    parts = ("gap",)

    def prepare(self):
        pass

    def __call__(self, photos, images):
        gap = ops.mean(ops.square(images - photos / 2.0))
        return 3.0 * gap, {"gap": gap}

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls()


COMPARED = {"features": ["padded", "halved_2", "block_1"], "places": 16}

TRANSLATORS = {
    "Pix2Pix": Variant(
        lambda: (unet.generator(GRAY, 2), patchgan.discriminator(2, 2)), data="domains"
    ),
    "CycleGAN": Variant(
        translators(lambda: resnet.generator(GRAY, 2, 1), lambda: patchgan.discriminator(1, 2)),
        data="domains",
        state={"pool_size": 10, "ema": 0.9},
        large=True,
    ),
    "CUT": Variant(contrastive, data="domains", settings=COMPARED, state=AVERAGED, large=True),
    "FastCUT": Variant(contrastive, data="domains", settings=COMPARED, large=True),
    "FastStyleTransfer": Variant(
        lambda: (fast_style.generator(width=2, blocks=1),),
        COLORED,
        settings={"objective": Half(), "image_shape": COLORED},
        large=True,
        players=1,
    ),
    "StarGAN": Variant(
        lambda: (stargan.generator(SMALL, 3, 2, 1), stargan.discriminator(SMALL, 3, 2, 2)),
        SMALL,
        data="labels",
        settings={"image_shape": SMALL, "domains": ["a", "b", "c"]},
        state={**AVERAGED, "discriminator_steps": 1},
        large=True,
    ),
    "DiscoGAN": Variant(
        translators(lambda: discogan.generator(GRAY, 2), lambda: dcgan.discriminator(GRAY, 2)),
        data="domains",
        state={"pool_size": 10},
        large=True,
    ),
    "UGATIT": Variant(
        translators(
            lambda: ugatit.generator(SMALL, 2, 1), lambda: ugatit.discriminator(SMALL, 2, (3,))
        ),
        SMALL,
        data="domains",
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
