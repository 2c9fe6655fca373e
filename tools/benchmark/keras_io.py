"""The games of the benchmark as keras.io's examples write them: a `train_step` with a tape for each game.

Networks are those of keras_gan with Keras's own layers in place of ours, where Keras has them. Every move
draws latents of its own and runs the generator on them, the discriminator sees real and generated images one
after the other, and gradients of gradients come from nested tapes.
"""

import keras
import tensorflow as tf
from games import Game

from keras_gan import layers
from keras_gan.tasks.generation import inputs_of

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
        if isinstance(layer.layer, keras.layers.Embedding):
            # Keras's casts what it looks up to the type of its inputs, integers.
            return type(layer).from_config(config)
        return keras.layers.SpectralNormalization(plain(layer.layer), name=layer.name)
    if isinstance(layer, layers.InstanceNormalization):
        return keras.layers.GroupNormalization(groups=-1, **config)
    if isinstance(layer, layers.BatchNormalization) and not config.pop("affine", True):
        config |= {"center": False, "scale": False}
    if isinstance(layer, keras.Model):
        return clone(layer)
    return PLAIN.get(type(layer), type(layer)).from_config(config)


def clone(network):
    return keras.models.clone_model(network, clone_function=plain)


JUDGE = {
    "binary": lambda real, fake: tf.reduce_mean(tf.nn.softplus(-real) + tf.nn.softplus(fake)),
    "hinge": lambda real, fake: tf.reduce_mean(tf.nn.relu(1.0 - real) + tf.nn.relu(1.0 + fake)),
    "wasserstein": lambda real, fake: tf.reduce_mean(fake - real),
}
DECEIVE = {
    "binary": lambda fake: tf.reduce_mean(tf.nn.softplus(-fake)),
    "hinge": lambda fake: -tf.reduce_mean(fake),
    "wasserstein": lambda fake: -tf.reduce_mean(fake),
}


def update(optimizer, tape, loss, networks):
    """One move."""
    variables = [v for network in networks for v in network.trainable_variables]
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))


class Adversaries(keras.Model):
    """DCGAN, SNGAN, WGAN-GP and BigGAN."""

    def __init__(self, gan, game: Game):
        super().__init__()
        self.generator, self.critic = clone(gan.generator), clone(gan.discriminator)
        self.latent_dim, self.game = gan.latent_dim, game
        self.penalized = game.objective == "wasserstein"
        self.adams = [keras.optimizers.Adam(*game.adam) for _ in "gd"]
        if game.ema:
            self.average = keras.models.clone_model(self.generator)
            self.average.trainable = False
        self.compile()

    def fake(self, num, labels):
        latents = tf.random.normal((num, self.latent_dim))
        return self.generator(inputs_of(latents, labels), training=True)

    def logits(self, images, labels):
        return self.critic(inputs_of(images, labels), training=True)

    def train_step(self, data):
        columns = data if isinstance(data, tuple) else (data,)
        num = tf.shape(columns[0])[0] // self.game.moves
        minibatches = [tf.split(column, self.game.moves) for column in columns]
        for real, *labels in zip(*minibatches, strict=True):
            with tf.GradientTape() as tape:
                fake = self.fake(num, labels)
                logits = [self.logits(images, labels) for images in (real, fake)]
                loss = JUDGE[self.game.objective](*logits)
                if self.penalized:
                    loss += 10.0 * self.penalty(real, fake)
            update(self.adams[1], tape, loss, [self.critic])
        with tf.GradientTape() as tape:
            fake = self.fake(num, labels)
            loss = DECEIVE[self.game.objective](self.logits(fake, labels))
        update(self.adams[0], tape, loss, [self.generator])
        if self.game.ema:
            for average, weight in zip(self.average.weights, self.generator.weights, strict=True):
                average.assign(self.game.ema * average + (1.0 - self.game.ema) * weight)
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
        self.judge_a, self.judge_b = clone(gan.discriminator_a), clone(gan.discriminator_b)
        self.generator = self.to_b
        self.nets = [self.to_a, self.to_b, self.judge_a, self.judge_b]
        self.adams = [keras.optimizers.Adam(*game.adam) for _ in self.nets]
        self.compile()

    def train_step(self, pair):
        (a, b), to_a, to_b = (
            pair,
            *(lambda x, net=net: net(x, training=True) for net in self.nets[:2]),
        )

        def distance(x, y):
            return tf.reduce_mean(tf.abs(x - y))

        with tf.GradientTape(persistent=True) as tape:
            fake_a, fake_b = to_a(b), to_b(a)
            cycles = distance(to_a(fake_b), a) + distance(to_b(fake_a), b)
            losses = []
            for own, same, judge, fake in (
                (a, to_a(a), self.judge_a, fake_a),
                (b, to_b(b), self.judge_b, fake_b),
            ):
                deceived = tf.reduce_mean(tf.square(judge(fake, training=True) - 1.0))
                losses.append(deceived + 10.0 * cycles + 5.0 * distance(same, own))
            for real, judge, fake in ((a, self.judge_a, fake_a), (b, self.judge_b, fake_b)):
                right = tf.reduce_mean(tf.square(judge(real, training=True) - 1.0))
                wrong = tf.reduce_mean(tf.square(judge(fake, training=True)))
                losses.append(0.5 * (right + wrong))
        for adam, loss, network in zip(self.adams, losses, self.nets, strict=True):
            update(adam, tape, loss, [network])
        return {"loss": losses[0]}


def by_hand(model, game: Game) -> keras.Model:
    """A model for `fit`.

    Raises:
        NotImplementedError: for StyleGAN2, whose StyleGAN example at keras.io is of another network.
    """
    if hasattr(model, "generator_ab"):
        return Cycle(model, game)
    if type(model).__name__ == "StyleGAN2":
        raise NotImplementedError("keras.io has no StyleGAN2.")
    return Adversaries(model, game)
