"""Translation among many domains by one generator (Choi et al. 2018)."""

import keras
from keras import ops

from keras_gan import backend, networks
from keras_gan.augmentations.mirroring import mirror
from keras_gan.game.adversaries import Adversaries
from keras_gan.game.averaging import Averaging
from keras_gan.game.player import Player
from keras_gan.modalities.images import to_network
from keras_gan.tasks import custom_networks
from keras_gan.tasks.domain_translation import DomainTranslation


@keras.saving.register_keras_serializable("keras_gan")
class StarGAN(Averaging, Adversaries, DomainTranslation):
    """One generator for all translations among many domains (Choi et al. 2018, section 3).

    G(x, c) translates an image x into the domain c; the discriminator says of an image whether it is real,
    D_src, and what its domain is, D_cls. With c' the domain of x and c that of another image of the batch,

        L_D = E D_src(G(x, c)) - E D_src(x) + 10 E (|grad D_src| - 1)^2 + E -log D_cls(c' | x)
        L_G = -E D_src(G(x, c)) + E -log D_cls(c | G(x, c)) + 10 E |x - G(G(x, c), c')|

    (equations 2 to 8). The critic has five updates, on a batch each, for one of the generator. Adam at 1e-4
    with beta_1 0.5 and beta_2 0.999, batches of 16; the rate falls linearly to zero over the second half of
    the training, for which `compile` is given a `keras_gan.schedules.ConstantThenLinear`.

    Several data sets (section 3.3): their groups in `domains`, `masked=True`, and -1 for labels that a data
    set lacks. Deviation: a batch may mix them, and each then counts by its share; the authors alternate.

    Args:
        generator: a built model from [images, conditions] to images; the paper's if None.
        discriminator: a built model from images to [logits, logits of attributes (n, attributes)]; the
            paper's if None, with as many halvings as the images allow.
        class_weight: weight of the classification losses, the paper's lambda_cls.
        reconstruction_weight: weight of the distance between an image and its translation back, lambda_rec.
        mirrored: whether training images are mirrored at random.
        discriminator_steps: updates of the discriminator in a training step.
        objective: the losses of D_src: an `Objective`, or its name (`keras_gan.objectives.get`).
        penalties: terms added to the discriminator's loss: of `keras_gan.penalties`, or their names.
        ema: decay, in (0, 1), of a moving average of the generator's weights, which `translate` and export
            then use; None, as in the paper, for no average.
        image_shape: as in `DomainTranslation`.
        domains: as in `DomainTranslation`.
        independent: as in `DomainTranslation`.
        masked: as in `DomainTranslation`.
        seed: as in `DomainTranslation`.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    faces, hair = keras_gan.data.arrays("anime_hair")
    names = keras_gan.data.info("anime_hair").classes
    model = keras_gan.StarGAN(image_shape=(64, 64, 3), domains=names, seed=0)
    model.compile()
    model.fit(faces, hair, epochs=20)
    model.translate(faces[:4], to="pink")
    ```
    """

    averaged = ("generator",)
    default_batch_size = 16

    image_shape = (128, 128, 3)
    class_weight: float = 1.0
    reconstruction_weight: float = 10.0
    mirrored: bool = True
    discriminator_steps: int = 5
    objective = "wasserstein"
    penalties = ("gradient_penalty",)

    def __init__(
        self,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        if min(self.class_weight, self.reconstruction_weight) < 0.0:
            raise ValueError(
                "class_weight and reconstruction_weight must not be negative, got "
                f"{self.class_weight} and {self.reconstruction_weight}."
            )
        self.generator = generator or networks.stargan.generator(
            (None, None, self.image_shape[-1]), self.attributes.condition_dim
        )
        self.discriminator = discriminator or networks.stargan.discriminator(
            self.image_shape, self.attributes.num
        )
        self.check_networks()
        self.start_averages()
        self.players = [
            Player(
                "discriminator",
                [self.discriminator],
                self.discriminator_loss,
                self.default_optimizer,
                updates=self.discriminator_steps,
                after_update=lambda applied: self.after_discriminators([self.discriminator]),
                parts=("adversarial", "classes"),
            ),
            Player(
                "generator",
                [self.generator],
                self.generator_loss,
                self.default_optimizer,
                after_update=self.update_averages,
                generate=self.translations,
                parts=("adversarial", "classes", "reconstruction"),
            ),
        ]
        self.built = True

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam at 1e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(1e-4, beta_1=0.5)

    @property
    def sampling_generator(self):
        return self.trained("generator")

    def logits_of(self, images):
        return self.discriminator.predict_on_batch(images)[1]

    # The game.

    def prepare(self, images, labels):
        """Images as floats in [-1, 1], mirrored; their labels, and those that they are translated to."""
        images = to_network(images)
        if self.mirrored:
            images = mirror(images, self.uniform((ops.shape(images)[0],)) < 0.5)
        labels = ops.reshape(ops.cast(labels, "int32"), (-1, self.attributes.columns))
        return {"images": images, "labels": labels, "targets": self.shuffled(labels)}

    def shuffled(self, labels):
        """The labels of the batch, that of all replicas, in another order: combinations that exist."""
        _, index = backend.replicas()
        num = ops.shape(labels)[0]
        order = ops.argsort(backend.gather(self.uniform((num,))))
        return ops.take(backend.gather(labels), order[index * num : (index + 1) * num], axis=0)

    def translations(self, images, labels, targets):
        """Translations of a batch to the targets."""
        return self.generator([images, self.attributes.conditions(targets)], training=True)

    def discriminator_loss(self, generated, images, labels, targets):
        """Real or generated, the penalties, and the classification of real images."""

        def critic(examples):
            return self.discriminator(examples, training=True)[0]

        real, classes = self.discriminator(images, training=True)
        adversarial = self.objective.discriminator_loss(real, critic(generated))
        adversarial += self.penalty(critic, images, generated)
        parts = {"adversarial": adversarial, "classes": self.attributes.loss(labels, classes)}
        return parts["adversarial"] + self.class_weight * parts["classes"], parts

    def generator_loss(self, generated, images, labels, targets):
        """To be taken for real and for the target, and to be translated back to the image."""
        fake, classes = self.discriminator(generated, training=True)
        real = None
        if self.objective.requires_real:
            real = self.discriminator(images, training=True)[0]
        back = self.generator([generated, self.attributes.conditions(labels)], training=True)
        parts = {
            "adversarial": self.objective.generator_loss(fake, real),
            "classes": self.attributes.loss(targets, classes),
            "reconstruction": ops.mean(ops.abs(images - back)),
        }
        loss = parts["adversarial"] + self.class_weight * parts["classes"]
        return loss + self.reconstruction_weight * parts["reconstruction"], parts

    def check_networks(self):
        """Raises a ValueError if the networks do not fit together."""
        wanted = [(None, self.attributes.condition_dim)]
        custom_networks.check_kind("generator", self.generator)
        images, *conditions = custom_networks.shapes_of(self.generator.input_shape)
        if conditions != wanted:
            raise ValueError(
                f"The generator must take images and conditions (n, {wanted[0][1]}); its inputs are "
                f"{[images, *conditions]}."
            )
        custom_networks.warn_of_range("generator", self.generator)
        custom_networks.check_takes("discriminator", self.discriminator, self.image_shape)
        custom_networks.check_logits("discriminator", self.discriminator)
        classes = custom_networks.shapes_of(self.discriminator.output_shape)[1:]
        if classes != [(None, self.attributes.num)]:
            raise ValueError(
                "The discriminator must have two outputs, logits and logits of "
                f"{self.attributes.num} attributes; it has {self.discriminator.output_shape}."
            )
        for penalty in self.penalties:
            penalty.check(self.discriminator)
