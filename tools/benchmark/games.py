"""What is raced: each game by keras_gan, with what implementations by hand need to know of it."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Game:
    """One model of the benchmark.

    Args:
        title: as the table names it.
        shape: (height, width, channels) of the images.
        batch: images in a minibatch, the paper's.
        make: makes the keras_gan model, for images of `shape`.
        moves: of the discriminator in a turn, each on a minibatch of its own.
        objective: "binary", "hinge" or "wasserstein", for the implementations by hand.
        adam: (rate, beta_1, beta_2).
        steps: turns in a round.
        classes: of a model that is told them; None without.
        ema: decay of a moving average of the generator; None for none.
    """

    title: str
    shape: tuple[int, int, int]
    batch: int
    make: Callable
    updates: int = 1
    objective: str = "binary"
    adam: tuple[float, float, float] = (2e-4, 0.5, 0.999)
    steps: int = 8
    classes: int | None = None
    ema: float | None = None


def dcgan(shape):
    import keras_gan

    return keras_gan.DCGAN(image_shape=shape, seed=0)


def sngan(shape):
    import keras

    from keras_gan import SNGAN
    from keras_gan.networks import sngan

    class Residual(SNGAN):
        def default_optimizer(self):
            return keras.optimizers.Adam(2e-4, 0.0, 0.9)

    networks = sngan.resnet_generator(shape), sngan.resnet_discriminator(shape)
    return Residual(*networks, discriminator_steps=5, seed=0)


def wgan_gp(shape):
    import keras_gan

    return keras_gan.WGANGP(image_shape=shape, seed=0)


def cyclegan(shape):
    import keras_gan

    return keras_gan.CycleGAN(image_shape=shape, jittered=False, seed=0)


STYLES = {"channel_base": 8192, "channel_max": 256}


def stylegan2(shape):
    import keras_gan
    from keras_gan.networks import stylegan2

    generator = stylegan2.generator(shape, 256, mapping_layers=2, **STYLES)
    critic = stylegan2.discriminator(shape, **STYLES)
    return keras_gan.StyleGAN2(generator, critic, r1=0.0256, seed=0)


BIG = {"num_classes": 10, "width": 32}  # Half as wide as the authors' for CIFAR-10.


def biggan(shape):
    import keras_gan
    from keras_gan.networks import biggan

    class Even(keras_gan.BigGAN):
        def default_generator_optimizer(self):
            return self.default_discriminator_optimizer()

    networks = (
        biggan.generator(shape, hierarchical=False, **BIG),
        biggan.discriminator(shape, **BIG),
    )
    return Even(*networks, discriminator_steps=4, orthogonal=0.0, ema=0.9999, seed=0)


GAMES = {
    "dcgan": Game("DCGAN-64", (64, 64, 3), 64, dcgan),
    "sngan": Game("ResNet SNGAN-32", (32, 32, 3), 64, sngan, 5, "hinge", (2e-4, 0.0, 0.9), 1),
    "wgan_gp": Game("WGAN-GP-32", (32, 32, 3), 64, wgan_gp, 5, "wasserstein", (1e-4, 0.0, 0.9), 4),
    "cyclegan": Game("CycleGAN-128", (128, 128, 3), 1, cyclegan, steps=6),
    "stylegan2": Game(
        *("StyleGAN2-64", (64, 64, 3), 32, stylegan2),
        adam=(2e-3, 0.0, 0.99),
        steps=16,
        ema=0.998,
    ),
    "biggan": Game(
        *("BigGAN-32, half as wide", (32, 32, 3), 50, biggan, 4, "hinge", (2e-4, 0.0, 0.999)),
        steps=1,
        classes=BIG["num_classes"],
        ema=0.9999,
    ),
}
