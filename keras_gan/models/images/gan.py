"""Generative adversarial networks (Goodfellow et al. 2014)."""

from collections.abc import Sequence
from functools import partial

import keras
import numpy as np
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from keras_gan import augmentations, networks, objectives
from keras_gan.augmentations import Augmentation
from keras_gan.game.game import Player
from keras_gan.layers.history import History
from keras_gan.lookup import check_name
from keras_gan.modalities.images import to_network
from keras_gan.objectives import Objective
from keras_gan.penalties import Penalty
from keras_gan.penalties import get as get_penalty
from keras_gan.tasks.generation import Generation, inputs_of


@keras.saving.register_keras_serializable("keras_gan")
class GAN(Generation):
    """A generator and a discriminator (Goodfellow et al. 2014, algorithm 1).

    Each turn the discriminator moves on real and on generated examples, in batches of their own, then the
    generator moves against it, with the latents of the discriminator's last move (as in the authors' code).
    With the defaults this is the paper's MNIST experiment: fully connected networks with a maxout
    discriminator, the non-saturating heuristic, and momentum SGD.

    Deviations from the paper: latents are N(0, 1) instead of uniform, so that interpolation on the sphere
    stays on their distribution (White 2016); momentum stays at 0.5 instead of rising to 0.7.

    The tricks of the trade are arguments, off by default. Two time scales (TTUR, Heusel et al. 2017) are two
    optimizers: `compile({"discriminator": Adam(4e-4, 0.0, 0.9), "generator": Adam(1e-4, 0.0, 0.9)})`.

    Args:
        generator: a built model from latents (n, latent_dim) [and integer labels (n,)] to examples; for
            images (n, height, width, channels) in [-1, 1]. The paper's if None.
        discriminator: a built model from examples [and labels] to logits (n, 1). The paper's if None.
        image_shape: (height, width, channels) of the paper's networks, where they are asked for.
        num_classes: number of classes of a conditional model, whose networks take labels; None without.
        objective: the players' losses: an `Objective`, or its name (`keras_gan.objectives.get`).
        penalties: what else is asked of the discriminator: of `keras_gan.penalties`, or their names.
        discriminator_steps: moves of the discriminator in a turn (k in algorithm 1).
        ema: decay, in (0, 1), of a moving average of the generator's weights over its moves, which
            `generate`, `predict` and export then use; None for none.
        feature_matching: name of a layer of the discriminator whose mean output on real examples the
            generator matches, instead of minimizing its objective (Salimans et al. 2016, section 3.1).
        historical_averaging: weight of |w - mean of w over all moves so far|^2 in both players' losses
            (Salimans et al. 2016, section 3.3).
        instance_noise: standard deviation of Gaussian noise on all that the discriminator sees, real and
            generated (Sonderby et al. 2017; Arjovsky and Bottou 2017): a number, or a
            `keras.optimizers.schedules.LearningRateSchedule` of the discriminator's moves, to let it decay.
        label_flips: share of the examples that are passed to the discriminator's loss as the other kind
            (Chintala et al. 2016, "How to train a GAN?").
        augmentation: what is done to all images that the discriminator sees, real and generated, in training:
            an `Augmentation`, or its name (`keras_gan.augmentations.get`); None for nothing.
        skip_below: the discriminator rests while its loss on a minibatch lies below this; None never to.
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

    supports_labels = True
    image_shape: tuple[int, int, int] = (28, 28, 1)
    num_classes: int | None = None
    objective: str | Objective = "non_saturating"
    penalties: Sequence[str | Penalty] = ()
    discriminator_steps: int = 1
    feature_matching: str | None = None
    historical_averaging: float = 0.0
    instance_noise: float | LearningRateSchedule = 0.0
    label_flips: float = 0.0
    augmentation: str | Augmentation | None = None
    skip_below: float | None = None

    def __init__(
        self,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        if self.num_classes is not None and not self.supports_labels:
            raise ValueError(f"{type(self).__name__} is not conditional: num_classes must be None.")
        self.objective = objectives.get(self.objective)
        self.penalties = tuple(get_penalty(penalty) for penalty in self.penalties)
        if self.augmentation is not None:
            self.augmentation = augmentations.get(self.augmentation)
        self.generator = generator or self.default_generator(tuple(self.image_shape))
        self.discriminator = discriminator or self.default_discriminator(tuple(self.image_shape))
        self._check_networks()
        self.image_shape = self.example_shape
        self._check_options()
        for penalty in self.penalties:
            penalty.check(self.discriminator)
        self.start_average()
        if self.historical_averaging:
            self.histories = [History(self.discriminator), History(self.generator)]
        observers = [] if self.augmentation is None else [self.augmentation]
        self.players = [
            Player(
                "discriminator",
                [self.discriminator, *observers],
                self.discriminator_loss,
                self.default_discriminator_optimizer,
                updates=self.discriminator_steps,
                after_update=self._after_discriminator,
                skip_below=self.skip_below,
            ),
            Player(
                "generator",
                [self.generator],
                self.generator_loss,
                self.default_generator_optimizer,
                after_update=self._after_generator,
                generate=self.fakes,
            ),
        ]
        self.built = True

    # What the paper prescribes; variants override these.

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

    def default_discriminator_optimizer(self) -> keras.optimizers.Optimizer:
        """The discriminator's optimizer in the paper: `default_optimizer`, unless a variant has two."""
        return self.default_optimizer()

    def default_generator_optimizer(self) -> keras.optimizers.Optimizer:
        """The generator's optimizer in the paper: `default_optimizer`, unless a variant has two."""
        return self.default_optimizer()

    # The game.

    def fakes(self, examples, labels=None):
        """As many generated examples as there are `examples`, of the same classes, from fresh latents."""
        latents = self.training_latents(ops.shape(examples)[0])
        return self.generator(inputs_of(latents, self._condition(labels)), training=True)

    def discriminator_loss(self, fakes, examples, labels=None):
        """The discriminator's loss on generated examples, `fakes`, and on real ones."""
        reals, fakes = self._noisy(self.reals(examples)), self._noisy(fakes)
        real_logits, of_reals = self._judge(reals, labels, generated=False)
        fake_logits, of_fakes = self._judge(fakes, labels, generated=True)
        if self.augmentation is not None:
            self.augmentation.observe(real_logits)
        loss = self.objective.discriminator_loss(*self._flipped(real_logits, fake_logits))
        loss += of_reals + of_fakes
        for penalty in self.penalties:
            loss += penalty(self, lambda x: self._logits(x, labels), reals, fakes)
        return loss + self._distance_from_history(0)

    def generator_loss(self, fakes, examples, labels=None):
        """The generator's loss on its examples, `fakes`."""
        fakes = self._noisy(fakes)
        if self.feature_matching:
            reals = self._noisy(self.reals(examples))
            gap = self._mean_features(reals, labels) - self._mean_features(fakes, labels)
            loss = ops.sum(ops.square(gap))
        elif self.objective.relativistic:
            real_logits = self._logits(self._noisy(self.reals(examples)), labels)
            fake_logits, of_fakes = self._judge(fakes, labels, generated=True)
            loss = self.objective.generator_loss(fake_logits, real_logits) + of_fakes
        else:
            fake_logits, of_fakes = self._judge(fakes, labels, generated=True)
            loss = self.objective.generator_loss(fake_logits) + of_fakes
        return loss + self._distance_from_history(1)

    def training_latents(self, num):
        """Latents (num, latent_dim) ~ N(0, 1) for a move."""
        return self.normal((num, self.latent_dim))

    def reals(self, examples):
        """Real examples of a minibatch, as the discriminator sees them: floats."""
        return to_network(examples)

    def _judge(self, examples, labels, generated):
        """Logits, and what both players' losses gain besides on such examples: nothing here."""
        return self._logits(examples, labels), 0.0

    def _logits(self, examples, labels):
        examples = self._augmented(examples)
        return self.discriminator(
            self._judged_inputs(examples, self._condition(labels)), training=True
        )

    def _augmented(self, examples):
        return (
            examples
            if self.augmentation is None
            else self.augmentation(examples, uniform=self.uniform)
        )

    def _mean_features(self, examples, labels):
        layer = self.discriminator.get_layer(self.feature_matching)
        features = keras.Model(self.discriminator.inputs, layer.output)
        inputs = self._judged_inputs(self._augmented(examples), self._condition(labels))
        return ops.mean(features(inputs, training=True), axis=0)

    def _noisy(self, examples):
        deviation = self.instance_noise
        if isinstance(deviation, LearningRateSchedule):
            deviation = deviation(self.optimizers["discriminator"].iterations)
        elif not deviation:
            return examples
        noisy = lambda x: x + deviation * self.normal(ops.shape(x))  # noqa: E731
        return keras.tree.map_structure(noisy, examples)

    def _flipped(self, real_logits, fake_logits):
        if not self.label_flips:
            return real_logits, fake_logits
        flipped = self.uniform((ops.shape(real_logits)[0], 1)) < self.label_flips
        return (
            ops.where(flipped, fake_logits, real_logits),
            ops.where(flipped, real_logits, fake_logits),
        )

    def _distance_from_history(self, player):
        if not self.historical_averaging:
            return 0.0
        return self.historical_averaging * self.histories[player].distance()

    def _after_discriminator(self, moved):
        for penalty in self.penalties:
            penalty.after_update(self.discriminator)
        if self.historical_averaging:
            self.histories[0].update(moved)

    def _after_generator(self, moved):
        if self.historical_averaging:
            self.histories[1].update(moved)
        self.update_average(moved)

    # What the trained model is for.

    def estimate(self, examples: np.ndarray, labels=None, seed: int | None = 0) -> float:
        """The divergence between data and generator that the discriminator implies: what it measures.

        Which divergence that is, and in which unit, the objective's own `estimate` says.

        Args:
            examples: real examples (n, ...), as for `fit`; not those trained on, for an honest figure.
            labels: their class ids (n,), for a conditional model.
            seed: seed of the latents of as many generated examples.

        Raises:
            ValueError: on examples or labels that do not suit the model.
        """
        self.check_data(examples, labels)
        condition = self._condition(labels)
        predict = partial(keras.Model.predict, verbose=0)
        fakes = predict(self.generator, inputs_of(self.latents(len(examples), seed), condition))
        reals = keras.tree.map_structure(ops.convert_to_numpy, self.reals(examples))
        logits = [
            predict(self.discriminator, self._judged_inputs(images, condition))
            for images in (reals, fakes)
        ]
        # A discriminator may say more than what is real, after that.
        logits = [x[0] if isinstance(x, list) else x for x in logits]
        return float(self.objective.estimate(*logits))

    def _judged_inputs(self, examples, condition):
        """What the discriminator is called with."""
        return inputs_of(examples, condition)

    def call(self, inputs, training=False):
        """Examples for latents [and labels], by the averaged generator where there is one."""
        return self.sampling_generator(inputs, training=training)

    def _check_networks(self):
        for name, network in (("generator", self.generator), ("discriminator", self.discriminator)):
            if not network.built:
                raise ValueError(f"The {name} is not built; give it a keras.Input.")
        wanted = 1 if self.num_classes is None else 2
        if len(self._generator_inputs) != wanted:
            raise ValueError(
                f"num_classes={self.num_classes} asks for a generator of {wanted} input(s), latents "
                f"{'and labels ' if wanted == 2 else ''}, got {len(self._generator_inputs)}."
            )
        shape = self.discriminator.input_shape
        shape = shape[0] if isinstance(shape, list) else shape
        if shape[1:] != self.generator.output_shape[1:]:
            raise ValueError(
                f"The generator makes examples {self.generator.output_shape[1:]}, but the discriminator "
                f"takes {shape[1:]}."
            )

    def _check_options(self):
        if self.augmentation is not None and len(self.example_shape) != 3:
            raise ValueError(
                "augmentation is for images (n, height, width, channels), but the generator makes "
                f"examples {self.example_shape}."
            )
        layers = [layer.name for layer in self.discriminator.layers]
        if self.feature_matching is not None:
            check_name("layer of the discriminator", self.feature_matching, layers)
        if not 0.0 <= self.label_flips < 0.5:
            raise ValueError(f"label_flips must lie in [0, 0.5), got {self.label_flips}.")
        if self.historical_averaging < 0.0:
            raise ValueError(
                f"historical_averaging must not be negative, got {self.historical_averaging}."
            )
        schedule = isinstance(self.instance_noise, LearningRateSchedule)
        if not schedule and self.instance_noise < 0.0:
            raise ValueError(f"instance_noise must not be negative, got {self.instance_noise}.")
