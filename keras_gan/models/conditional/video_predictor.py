"""Prediction of the next frame of a video (Mathieu et al. 2016)."""

import keras
from keras import ops

from keras_gan import networks
from keras_gan.arguments import check_count
from keras_gan.game.adversaries import Adversaries
from keras_gan.game.averaging import Averaging
from keras_gan.game.player import Player
from keras_gan.modalities.images import to_network
from keras_gan.tasks.custom_networks import check_kind, check_logits, shapes_of, warn_of_range
from keras_gan.tasks.labels import inputs_of
from keras_gan.tasks.prediction import Prediction

TINY = 0.02  # of the mode-seeking term, where two draws are the same


@keras.saving.register_keras_serializable("keras_gan")
class VideoPredictor(Averaging, Adversaries, Prediction):
    """The next frame of a video, learned beyond the mean of what may come (Mathieu, Couprie, LeCun 2016).

    A squared error makes the best prediction the mean of all futures, which is blurred. The generator
    minimizes

        adversarial_weight * L_adv + distance_weight * E |G - Y|^p + gradient_weight * L_gdl

    (section 3.3), where a discriminator sees the past with the prediction, and the gradient difference loss
    L_gdl compares how much neighboring pixels differ (equation 6, with alpha 1). Each term is a mean over
    pixels, and a sum over the scales of the generator.

    In the paper the generator has no noise, and sees one future. With noise it may see several, but alone
    does not: noise that only comes in is ignored. `diversity` is the weight of the mode-seeking term of
    Mao et al. 2019, 1 / (|G(x, z1) - G(x, z2)| / |z1 - z2| + 0.02), which makes different noise look
    different.

    Deviations from the paper: noise and its term, as options; means over pixels for sums; both players learn
    from the same batch, where the paper draws two; by default the small networks
    `networks.next_frame.generator` and `discriminator` for frames of 48 pixels, and Adam at 2e-4 with beta_1
    0.5 in place of stochastic gradient descent. The paper's networks are `multiscale_generator` and
    `multiscale_discriminator`.

    Args:
        generator: a built model as those of `networks.next_frame`.
        discriminator: a built model as those of `networks.next_frame`.
        image_shape: (height, width, channels) for the default networks.
        past: past frames for the default networks; 4 in the paper.
        noise_dim: width of the noise for the default generator; 0, as in the paper, for none.
        adversarial_weight: weight of the adversarial loss, 0.05 in the paper. With 0 there is no
            discriminator in the game.
        distance_weight: weight of the distance.
        power: 1 or 2, the paper's p.
        gradient_weight: weight of the gradient difference loss.
        diversity: weight of the mode-seeking term; 0, as in the paper, for none.
        ema: decay, in (0, 1), of a moving average of the generator's weights, which predictions then use;
            None, as in the paper, for no average.
        objective: as in `keras_gan.game.adversaries.Adversaries`.
        penalties: as in `keras_gan.game.adversaries.Adversaries`.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    clips, _ = keras_gan.data.arrays("pacman")  # (12000, 8, 48, 48, 1)
    model = keras_gan.VideoPredictor(noise_dim=8, diversity=0.02, seed=0)
    model.compile()
    model.fit(clips, batch_size=32, epochs=20)
    futures = model.predict_next(clips[:4, :4], draws=8)  # (4, 8, 48, 48, 1)
    ```
    """

    averaged = ("generator",)
    default_batch_size = 8

    image_shape: tuple[int, int, int] = (48, 48, 1)
    past: int = 4
    noise_dim: int = 0
    adversarial_weight: float = 0.05
    distance_weight: float = 1.0
    power: int = 2
    gradient_weight: float = 1.0
    diversity: float = 0.0

    def __init__(
        self,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        self._check_settings()
        shape, past = tuple(self.image_shape), check_count("past", self.past)
        self.generator = generator or networks.next_frame.generator(
            shape, past, noise_dim=check_count("noise_dim", self.noise_dim, least=0)
        )
        self.discriminator = discriminator or networks.next_frame.discriminator(shape, past)
        self._check_networks()
        frames, *noise = shapes_of(self.generator.input_shape)
        self.past, self.image_shape = frames[1], frames[2:]
        self.noise_dim = noise[0][1] if noise else 0
        if self.diversity and not self.noise_dim:
            raise ValueError("diversity must be 0 for a generator without noise.")
        self.start_averages()
        discriminating = Player(
            "discriminator",
            [self.discriminator],
            self.discriminator_loss,
            self.default_optimizer,
            after_update=lambda applied: self.after_discriminators([self.discriminator]),
        )
        parts = {
            "adversarial": self.adversarial_weight,
            "distance": self.distance_weight,
            "gradients": self.gradient_weight,
            "diversity": self.diversity,
        }
        self._weights = {name: weight for name, weight in parts.items() if weight}
        generating = Player(
            "generator",
            [self.generator],
            self.generator_loss,
            self.default_optimizer,
            after_update=self.update_averages,
            generate=self.predictions,
            parts=tuple(self._weights),
        )
        self.players = [discriminating, generating] if self.adversarial_weight else [generating]
        self.built = True

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    @property
    def sampling_generator(self):
        return self.trained("generator")

    # The game.

    def prepare(self, clips):
        """A window of each clip, drawn at random: the frames that are seen, and the one that follows."""
        clips = to_network(clips)
        num, frames = ops.shape(clips)[0], clips.shape[1]
        starts = ops.floor(self.uniform((num,)) * (frames - self.past))
        places = ops.cast(starts[:, None], "int32") + ops.arange(self.past + 1, dtype="int32")
        # Choosing frames is a product with one-hot rows.
        chosen = ops.one_hot(places, frames, dtype=clips.dtype)
        window = ops.einsum("nst,nthwc->nshwc", chosen, clips)
        return {"seen": window[:, :-1], "truth": window[:, -1]}

    def predictions(self, seen, truth):
        """Predictions at all scales, and the noise that they were drawn by."""
        noise = self.normal((ops.shape(seen)[0], self.noise_dim)) if self.noise_dim else None
        return {"frames": self._generated(seen, noise), "noise": noise}

    def _generated(self, seen, noise):
        return keras.tree.flatten(self.generator(inputs_of(seen, noise), training=True))

    def discriminator_loss(self, generated, seen, truth):
        """The objective of frames that followed and of predictions, a sum over scales, and the penalties."""
        fakes = generated["frames"]
        return self.critic_loss(self._critic(seen), _scales(truth, fakes), fakes)

    def generator_loss(self, generated, seen, truth):
        """The weighted sum of the terms whose weights are not 0."""
        fakes = generated["frames"]
        reals, parts = _scales(truth, fakes), {}
        pairs = [*zip(fakes, reals, strict=True)]
        if self.adversarial_weight:
            parts["adversarial"] = self.adversarial_loss(self._critic(seen), reals, fakes)
        if self.distance_weight:
            gaps = [ops.mean(ops.abs(fake - real) ** self.power) for fake, real in pairs]
            parts["distance"] = sum(gaps)
        if self.gradient_weight:
            parts["gradients"] = sum(gradient_difference(*pair) for pair in pairs)
        if self.diversity:
            noise = self.normal(ops.shape(generated["noise"]))
            other = self._generated(seen, noise)[-1]
            change = ops.mean(ops.abs(fakes[-1] - other), axis=(1, 2, 3))
            step = ops.mean(ops.abs(generated["noise"] - noise), axis=1)
            parts["diversity"] = ops.mean(1.0 / (change / step + TINY))
        return sum(self._weights[name] * part for name, part in parts.items()), parts

    def _critic(self, seen):
        """The discriminator of frames that follow the ones that were seen."""

        def critic(frames):
            return self.discriminator([seen, *frames], training=True)

        return critic

    def _check_settings(self):
        weights = {
            name: getattr(self, name)
            for name in ("adversarial_weight", "distance_weight", "gradient_weight", "diversity")
        }
        if not min(weights.values()) >= 0.0 or max(weights.values()) == 0.0:
            raise ValueError(f"Weights must not be negative, nor all 0; got {weights}.")
        if self.power not in (1, 2):
            raise ValueError(f"power must be 1 or 2, got {self.power}.")

    def _check_networks(self):
        check_kind("generator", self.generator)
        check_kind("discriminator", self.discriminator)
        frames, *noise = shapes_of(self.generator.input_shape)
        if len(frames) != 5 or None in frames[1:] or len(noise) > 1:
            raise ValueError(
                "The generator must take frames (n, past, height, width, channels), and noise if any; got "
                f"{[frames, *noise]}."
            )
        height, width, channels = frames[2:]
        predictions = shapes_of(self.generator.output_shape)
        for index, (_, *shape) in enumerate(predictions):
            times = height // shape[0] if index < len(predictions) - 1 else 1
            if shape != [height // times, width // times, channels] or height % times:
                raise ValueError(
                    f"The generator must predict {frames[2:]}, or that and fractions of it before, got "
                    f"{predictions}."
                )
        warn_of_range("generator", self.generator)
        if shapes_of(self.discriminator.input_shape) != [frames, *predictions]:
            raise ValueError(
                f"The discriminator must take {[frames, *predictions]}, got {self.discriminator.input_shape}."
            )
        for logits in shapes_of(self.discriminator.output_shape):
            if logits != (None, 1):
                raise ValueError(f"The discriminator must return logits (n, 1), got {logits}.")
        check_logits("discriminator", self.discriminator)
        for penalty in self.penalties:
            penalty.check(self.discriminator)


def gradient_difference(images, truth):
    """The gradient difference loss (equation 6, alpha 1): a mean over pixels.

    Args:
        images: tensor (n, height, width, channels).
        truth: tensor of the same shape.
    """
    down = [ops.abs(each[:, 1:] - each[:, :-1]) for each in (images, truth)]
    right = [ops.abs(each[:, :, 1:] - each[:, :, :-1]) for each in (images, truth)]
    return sum(ops.mean(ops.abs(of_images - of_truth)) for of_images, of_truth in (down, right))


def _scales(truth, predictions):
    """The truth at the scales of predictions, by averages of pixels."""
    return [
        truth
        if truth.shape[1] == each.shape[1]
        else ops.average_pool(truth, *[truth.shape[1] // each.shape[1]] * 2)
        for each in predictions
    ]
