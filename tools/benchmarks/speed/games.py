"""The models that are raced, with the numbers that implementations by hand need."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Game:
    """One model of the benchmark.

    Args:
        title: its name in the table.
        shape: (height, width, channels) of the images.
        batch: images in a minibatch, the paper's.
        build: returns the keras_gan model for images of `shape`.
        updates: discriminator updates in a step, each on a minibatch of its own.
        objective: "binary", "hinge" or "wasserstein", for the implementations by hand.
        adam: (rate, beta_1, beta_2).
        steps: training steps in a round.
    """

    title: str
    shape: tuple[int, int, int]
    batch: int
    build: Callable
    updates: int = 1
    objective: str = "binary"
    adam: tuple[float, float, float] = (2e-4, 0.5, 0.999)
    steps: int = 8


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


GAMES = {
    "dcgan": Game("DCGAN-64", (64, 64, 3), 64, dcgan),
    "sngan": Game("ResNet SNGAN-32", (32, 32, 3), 64, sngan, 5, "hinge", (2e-4, 0.0, 0.9), 1),
    "wgan_gp": Game("WGAN-GP-32", (32, 32, 3), 64, wgan_gp, 5, "wasserstein", (1e-4, 0.0, 0.9), 4),
    "cyclegan": Game("CycleGAN-128", (128, 128, 3), 1, cyclegan, steps=6),
}
