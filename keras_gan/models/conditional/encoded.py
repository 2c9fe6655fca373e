"""GANs that are told texts or sounds, of which an encoder makes vectors."""

import keras
import numpy as np
from keras import ops

from keras_gan.arguments import check_count
from keras_gan.latent.paths import linear
from keras_gan.models.images.gan import GAN
from keras_gan.tasks.custom_networks import check_kind, check_logits, shapes_of, warn_of_range


class EncodedGAN(GAN):
    """A GAN whose networks take the vector of a condition.

    Subclasses set `encoder`, a model from conditions as `condition` checks them to vectors (n, width), and
    define `condition`. The generator takes [latents, vectors], the discriminator [images, vectors].

    The discriminator is shown three kinds of pairs: an image with its condition, a generated image with the
    condition that it was generated for, and an image with another condition, which is wrong (Reed et al.
    2016, algorithm 1). Without the last kind it need not look at the condition. The other condition is that
    of another row of the batch; on several devices, of the device's part of it.
    """

    supports_labels = False
    encoder: keras.Model

    wrong_pairs: bool = True

    @property
    def sampling_encoder(self) -> keras.Model:
        """The encoder that samples are generated with: the averaged one where there is one."""
        return self.trained("encoder") if "encoder" in self.averaged else self.encoder

    @property
    def vector_width(self) -> int:
        """Width of the vectors."""
        return self.generator.input_shape[1][-1]

    def call(self, inputs, training=False):
        """Images for [latents, conditions], by the averaged generator where there is one."""
        latents, conditions = inputs
        vectors = self.vectors(conditions, training=training)
        return self.sampling_generator([latents, vectors], training=training)

    def vectors(self, conditions, training=False):
        """Vectors (n, width) of conditions, a tensor (n, ...), that images are generated of."""
        return self.sampling_encoder(conditions, training=training)

    def pair_loss(self, fakes, images, told, wrong, contradict):
        """Loss of the discriminator: right, generated and wrong pairs, and the penalties.

        Generated and wrong pairs have the weight 1/2 each. A generated pair counts in the place of a wrong
        one that is right by chance.

        Args:
            fakes: generated images.
            images: real images.
            told: what the discriminator is told of both.
            wrong: what it is told of the real images in wrong pairs.
            contradict: booleans (n, 1), whether that is wrong for the image.
        """
        reals, fakes = self.shown(self.reals(images)), self.shown(fakes)
        right, *outputs = self.discriminate(reals, told)
        fake = self.discriminate(fakes, told)[0]
        if self.augmentation is not None:
            self.augmentation.observe(right)
        mismatched = fake
        if self.wrong_pairs:
            mismatched = ops.where(contradict, self.discriminate(reals, wrong)[0], fake)
        pairs = (right, fake), (right, mismatched)
        for trick in self.tricks:
            pairs = [trick.logits(self, *pair) for pair in pairs]
        loss = sum(self.objective.discriminator_loss(*pair) for pair in pairs) / 2.0
        loss += self.auxiliary_loss(outputs, told, generated=False)
        loss += self.penalty(reals, fakes, told, lazy=False)
        return loss + sum(trick.loss(self, "discriminator") for trick in self.tricks)

    def interpolate(self, seed_a, seed_b, steps=8, label=None, truncation=None, **condition):
        """Images on the way from one random image to another, or from one condition to another.

        Args:
            seed_a: seed of the first image.
            seed_b: seed of the last image; the same, and latents stay as they are.
            steps: number of images, both ends included, at least 2.
            label: None.
            truncation: None.
            **condition: one for all images, or a pair of them, by its keyword: the way between their vectors
                is a straight line (GAN-INT, Reed et al. 2016, section 4.3).

        Returns:
            uint8 (steps, height, width, channels).

        Raises:
            ValueError: as `Generation.interpolate`, or on more than two conditions.
        """
        told = self._stated(label, condition)
        if not isinstance(told, (list, tuple)):
            return super().interpolate(seed_a, seed_b, steps, label, truncation, **condition)
        check_count("steps", steps, least=2)
        fractions = np.linspace(0.0, 1.0, steps)
        ends = [self.draw(1, seed, truncation)[0] for seed in (seed_a, seed_b)]
        latents = self.path_between(*ends, fractions).astype(np.float32)
        pair = ops.convert_to_numpy(self.vectors(self.condition.check(told, 2)))
        vectors = linear(*pair, fractions).astype(np.float32)
        return self.to_people(self.sampling_generator.predict_on_batch([latents, vectors]))

    def complete(self, columns):
        """The columns, with conditions as networks take them where people's are given."""
        name = self.condition.column
        given = columns.get(name)
        if given is None or given.dtype.kind not in "OU":
            return columns
        values = self.condition.check(list(given.flat), given.size)
        return {**columns, name: values.reshape(*given.shape, *self.condition.shape)}

    def check_networks(self):
        check_kind("generator", self.generator)
        check_kind("discriminator", self.discriminator)
        given = shapes_of(self.generator.input_shape)
        if [len(shape) for shape in given] != [2, 2]:
            raise ValueError(
                f"The generator must take latents and vectors (n, width), got {given}."
            )
        wanted = [(None, *self.generator.output_shape[1:]), given[1]]
        if (got := shapes_of(self.discriminator.input_shape)) != wanted:
            raise ValueError(f"The discriminator must take {wanted}, got {got}.")
        check_logits("discriminator", self.discriminator)
        warn_of_range("generator", self.generator)

    def check_settings(self):
        super().check_settings()
        if self.packing > 1:
            raise ValueError("packing must be 1: each image has a condition of its own.")

    def check_encoder(self, name: str, network: keras.Model, shape: tuple[int, ...]):
        """Raises a ValueError if a network does not map examples of a shape to vectors.

        Args:
            name: what it is called in the error.
            network: the network.
            shape: of its examples, without the batch axis.
        """
        check_kind(name, network)
        mapped = network.input_shape, network.output_shape
        if mapped != ((None, *shape), (None, self.vector_width)):
            raise ValueError(
                f"The {name} must map {(None, *shape)} to {(None, self.vector_width)}, got {mapped[0]} to "
                f"{mapped[1]}."
            )
