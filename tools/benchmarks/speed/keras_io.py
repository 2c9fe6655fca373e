"""The games of the benchmark as keras.io's examples write them: a `train_step` with a tape for each game.

The networks are keras_gan's, with Keras's own layers where Keras has them. Every update draws new latents and
runs the generator on them, the discriminator sees real and generated images one after the other, and
gradients of gradients come from nested tapes.
"""

import keras
import tensorflow as tf

from keras_gan import layers
from tools.benchmarks.speed.games import Game

PLAIN = {
    layers.BatchNormalization: keras.layers.BatchNormalization,
    layers.Conv2D: keras.layers.Conv2D,
    layers.Conv2DTranspose: keras.layers.Conv2DTranspose,
    layers.LeakyReLU: keras.layers.LeakyReLU,
}


def plain(layer):
    """Keras's layer for one of keras_gan's."""
    config = layer.get_config()
    if isinstance(layer, layers.SpectralNormalization):
        return keras.layers.SpectralNormalization(plain(layer.layer), name=layer.name)
    if isinstance(layer, layers.InstanceNormalization):
        return keras.layers.GroupNormalization(groups=-1, **config)
    config.pop("affine", None)  # of our batch normalization
    if isinstance(layer, keras.Model):
        return clone(layer)
    return PLAIN.get(type(layer), type(layer)).from_config(config)


def clone(network):
    return keras.models.clone_model(network, clone_function=plain)


CRITIC_LOSS = {
    "binary": lambda real, fake: tf.reduce_mean(tf.nn.softplus(-real) + tf.nn.softplus(fake)),
    "hinge": lambda real, fake: tf.reduce_mean(tf.nn.relu(1.0 - real) + tf.nn.relu(1.0 + fake)),
    "wasserstein": lambda real, fake: tf.reduce_mean(fake - real),
}
GENERATOR_LOSS = {
    "binary": lambda fake: tf.reduce_mean(tf.nn.softplus(-fake)),
    "hinge": lambda fake: -tf.reduce_mean(fake),
    "wasserstein": lambda fake: -tf.reduce_mean(fake),
}


def update(optimizer, tape, loss, networks):
    """One optimizer update."""
    variables = [v for network in networks for v in network.trainable_variables]
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))


class Adversaries(keras.Model):
    """DCGAN, SNGAN and WGAN-GP."""

    def __init__(self, gan, game: Game):
        super().__init__()
        self.generator, self.critic = clone(gan.generator), clone(gan.discriminator)
        self.latent_dim, self.game = gan.latent_dim, game
        self.penalized = game.objective == "wasserstein"
        self.adams = [keras.optimizers.Adam(*game.adam) for _ in "gd"]
        self.compile()

    def fake(self, num):
        return self.generator(tf.random.normal((num, self.latent_dim)), training=True)

    def train_step(self, data):
        (images,) = keras.tree.flatten(data)
        num = tf.shape(images)[0] // self.game.updates
        for real in tf.split(images, self.game.updates):
            with tf.GradientTape() as tape:
                fake = self.fake(num)
                logits = [self.critic(x, training=True) for x in (real, fake)]
                loss = CRITIC_LOSS[self.game.objective](*logits)
                if self.penalized:
                    loss += 10.0 * self.penalty(real, fake)
            update(self.adams[1], tape, loss, [self.critic])
        with tf.GradientTape() as tape:
            logits = self.critic(self.fake(num), training=True)
            loss = GENERATOR_LOSS[self.game.objective](logits)
        update(self.adams[0], tape, loss, [self.generator])
        return {"loss": loss}

    def penalty(self, real, fake):
        share = tf.random.uniform((tf.shape(real)[0], 1, 1, 1))
        between = real + share * (fake - real)
        with tf.GradientTape() as tape:
            tape.watch(between)
            logits = self.critic(between, training=True)
        squares = tf.square(tape.gradient(logits, between))
        norms = tf.sqrt(tf.reduce_sum(squares, axis=(1, 2, 3)))
        return tf.reduce_mean(tf.square(norms - 1.0))


class Cycle(keras.Model):
    """CycleGAN, without a history of images, with a persistent tape and an optimizer for each network."""

    def __init__(self, gan, game: Game):
        super().__init__()
        self.to_a, self.to_b = clone(gan.generator_ba), clone(gan.generator_ab)
        self.critic_a, self.critic_b = clone(gan.discriminator_a), clone(gan.discriminator_b)
        self.generator = self.to_b
        self.nets = [self.to_a, self.to_b, self.critic_a, self.critic_b]
        self.adams = [keras.optimizers.Adam(*game.adam) for _ in self.nets]
        self.compile()

    def train_step(self, data):
        a, b = keras.tree.flatten(data)
        to_a, to_b = (lambda x, net=net: net(x, training=True) for net in self.nets[:2])

        def distance(x, y):
            return tf.reduce_mean(tf.abs(x - y))

        with tf.GradientTape(persistent=True) as tape:
            fake_a, fake_b = to_a(b), to_b(a)
            cycles = distance(to_a(fake_b), a) + distance(to_b(fake_a), b)
            losses = []
            for own, same, critic, fake in (
                (a, to_a(a), self.critic_a, fake_a),
                (b, to_b(b), self.critic_b, fake_b),
            ):
                fooled = tf.reduce_mean(tf.square(critic(fake, training=True) - 1.0))
                losses.append(fooled + 10.0 * cycles + 5.0 * distance(same, own))
            for real, critic, fake in ((a, self.critic_a, fake_a), (b, self.critic_b, fake_b)):
                right = tf.reduce_mean(tf.square(critic(real, training=True) - 1.0))
                wrong = tf.reduce_mean(tf.square(critic(fake, training=True)))
                losses.append(0.5 * (right + wrong))
        for adam, loss, network in zip(self.adams, losses, self.nets, strict=True):
            update(adam, tape, loss, [network])
        return {"loss": losses[0]}


def by_hand(model, game: Game) -> keras.Model:
    """A model for `fit`."""
    return (Cycle if hasattr(model, "generator_ab") else Adversaries)(model, game)
