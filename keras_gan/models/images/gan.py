"""Generative adversarial networks (Goodfellow et al. 2014)."""

import keras
from keras import ops

from keras_gan import networks
from keras_gan.models.images.adversarial import AdversarialGeneration
from keras_gan.tasks.labels import inputs_of


@keras.saving.register_keras_serializable("keras_gan")
class GAN(AdversarialGeneration):
    """A generator and a discriminator (Goodfellow et al. 2014, algorithm 1).

    In each training step the discriminator is updated on real and on generated examples, in batches of their
    own, then the generator against it, on the latents of the discriminator's last update (as in the authors'
    code). With the defaults this is the paper's MNIST experiment: fully connected networks with a maxout
    discriminator, the non-saturating heuristic, and momentum SGD.

    Deviations from the paper: latents are N(0, 1) instead of uniform, so that interpolation on the sphere
    stays on their distribution (White 2016); momentum stays at 0.5 instead of rising to 0.7. Adam and
    RMSprop of variants have Keras's epsilon, 1e-7, unless they say otherwise; most authors' code has 1e-8.

    Two time scales (TTUR, Heusel et al. 2017) are two optimizers:
    `compile({"discriminator": Adam(4e-4, 0.0, 0.9), "generator": Adam(1e-4, 0.0, 0.9)})`.

    Args:
        generator: a built model from latents (n, latent_dim) [and integer labels (n,)] to examples; for
            images (n, height, width, channels) in [-1, 1]. The paper's if None.
        discriminator: a built model from examples [and labels] to logits (n, 1). The paper's if None.
        image_shape: (height, width, channels) of the paper's networks, where none are given.
        num_classes: number of classes of a conditional model, whose networks take labels; None without.
        class_names: names of the classes, by which `generate` takes them; None for ids alone.
        objective: the players' losses: an `Objective`, or its name (`keras_gan.objectives.get`).
        penalties: gradient penalties, or weight clipping: of `keras_gan.penalties`, or their names.
        discriminator_steps: updates of the discriminator in a training step (k in algorithm 1).
        ema: decay, in (0, 1), of a moving average of the generator's weights, which `generate`, `predict`
            and export then use; None for no average.
        augmentation: augmentation, in training, of all images that the discriminator sees, real and
            generated: an `Augmentation`, or its name (`keras_gan.augmentations.get`); None for none.
        tricks: further changes to the training: of `keras_gan.tricks`, or their names.
        skip_below: the discriminator's update is skipped while its loss lies below this; None: never.
        packing: images that the discriminator sees together, stacked along the channels, all real or all
            generated, so that a lack of variety shows (PacGAN, Lin et al. 2018); it must divide the batch.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("digits", image_size=28)
    gan = keras_gan.GAN(image_shape=(28, 28, 1), seed=0)
    gan.compile()
    gan.fit(images, batch_size=100, epochs=20)
    gan.plot("digits.png")
    ```
    """

    # The paper's networks and optimizers; variants override these.

    def default_generator(self, image_shape: tuple[int, int, int]) -> keras.Model:
        """The paper's generator."""
        return networks.gan.generator(image_shape)

    def default_discriminator(self, image_shape: tuple[int, int, int]) -> keras.Model:
        """The paper's discriminator."""
        return networks.gan.discriminator(image_shape)

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """The paper's optimizer: SGD at 0.1, divided by 1.000004 each step, with momentum 0.5."""
        decay = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 1 / 1.000004)
        return keras.optimizers.SGD(decay, momentum=0.5)

    # The algorithm.

    def fakes(self, images, labels=None):
        """Generated examples G(z), as many as there are `images` and of the same classes."""
        latents = self.training_latents(ops.shape(images)[0])
        return self.generator(inputs_of(latents, labels), training=True)

    def discriminator_loss(self, fakes, images, labels=None):
        """Loss of the discriminator: its objective of D(x) and D(G(z)), and the penalties."""
        reals, fakes = self.shown(self.reals(images)), self.shown(fakes)
        real_logits, *real_outputs = self.discriminate(reals, labels)
        fake_logits, *fake_outputs = self.discriminate(fakes, labels)
        if self.augmentation is not None:
            self.augmentation.observe(real_logits)
        for trick in self.tricks:
            real_logits, fake_logits = trick.logits(self, real_logits, fake_logits)
        loss = self.objective.discriminator_loss(real_logits, fake_logits)
        loss += self.auxiliary_loss(real_outputs, labels, generated=False)
        loss += self.auxiliary_loss(fake_outputs, labels, generated=True)
        loss += self.penalty(reals, fakes, labels, lazy=False)
        return loss + sum(trick.loss(self, "discriminator") for trick in self.tricks)

    def generator_loss(self, fakes, images, labels=None):
        """Loss of the generator: its objective of D(G(z)), and of D(x) where that requires it."""
        fake_logits, *outputs = self.discriminate(self.shown(fakes), labels, self.objective.layer)
        real_logits = None
        if self.objective.requires_real:
            reals = self.shown(self.reals(images))
            real_logits, *_ = self.discriminate(reals, labels, self.objective.layer)
        loss = self.objective.generator_loss(fake_logits, real_logits)
        loss += self.auxiliary_loss(outputs, labels, generated=True)
        return loss + sum(trick.loss(self, "generator") for trick in self.tricks)

    def discriminator_regularizer(self, images, labels=None):
        """Sum of the lazy penalties, those of `every` > 1; see `keras_gan.penalties`."""
        fakes = None
        if any(penalty.every > 1 and penalty.requires_fake for penalty in self.penalties):
            fakes = self.shown(self.fakes(images, labels))
        return self.penalty(self.shown(self.reals(images)), fakes, labels, lazy=True)

    def discriminate(self, examples, labels=None, layer: str | None = None) -> list:
        """Outputs of the discriminator in training: D(x), logits (n, 1), then further ones if it has any.

        Args:
            examples: floats (n, ...), real or generated.
            labels: their class ids (n,), for a conditional model.
            layer: name of a layer whose outputs take the place of the logits; None for the logits.
        """
        if self.augmentation is not None:
            examples = self.augmentation(examples, uniform=self.uniform)
        network = self.discriminator
        if layer is not None:
            outputs = [network.get_layer(layer).output, *network.outputs[1:]]
            network = keras.Model(network.inputs, outputs)
        outputs = network(self.discriminator_inputs(examples, labels), training=True)
        return outputs if isinstance(outputs, (list, tuple)) else [outputs]

    def auxiliary_loss(self, outputs: list, labels, generated: bool):
        """Loss of both players on the discriminator's further outputs; `ACGAN` and `InfoGAN` have one."""
        return 0.0

    def penalty(self, reals, fakes, labels, lazy: bool):
        """Sum of the penalties that are part of the loss, or of the lazy ones."""
        critic = lambda x: self.discriminate(x, labels)[0]  # noqa: E731
        chosen = [penalty for penalty in self.penalties if (penalty.every > 1) == lazy]
        return sum(penalty(self, critic, reals, fakes) for penalty in chosen)
