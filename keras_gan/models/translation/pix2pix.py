"""Image-to-image translation with conditional adversarial networks (Isola et al. 2017)."""

import keras
from keras import ops

from keras_gan import networks
from keras_gan.game.game import Player
from keras_gan.models.translation.adversarial import AdversarialTranslation


@keras.saving.register_keras_serializable("keras_gan")
class Pix2Pix(AdversarialTranslation):
    """Translation learned from pairs: a conditional GAN on the pair, and the L1 distance from the answer.

    Isola et al. 2017: a U-Net whose noise is dropout, against a discriminator of 70x70 patches that sees both
    images of a pair (section 3.2); the generator minimizes E -log D(x, G(x)) + 100 E |y - G(x)| (equation 4),
    the discriminator half of its own objective (section 3.3). Adam at 2e-4 with beta_1 0.5, batches of 1,
    random jitter and mirroring (section 6.2).

    Deviations from the paper: the discriminator updates first, on images that the generator then learns from;
    normalization is that of each image (`networks.unet`, `networks.patchgan`), as it is in the paper where
    the batch is 1. `translate` leaves the noise out unless it is asked for.

    Args:
        generator: a built model from images to images. The paper's U-Net if None.
        discriminator: a built model from both images of a pair, one behind the other along the channels, to
            logits of patches (n, rows, columns, 1). The paper's PatchGAN if None.
        direction: "AtoB", or "BtoA" for a generator from the second image of a pair to the first.
        adversarial_weight: weight of the generator's adversarial loss. With 0 there is no discriminator
            in the game, and what is left is plain regression: the paper's L1 baseline (section 4.2).
        l1_weight: weight of the L1 distance, the paper's lambda; with 0 the conditional GAN alone.
        image_shape: as in `AdversarialTranslation`, also of the paper's networks, where none are given.
        objective: as in `AdversarialTranslation`.
        penalties: as in `AdversarialTranslation`.
        jittered: as in `AdversarialTranslation`.
        scales: as in `AdversarialTranslation`.
        seed: as in `AdversarialTranslation`.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    photos, maps = keras_gan.data.arrays("maps", image_size=256)
    model = keras_gan.Pix2Pix(image_shape=(256, 256, 3), direction="BtoA", seed=0)
    model.compile()
    model.fit(photos, maps, epochs=200)
    aerial = model.translate(maps[:4])
    ```
    """

    direction: str = "AtoB"
    adversarial_weight: float = 1.0
    l1_weight: float = 100.0

    def __init__(
        self,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        if self.direction not in ("AtoB", "BtoA"):
            raise ValueError(f"direction must be AtoB or BtoA, got {self.direction!r}.")
        weights = self.adversarial_weight, self.l1_weight
        if min(weights) < 0.0 or max(weights) == 0.0:
            raise ValueError(
                "adversarial_weight and l1_weight must not be negative, nor both 0, got "
                f"{weights[0]} and {weights[1]}."
            )
        channels = self.image_shape[-1]
        self.generator = generator or networks.unet.generator(self.image_shape)
        self.discriminator = discriminator or networks.patchgan.discriminator(2 * channels)
        self.check_networks(
            {"generator": self.generator}, {"discriminator": self.discriminator}, 2 * channels
        )
        self.players = [
            Player(
                "discriminator",
                [self.discriminator],
                self.discriminator_loss,
                self.default_optimizer,
                after_update=lambda applied: self.after_discriminators([self.discriminator]),
            ),
            Player(
                "generator",
                [self.generator],
                self.generator_loss,
                self.default_optimizer,
                generate=self.translations,
            ),
        ]
        if self.adversarial_weight == 0.0:
            self.players = self.players[1:]
        self.built = True

    @property
    def generators(self):
        return {self.direction: self.generator}

    def default_optimizer(self):
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def translations(self, images_a, images_b):
        """Translations G(x) of a batch of sources."""
        source, _ = self._pair(images_a, images_b)
        return self.generator(source, training=True)

    def discriminator_loss(self, fakes, images_a, images_b):
        """Half the discriminator's loss on pairs, and on sources with their translations."""
        source, target = self._pair(images_a, images_b)
        return self.critic_loss(self._critic(source), target, fakes) / 2.0

    def generator_loss(self, fakes, images_a, images_b):
        """The weighted sum of the adversarial loss and the mean absolute difference from the target."""
        source, target = self._pair(images_a, images_b)
        loss = self.l1_weight * ops.mean(ops.abs(target - fakes))
        if self.adversarial_weight:
            adversarial = self.adversarial_loss(self._critic(source), target, fakes)
            loss += self.adversarial_weight * adversarial
        return loss

    def _pair(self, images_a, images_b):
        """Sources and targets."""
        return (images_a, images_b) if self.direction == "AtoB" else (images_b, images_a)

    def _critic(self, source):
        def critic(images):
            return self.discriminator(ops.concatenate([source, images], axis=-1), training=True)

        return critic
