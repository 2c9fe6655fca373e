"""Generative adversarial networks (Goodfellow et al. 2014)."""

import keras
from keras import ops

from keras_gan import backend, networks
from keras_gan.game import Player
from keras_gan.images import to_float
from keras_gan.models.sampler import Sampler, inputs_of
from keras_gan.objectives import NonSaturating, Objective


@keras.saving.register_keras_serializable("keras_gan")
class GAN(Sampler):
    """A generator and a discriminator (Goodfellow et al. 2014, algorithm 1).

    Each turn the discriminator moves on real and on generated examples, in batches of their own, then the
    generator moves against it, with the latents of the discriminator's last move (as in the authors' code).
    With the defaults this is the paper's MNIST experiment: fully connected networks with a maxout
    discriminator, the non-saturating heuristic, and momentum SGD.

    Deviations from the paper: latents are N(0, 1) instead of uniform, so that interpolation on the sphere
    stays on their distribution (White 2016); momentum stays at 0.5 instead of rising to 0.7.

    Args:
        generator: a built model from latents (n, latent_dim) [and integer labels (n,)] to examples; for
            images (n, height, width, channels) in [-1, 1]. The paper's if None.
        discriminator: a built model from examples [and labels] to logits (n, 1). The paper's if None.
        image_shape: (height, width, channels) of the paper's networks, where they are asked for.
        num_classes: number of classes of a conditional model, whose networks take labels; None without.
        objective: the players' losses.
        discriminator_moves: moves of the discriminator in a turn (k in algorithm 1).
        ema: decay, in (0, 1), of a moving average of the generator's weights over its moves, which
            `generate`, `predict` and export then use; None for none.
        seed: seed of the training's random numbers.
        **kwargs: `name`, as for any `keras.Model`.

    Raises:
        ValueError: if the networks do not fit together.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("digits", image_size=28)
    gan = keras_gan.GAN(image_shape=(28, 28, 1), seed=0)
    gan.compile()
    gan.fit(images, batch_size=100, epochs=20)
    gan.plot("digits.png")
    ```
    """

    def __init__(
        self,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        *,
        image_shape: tuple[int, int, int] = (28, 28, 1),
        num_classes: int | None = None,
        objective: Objective | None = None,
        discriminator_moves: int = 1,
        ema: float | None = None,
        seed: int | None = None,
        **kwargs,
    ):
        super().__init__(seed=seed, **kwargs)
        self.num_classes = num_classes
        self.generator = generator or self.default_generator(tuple(image_shape))
        self.discriminator = discriminator or self.default_discriminator(tuple(image_shape))
        self.objective = objective or NonSaturating()
        self.discriminator_moves = discriminator_moves
        self.ema = ema
        self._check_networks()
        if ema is not None:
            if not 0.0 < ema < 1.0:
                raise ValueError(f"ema must lie in (0, 1) or be None, got {ema}.")
            self.ema_generator = keras.models.clone_model(self.generator)
            self.ema_generator.trainable = False
            self.ema_generator.set_weights(self.generator.get_weights())
        self.players = [
            Player(
                "discriminator",
                [self.discriminator],
                self.discriminator_loss,
                self.default_optimizer,
                moves=discriminator_moves,
            ),
            Player(
                "generator",
                [self.generator],
                self.generator_loss,
                self.default_optimizer,
                after_move=self._update_average,
                makes=self.fakes,
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

    # The game.

    def fakes(self, examples, labels=None):
        """As many generated examples as there are `examples`, of the same classes, from fresh latents."""
        latents = self.training_latents(ops.shape(examples)[0])
        return self.generator(inputs_of(latents, self._condition(labels)), training=True)

    def discriminator_loss(self, fakes, examples, labels=None):
        """The discriminator's loss on generated examples, `fakes`, and on real ones."""
        real_logits = self._logits(to_float(examples), labels)
        return self.objective.discriminator_loss(real_logits, self._logits(fakes, labels))

    def generator_loss(self, fakes, examples, labels=None):
        """The generator's loss on its examples, `fakes`."""
        return self.objective.generator_loss(self._logits(fakes, labels))

    def training_latents(self, num):
        """Latents (num, latent_dim) ~ N(0, 1) for a move, from the random state of the game.

        Replicas share that state: together they draw the latents of the global batch, and each takes its
        part, so that N replicas compute what one device would.
        """
        count, index = backend.replicas()
        latents = keras.random.normal((count * num, self.latent_dim), seed=self.seed_generator)
        return latents[index * num : (index + 1) * num]

    def _logits(self, examples, labels):
        return self.discriminator(inputs_of(examples, self._condition(labels)), training=True)

    def _update_average(self):
        if self.ema is None:
            return
        for average, weight in zip(self.ema_generator.weights, self.generator.weights, strict=True):
            average.assign(self.ema * average + (1.0 - self.ema) * weight)

    def call(self, inputs, training=False):
        """Examples for latents [and labels], by the averaged generator where there is one."""
        return (self.generator if self.ema is None else self.ema_generator)(
            inputs, training=training
        )

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

    def get_config(self):
        """The constructor's arguments, for saving."""
        serialize = keras.saving.serialize_keras_object
        return {
            "generator": serialize(self.generator),
            "discriminator": serialize(self.discriminator),
            "num_classes": self.num_classes,
            "objective": serialize(self.objective),
            "discriminator_moves": self.discriminator_moves,
            "ema": self.ema,
            "seed": self.seed,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The model of a `get_config`."""
        parts = {
            part: keras.saving.deserialize_keras_object(config[part], custom_objects)
            for part in ("generator", "discriminator", "objective")
        }
        return cls(**{**config, **parts})
