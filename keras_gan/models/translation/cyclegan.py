"""Unpaired image-to-image translation with cycle-consistent adversarial networks (Zhu et al. 2017)."""

from functools import partial

import keras
from keras import ops

from keras_gan import backend, networks
from keras_gan.game.averaging import Averaging
from keras_gan.game.game import Player
from keras_gan.layers.image_pool import ImagePool
from keras_gan.models.translation.adversarial import AdversarialTranslation


@keras.saving.register_keras_serializable("keras_gan")
class CycleGAN(Averaging, AdversarialTranslation):
    """Translation learned without pairs: there and back again is where one started.

    Zhu et al. 2017: two residual generators, G from A to B and F from B to A, against two discriminators of
    70x70 patches. With the least squares objective, the generators minimize

        E (D_B(G(a)) - 1)^2 + E (D_A(F(b)) - 1)^2 + 10 [E |F(G(a)) - a| + E |G(F(b)) - b|]
            + 5 [E |F(a) - a| + E |G(b) - b|]

    (equation 3, section 5.2 for the last term, of identity, which its horse2zebra model has), and the
    discriminators half of their own objective, on a history of 50 generated images (section 4). Adam at 2e-4
    with beta_1 0.5, batches of 1. The rate falls linearly to zero over the second half of the training,
    for which `compile` is given a `keras_gan.schedules.ConstantThenLinear`.

    Each generator runs once a step on the images that it translates, on those that it cycles and on its own
    domain; all updates share the results. Deviation from the authors' code: the discriminators are updated
    first, on the same images.

    Args:
        generator_ab: a built model from images of A to images of B. The paper's ResNet if None, with 6
            residual blocks for images of up to 128 pixels and 9 for larger ones.
        generator_ba: one from B to A.
        discriminator_a: a built model from images of A to logits, of patches or of all. The paper's PatchGAN
            if None.
        discriminator_b: one of B.
        adversarial_weight: weight of the objective's generator loss; 2 because of the half in
            `objectives.LeastSquares`, which the paper does not have for generators.
        cycle_weight: weight of the distance between images and cycled images, the paper's lambda.
        identity_weight: weight of the distance between images of a generator's target domain and its
            translations of them, relative to `cycle_weight`; 0 for none.
        pool_size: how many generated images of each domain the history holds; 0 for none.
        discriminator_steps: updates of the discriminators in a training step.
        ema: decay, in (0, 1), of moving averages of both generators' weights, which `translate`, `predict`
            and export then use; None for no averages.
        image_shape: as in `AdversarialTranslation`, also of the paper's networks, where they are asked for.
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
    horses, zebras = keras_gan.data.arrays("horse2zebra", image_size=128)
    model = keras_gan.CycleGAN(image_shape=(128, 128, 3), seed=0)
    model.compile()
    model.fit(horses, zebras, epochs=200)
    zebras = model.translate(horses[:4], direction="AtoB")
    ```
    """

    aligned = False
    averaged = ("generator_ab", "generator_ba")

    adversarial_weight: float = 2.0
    cycle_weight: float = 10.0
    identity_weight: float = 0.5
    pool_size: int = 50
    discriminator_steps: int = 1
    objective = "least_squares"

    def __init__(
        self,
        generator_ab: keras.Model | None = None,
        generator_ba: keras.Model | None = None,
        discriminator_a: keras.Model | None = None,
        discriminator_b: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        numbers = self.adversarial_weight, self.cycle_weight, self.identity_weight, self.pool_size
        if min(numbers) < 0:
            raise ValueError(
                "adversarial_weight, cycle_weight, identity_weight and pool_size must not be negative, got "
                f"{', '.join(map(str, numbers))}."
            )
        self.generator_ab = generator_ab or self.default_generator(self.image_shape)
        self.generator_ba = generator_ba or self.default_generator(self.image_shape)
        self.discriminator_a = discriminator_a or self.default_discriminator(self.image_shape)
        self.discriminator_b = discriminator_b or self.default_discriminator(self.image_shape)
        generators = [self.generator_ab, self.generator_ba]
        discriminators = [self.discriminator_a, self.discriminator_b]
        self.check_networks(
            dict(zip(("generator_ab", "generator_ba"), generators, strict=True)),
            dict(zip(("discriminator_a", "discriminator_b"), discriminators, strict=True)),
            self.image_shape[-1],
        )
        self.start_averages()
        if self.pool_size:
            self.pool_a = ImagePool(self.pool_size, self.image_shape)
            self.pool_b = ImagePool(self.pool_size, self.image_shape)
        self.players = [
            Player(
                "discriminator",
                discriminators,
                self.discriminator_loss,
                self.default_optimizer,
                updates=self.discriminator_steps,
                after_update=lambda applied: self.after_discriminators(discriminators),
            ),
            Player(
                "generator",
                generators,
                self.generator_loss,
                self.default_optimizer,
                after_update=self.update_averages,
                generate=self.translations,
            ),
        ]
        self.built = True

    # What the paper prescribes; variants override these.

    def default_generator(self, image_shape: tuple[int, int, int]) -> keras.Model:
        """The paper's generator: 6 residual blocks up to 128 pixels, 9 beyond."""
        return networks.resnet.generator(
            (None, None, image_shape[-1]), blocks=6 if max(image_shape[:2]) <= 128 else 9
        )

    def default_discriminator(self, image_shape: tuple[int, int, int]) -> keras.Model:
        """The paper's discriminator."""
        return networks.patchgan.discriminator(image_shape[-1])

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def distance(self, images, others):
        """How far cycled images are from where they started: the mean absolute difference."""
        return ops.mean(ops.abs(images - others))

    # The game.

    @property
    def generators(self):
        return {"AtoB": self.trained("generator_ab"), "BtoA": self.trained("generator_ba")}

    def translations(self, images_a, images_b):
        """Translations of a batch by both generators.

        Returns:
            (fake_a, fake_b, cycled_a, cycled_b), and then, if `identity_weight` is not 0, the generators'
            translations of images of their own target domain: (same_a, same_b).
        """
        to_a, to_b = (
            partial(network, training=True) for network in (self.generator_ba, self.generator_ab)
        )
        fake_a, fake_b = to_a(images_b), to_b(images_a)
        generated = (fake_a, fake_b, to_a(fake_b), to_b(fake_a))
        if self.identity_weight:
            generated += (to_a(images_a), to_b(images_b))
        return generated

    def discriminator_loss(self, generated, images_a, images_b):
        """The sum of both discriminators' losses, on generated images of now and of earlier."""
        fake_a, fake_b = generated[:2]
        if self.pool_size:
            fake_a = self._exchanged(self.pool_a, fake_a)
            fake_b = self._exchanged(self.pool_b, fake_b)
        critic_a, critic_b = self._critics()
        return self.critic_loss(critic_a, images_a, fake_a) + self.critic_loss(
            critic_b, images_b, fake_b
        )

    def generator_loss(self, generated, images_a, images_b):
        """The weighted sum of both generators' adversarial losses, both cycles and both identities."""
        fake_a, fake_b, cycled_a, cycled_b, *same = generated
        critic_a, critic_b = self._critics()
        adversarial = self.adversarial_loss(critic_a, images_a, fake_a) + self.adversarial_loss(
            critic_b, images_b, fake_b
        )
        cycles = self.distance(cycled_a, images_a) + self.distance(cycled_b, images_b)
        if same:
            same_a, same_b = same
            same = self.distance(same_a, images_a) + self.distance(same_b, images_b)
            cycles += self.identity_weight * same
        return self.adversarial_weight * adversarial + self.cycle_weight * cycles

    def prepare_release(self):
        """Empties the pools of generated images, which only a training needs, and which are large."""
        if self.pool_size:
            self.pool_a.empty()
            self.pool_b.empty()

    def pool_numbers(self, num):
        """Random numbers of an exchange of `num` images with the pool: (pool_size,) and (num,) ~ U(0, 1)."""
        return tuple(
            keras.random.uniform((count,), seed=self.seed_generator)
            for count in (self.pool_size, num)
        )

    def _critics(self):
        return (
            partial(network, training=True)
            for network in (self.discriminator_a, self.discriminator_b)
        )

    def _exchanged(self, pool, fakes):
        # The pool is one for all replicas: each computes what becomes of it, and takes its own part.
        count, index = backend.replicas()
        num = ops.shape(fakes)[0]
        seen = pool.exchange(backend.gather(fakes), *self.pool_numbers(count * num))
        return ops.cast(seen[index * num : (index + 1) * num], fakes.dtype)
