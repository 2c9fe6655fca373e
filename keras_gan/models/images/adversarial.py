"""Adversarial generation: what every game of a generator and a discriminator has around its losses."""

from collections.abc import Sequence
from functools import partial

import keras
import numpy as np
from keras import ops

from keras_gan import augmentations, objectives, penalties, tricks
from keras_gan.arguments import check_count
from keras_gan.augmentations import Augmentation
from keras_gan.game.game import Player
from keras_gan.lookup import check_name
from keras_gan.modalities.images import to_network
from keras_gan.objectives import Objective
from keras_gan.penalties import Penalty, WeightClipping
from keras_gan.tasks import custom_networks
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.labels import inputs_of
from keras_gan.tricks import Trick


class AdversarialGeneration(Generation):
    """A game of a generator and a discriminator: its settings, players and checks.

    Subclasses define the paper's networks and optimizers, `fakes`, `discriminator_loss`, `generator_loss` and
    `discriminator_regularizer`. For the arguments, see `GAN`.
    """

    supports_labels = True
    supports_augmentation = True

    image_shape: tuple[int, int, int] = (28, 28, 1)
    num_classes: int | None = None
    objective: str | Objective = "non_saturating"
    penalties: Sequence[str | Penalty] = ()
    discriminator_steps: int = 1
    augmentation: str | Augmentation | None = None
    tricks: Sequence[str | Trick] = ()
    skip_below: float | None = None
    packing: int = 1

    def __init__(self, generator=None, discriminator=None, **settings):
        super().__init__(**settings)
        self.objective = objectives.get(self.objective)
        self.penalties = tuple(penalties.get(penalty) for penalty in self.penalties)
        self.tricks = tuple(tricks.get(trick) for trick in self.tricks)
        if self.augmentation is not None:
            self.augmentation = augmentations.get(self.augmentation)
        self.generator = generator or self.default_generator(tuple(self.image_shape))
        check_count("packing", self.packing)
        *sides, channels = self.image_shape
        self.discriminator = discriminator or self.default_discriminator(
            (*sides, self.packing * channels)
        )
        self.check_networks()
        self.check_settings()
        self.image_shape = self.example_shape
        self.start_averages(["generator"])  # variants start those of further networks
        for trick in self.tricks:
            trick.start(self)
        every = penalties.interval(self.penalties)
        self.players = [
            Player(
                "discriminator",
                [self.discriminator, *([self.augmentation] if self.augmentation else [])],
                self.discriminator_loss,
                self.default_discriminator_optimizer,
                updates=self.discriminator_steps,
                after_update=partial(self.after_update, "discriminator"),
                skip_below=self.skip_below,
                regularizer=self.discriminator_regularizer if every > 1 else None,
                regularize_every=every,
            ),
            Player(
                "generator",
                [self.generator],
                self.generator_loss,
                self.default_generator_optimizer,
                after_update=partial(self.after_update, "generator"),
                generate=self.fakes,
            ),
        ]
        self.built = True

    # The paper's optimizers; variants override them.

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """The optimizer of both players, where the paper has one for both."""
        raise NotImplementedError

    def default_discriminator_optimizer(self) -> keras.optimizers.Optimizer:
        """The discriminator's optimizer: `default_optimizer`, unless the paper has two."""
        return self.default_optimizer()

    def default_generator_optimizer(self) -> keras.optimizers.Optimizer:
        """The generator's optimizer: `default_optimizer`, unless the paper has two."""
        return self.default_optimizer()

    # What losses use.

    def training_latents(self, num):
        """Latents (num, latent_dim) ~ N(0, 1) for an update."""
        return self.normal((num, self.latent_dim))

    def reals(self, images):
        """Real examples x of a batch, as floats."""
        return to_network(images)

    def shown(self, examples):
        """Examples as the discriminator is shown them, after the tricks."""
        for trick in self.tricks:
            examples = trick.examples(self, examples)
        return examples

    def discriminator_inputs(self, examples, labels):
        """The inputs of the discriminator: examples, and labels for a conditional model."""
        return inputs_of(self.packed(examples), labels)

    def packed(self, images):
        """Images (n / m, height, width, m * channels): m = `packing` that follow each other, as one."""
        if self.packing == 1:
            return images
        num, height, width, channels = ops.shape(images)
        if isinstance(num, int) and num % self.packing:
            raise ValueError(
                f"packing={self.packing} must divide the batch, which has {num} images."
            )
        groups = ops.reshape(images, (-1, self.packing, height, width, channels))
        groups = ops.transpose(groups, (0, 2, 3, 1, 4))
        return ops.reshape(groups, (-1, height, width, self.packing * channels))

    def after_update(self, player, applied):
        """Called after each update of a player, by name, with a boolean scalar: whether it was applied."""
        for trick in self.tricks:
            trick.after_update(self, player, applied)
        if player == "generator":
            self.update_averages(applied)
        else:
            for penalty in self.penalties:
                penalty.after_update(self.discriminator)

    # Use of the trained model.

    def estimate(self, examples: np.ndarray, labels=None, seed: int | None = 0) -> float:
        """The divergence between data and generator that the discriminator implies.

        Which divergence that is, and in which unit, the objective's own `estimate` says.

        Args:
            examples: real examples (n, ...), as for `fit`; not those trained on, for an honest figure.
            labels: their class ids (n,), for a conditional model.
            seed: seed of the latents of as many generated examples.

        Raises:
            ValueError: on examples or labels that do not suit the model.
        """
        self.check_data(examples, labels)
        labels = self._check_labels(labels, len(examples))
        predict = partial(keras.Model.predict, verbose=0)
        fakes = predict(self.generator, inputs_of(self.latents(len(examples), seed), labels))
        reals = keras.tree.map_structure(ops.convert_to_numpy, self.reals(examples))
        outputs = [
            predict(self.discriminator, self.discriminator_inputs(images, labels))
            for images in (reals, fakes)
        ]
        return float(
            self.objective.estimate(*(x[0] if isinstance(x, list) else x for x in outputs))
        )

    def call(self, inputs, training=False):
        """Examples for latents [and labels], by the averaged generator where there is one."""
        return self.sampling_generator(inputs, training=training)

    # Checks.

    def check_networks(self):
        """Raises a ValueError if the networks do not fit together; variants add what theirs must have."""
        custom_networks.check_generator(self.generator, self.num_classes)
        labels = None if self.num_classes is None else "labels"
        example, inputs = self.generator.output_shape[1:], ["examples"]
        if self.packing == 1:
            inputs = keras.tree.flatten(self.discriminator_inputs("examples", labels))
        else:
            self._check_packing()
            example = (*example[:-1], self.packing * example[-1])
        custom_networks.check_discriminator(self.discriminator, example, len(inputs))
        if self.generates_images:
            custom_networks.warn_of_range("generator", self.generator)

    def check_settings(self):
        """Raises a ValueError if the objective, augmentation or penalties do not suit the networks."""
        if self.objective.layer is not None:
            layers = [layer.name for layer in self.discriminator.layers]
            check_name("layer of the discriminator", self.objective.layer, layers)
        if self.augmentation is not None:
            self.augmentation.check(self.objective, self.example_shape)
        for penalty in self.penalties:
            penalty.check(self.discriminator)

    def _check_packing(self):
        """Raises a ValueError where packs of images have no labels, outputs or gradients of their own."""
        outputs = keras.tree.flatten([self.generator.outputs, self.discriminator.outputs])
        measured = [x for x in self.penalties if not isinstance(x, WeightClipping)]
        if not self.generates_images or self.num_classes or len(outputs) > 2 or measured:
            raise ValueError(
                f"packing={self.packing} requires images without labels, networks of one output, and no "
                "penalties of gradients."
            )
