"""Bidirectional generative adversarial networks (Donahue et al. 2017; Dumoulin et al. 2017)."""

import keras
import numpy as np
from keras import ops

from keras_gan import networks, objectives
from keras_gan.batching import in_batches
from keras_gan.game.player import Player
from keras_gan.modalities.images import to_network
from keras_gan.objectives import Objective
from keras_gan.penalties.weight_decay import squared_weights
from keras_gan.tasks import custom_networks
from keras_gan.tasks.encoding import Encoding


@keras.saving.register_keras_serializable("keras_gan")
class BiGAN(Encoding):
    """A GAN with an encoder: the discriminator sees images together with latents (Donahue et al. 2017).

    It tells real images with their encodings, (x, E(x)), from latents with their images, (G(z), z); generator
    and encoder, one player, want it to take each for the other (equation 3). Where they cannot be told apart,
    E is the inverse of G (theorem 2), though neither has ever seen the output of the other: `encode` finds
    latents of images, `reconstruct` their images. With the defaults this is the paper's experiment on MNIST.
    Adam at 2e-4 with beta_1 0.5, weights decayed by 2.5e-5, batches of 128; in the authors' code the rate is
    constant for 200 epochs and then falls exponentially, in 200 more, to a hundredth.

    Deviations from the authors' code: latents are N(0, 1) instead of uniform in [-1, 1]; the discriminator
    updates first, where all networks update together there.

    Args:
        generator: a built model from latents (n, latent_dim) to images in [-1, 1]. The paper's if None.
        encoder: a built model from images to latents (n, latent_dim). The paper's if None.
        discriminator: a built model from [images, latents] to logits (n, 1). The paper's if None.
        image_shape: (height, width, channels) of the paper's networks, where none are given.
        objective: the losses of the discriminator, and of the generator on its images: an `Objective` whose
            logits are centered, or its name (`keras_gan.objectives.get`). The encoder has the generator's on
            logits of the other sign.
        weight_decay: weight of half the squared weights of the player, in its loss.
        discriminator_steps: updates of the discriminator in a training step.
        ema: decay, in (0, 1), of moving averages of generator and encoder, which the trained model then
            uses; None for no averages.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("mnist")
    gan = keras_gan.BiGAN(seed=0)
    gan.compile()
    gan.fit(images, epochs=200)
    again = gan.reconstruct(images[:8])
    ```
    """

    averaged = ("generator", "encoder")
    default_batch_size = 128

    image_shape: tuple[int, int, int] = (28, 28, 1)
    objective: str | Objective = "non_saturating"
    weight_decay: float = 2.5e-5
    discriminator_steps: int = 1

    def __init__(
        self,
        generator: keras.Model | None = None,
        encoder: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        self.objective = objectives.get(self.objective)
        if not self.objective.centered or self.objective.requires_real or self.objective.layer:
            raise ValueError(
                "objective must be one of logits that are 0 where the discriminator cannot tell, such as "
                f"non_saturating or hinge, got {type(self.objective).__name__}."
            )
        if self.weight_decay < 0.0:
            raise ValueError(f"weight_decay must not be negative, got {self.weight_decay}.")
        shape = tuple(self.image_shape)
        self.generator = generator or networks.bigan.generator(shape)
        self.encoder = encoder or networks.bigan.encoder(shape, self.latent_dim)
        self.discriminator = discriminator or networks.bigan.discriminator(shape, self.latent_dim)
        self._check_networks()
        self.image_shape = self.example_shape
        self.start_averages()
        self.players = [
            Player(
                "discriminator",
                [self.discriminator],
                self.discriminator_loss,
                self.default_optimizer,
                updates=self.discriminator_steps,
            ),
            Player(
                "generator",
                [self.generator, self.encoder],
                self.generator_loss,
                self.default_optimizer,
                after_update=self.update_averages,
                generate=self.pairs,
                parts=("generator", "encoder"),
            ),
        ]
        self.built = True

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    # The algorithm.

    def pairs(self, images):
        """Generated images, the latents that they come from, and the encodings of the real images."""
        latents = self.normal((ops.shape(images)[0], self.latent_dim))
        codes = self.encoder(to_network(images), training=True)
        return self.generator(latents, training=True), latents, codes

    def discriminator_loss(self, generated, images):
        """The objective of real images with their encodings, and of generated ones with their latents."""
        loss = self.objective.discriminator_loss(*self._logits(generated, images))
        return loss + self.weight_decay * squared_weights(self.discriminator)

    def generator_loss(self, generated, images):
        """That each pair is taken for the other kind."""
        real, fake = self._logits(generated, images)
        parts = {
            "generator": self.objective.generator_loss(fake),
            "encoder": self.objective.generator_loss(-real),
        }
        decay = self.weight_decay * squared_weights(self.generator, self.encoder)
        return parts["generator"] + parts["encoder"] + decay, parts

    def _logits(self, generated, images):
        made, latents, codes = generated
        real = self.discriminator([to_network(images), codes], training=True)
        return real, self.discriminator([made, latents], training=True)

    # Use of the trained model.

    def call(self, inputs, training=False):
        """Images for latents, by the averaged generator where there is one."""
        return self.sampling_generator(inputs, training=training)

    def encode(self, images: np.ndarray) -> np.ndarray:
        """The latents of images.

        Args:
            images: (n, height, width, channels), uint8 or floats in [-1, 1].

        Returns:
            float32 (n, latent_dim).

        Raises:
            ValueError: on images that do not suit the model.
        """
        images = np.asarray(images)
        self.check_data(images)
        network, floats = self.trained("encoder"), ops.convert_to_numpy(to_network(images))
        batches = [network.predict_on_batch(floats[rows]) for rows in in_batches(len(floats), 500)]
        return np.concatenate(batches)

    def _check_networks(self):
        custom_networks.check_generator(self.generator, None)
        custom_networks.check_kind("encoder", self.encoder)
        custom_networks.check_discriminator(self.discriminator, self.example_shape, 2)
        takes, gives = self.encoder.input_shape[1:], self.encoder.output_shape
        latents = custom_networks.shapes_of(self.discriminator.input_shape)[1]
        wanted = (None, self.latent_dim)
        if takes != self.example_shape or gives != wanted or latents != wanted:
            raise ValueError(
                f"The encoder must map examples {self.example_shape} to the generator's {self.latent_dim} "
                f"latents, and the discriminator take both; the encoder maps {takes} to {gives[1:]}, the "
                f"discriminator takes latents {latents[1:]}."
            )
