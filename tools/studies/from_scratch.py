"""A Wasserstein GAN with gradient penalty, written on the bare `Game` (Gulrajani et al. 2017, algorithm 1).

    python -m tools.studies.from_scratch [--steps 1000] [--out from_scratch.png]

Reads from top to bottom: settings, networks, game, training. It learns 1,437 handwritten digits and draws a
hundred generated ones. `Game` supplies the training step, on TensorFlow and JAX; `backend.gradient` the
gradient with respect to images. Everything else is Keras. A thousand steps take about 100 seconds of CPU
time.
"""

import argparse

import keras
from keras import layers, ops

from keras_gan import Game, Player, backend, data
from keras_gan.modalities import images as pictures

SIDE = 16  # of the images, in pixels
LATENTS = 64  # width of the generator's input
CRITIC_UPDATES = 5  # n_critic: the critic's updates for one of the generator
PENALTY = 10.0  # lambda: weight of the gradient penalty
BATCH = 32
RATE = 1e-3  # Adam's; the paper's 1e-4 is for many more steps


def build_generator():
    """Latents (n, 64) to images (n, 16, 16, 1) in [-1, 1]."""
    hidden = [layers.Dense(4 * 4 * 64), layers.Reshape((4, 4, 64)), layers.ReLU()]
    for width in (64, 32):
        up = layers.Conv2DTranspose(width, 4, 2, "same", use_bias=False)
        hidden += [up, layers.BatchNormalization(), layers.ReLU()]
    last = layers.Conv2D(1, 3, padding="same", activation="tanh")
    return keras.Sequential([keras.Input((LATENTS,)), *hidden, last])


def build_critic():
    """Images to scores (n, 1). No batch normalization: the penalty is about single images (section 4)."""
    hidden = []
    for width in (32, 64):
        hidden += [layers.Conv2D(width, 4, 2, "same"), layers.LeakyReLU(0.2)]
    return keras.Sequential(
        [keras.Input((SIDE, SIDE, 1)), *hidden, layers.Flatten(), layers.Dense(1)]
    )


class WassersteinGAN(Game):
    """Two players: the critic has five updates in a step, each on a batch of its own, the generator one."""

    columns = ("images",)

    def __init__(self, **settings):
        super().__init__(**settings)
        self.generator, self.critic = build_generator(), build_critic()
        adam = lambda: keras.optimizers.Adam(RATE, beta_1=0.0, beta_2=0.9)  # noqa: E731
        self.players = [
            Player("critic", [self.critic], self.critic_loss, adam, updates=CRITIC_UPDATES),
            Player("generator", [self.generator], self.generator_loss, adam, generate=self.fakes),
        ]

    def fakes(self, images):
        """As many generated images as there are real ones. The game passes them to both losses."""
        latents = self.normal((ops.shape(images)[0], LATENTS))
        return self.generator(latents, training=True)

    def critic_loss(self, fakes, images):
        """E[D(fake)] - E[D(real)] + lambda E[(|dD/dx| - 1)^2], with x between a real and a fake image."""
        reals = pictures.to_network(images)
        weights = self.uniform((ops.shape(reals)[0], 1, 1, 1))
        between = weights * reals + (1.0 - weights) * fakes
        gradients = backend.gradient(self.critic, between)
        norms = ops.sqrt(ops.sum(ops.square(gradients), axis=(1, 2, 3)))
        penalty = ops.mean(ops.square(norms - 1.0))
        return ops.mean(self.critic(fakes)) - ops.mean(self.critic(reals)) + PENALTY * penalty

    def generator_loss(self, fakes, images):
        """-E[D(fake)]; the game differentiates it through the fakes."""
        return -ops.mean(self.critic(fakes))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1000, help="training steps")
    parser.add_argument("--out", default="from_scratch.png", help="the picture to write")
    args = parser.parse_args()
    images, _ = data.arrays("digits", "train", image_size=SIDE)
    gan = WassersteinGAN(seed=0)
    gan.compile()
    steps = len(images) // (BATCH * CRITIC_UPDATES)  # in an epoch
    gan.fit(images, batch_size=BATCH, epochs=max(1, args.steps // steps), verbose=2)
    latents = keras.random.normal((100, LATENTS), seed=1)
    generated = gan.generator.predict(latents, verbose=0)
    pictures.sheet(args.out, pictures.to_people(generated), columns=10)
    print(args.out)


if __name__ == "__main__":
    main()
