"""Small games that tests train."""

import keras
import numpy as np
from keras import ops

from keras_gan import CGAN, GAN, Game, Player, networks

SHAPE = (4, 4, 1)  # of the images of `tiny`


class Weighing(Game):
    """Two players with one weight each, whose loss is its weight times the mean of the examples."""

    def __init__(self, critic_moves=1):
        super().__init__()
        self.critic, self.other = (keras.layers.Dense(1, use_bias=False) for _ in range(2))
        for layer in (self.critic, self.other):
            layer.build((None, 1))
            layer.set_weights([np.ones((1, 1))])
        self.players = [
            Player("critic", [self.critic], self.loss_of(self.critic), self.sgd, critic_moves),
            Player("other", [self.other], self.loss_of(self.other), self.sgd),
        ]
        self.built = True

    def sgd(self):
        return keras.optimizers.SGD(0.0)

    def loss_of(self, layer):
        return lambda examples: ops.mean(layer(examples))


def gaussian_gan(**kwargs):
    """An affine generator against a discriminator that can tell any two Gaussians apart.

    The log ratio of two Gaussian densities is a quadratic, so logits linear in (x, x^2) are optimal,
    x being the example in units of the data's mean and deviation, as a network's inputs should be.
    """
    examples = keras.Input((1,))
    scores = keras.layers.Rescaling(2.0, -6.0)(examples)
    features = keras.layers.Concatenate()([scores, scores * scores])
    discriminator = keras.Model(examples, keras.layers.Dense(1)(features))
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    generator.set_weights([np.ones((1, 1)), np.zeros(1)])
    return GAN(generator, discriminator, seed=0, **kwargs)


def tiny(kind=GAN, **settings):
    """A GAN of small images, or another kind of the same networks."""
    generator = networks.gan.generator(SHAPE, latent_dim=3, units=4)
    discriminator = networks.gan.discriminator(SHAPE, units=4, pieces=2)
    return kind(generator, discriminator, **{"seed": 0, **settings})


def conditional():
    """A CGAN of three classes."""
    generator = networks.cgan.generator((28, 28, 1), 3, latent_dim=4)
    return CGAN(generator, networks.cgan.discriminator((28, 28, 1), 3), num_classes=3, seed=0)


def images(num, low=-1.0, high=1.0):
    """Random images for `tiny`, the same each time."""
    return np.random.default_rng(0).uniform(low, high, (num, *SHAPE)).astype("float32")
