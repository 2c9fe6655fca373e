"""Images told by sounds: what they show by what is heard, its size by how loud (Wan et al. 2018)."""

from dataclasses import replace

import keras
import numpy as np
from keras import ops

from keras_gan import networks
from keras_gan.arguments import check_count, check_shape
from keras_gan.conditions import Sounds
from keras_gan.modalities import audio
from keras_gan.modalities.images import check, to_network, to_people
from keras_gan.models.conditional.encoded import EncodedGAN
from keras_gan.models.conditional.loudness import at_gain, limited, scaled
from keras_gan.tasks.custom_networks import check_outputs

DISTINCT = 8.0  # dB between gains of one class that make a pair of sound and image wrong


@keras.saving.register_keras_serializable("keras_gan")
class AudioToScene(EncodedGAN):
    """Sound to image by a projection discriminator of spectral norms 1 (Wan, Chuang and Lee 2018).

    With c the vector of a sound, v(x) features of an image, and A a matrix, the discriminator is
    D(x, c) = w.v(x) + b + (A c).v(x) (Miyato and Koyama 2018), with the hinge loss:

        L_D = max(0, 1 - D(x, c)) + [max(0, 1 + D(G(z, c), c)) + max(0, 1 + D(x, c'))] / 2
        L_G = -D(G(z, c), c)

    where c' is of another sound, which is wrong for the image. With `auxiliary_classes` the discriminator
    also learns the classes of real images, and the generator that its images are taken for those of their
    sounds: the cross-entropies are added.

    **Pairs** are made in each step. A sound goes with any image whose row has the same label. All sounds are
    brought to one loudness (`loudness.LEVEL`), else that of a speaker would be a label, then to a random gain
    g from -24 to 0 dB, and the image is made s = 1/2 + 1/2 (g + 24) / 24 times as large about its center, on
    black: the louder, the larger. Wrong is a sound of another label, or of the same at a gain that differs by
    8 dB or more, for half of the images if there is one. Where images are generated, sounds that are louder
    or quieter than all of the training count as loud as the loudest or quietest of these.

    **Encoders.** Each player has one of its own: the generator's `encoder`, which `generate` and exports use,
    and the discriminator's `listener`. Each learns from its player's loss alone: if the generator's loss
    trained what the discriminator hears by, it could make all sounds alike.

    Deviations from the paper, as its authors' code has it: those of `GAN` and of `networks.audio_to_scene`;
    the encoders, where theirs is a SoundNet that was trained before and stays as it is; the latents, of which
    theirs has none, so that a sound gives one image; wrong pairs, which theirs reads but does not use; one
    update of each player, where theirs makes five of the generator (`generator_steps=5`); the auxiliary
    classifier is an option; sizes by loudness, where theirs re-scales sounds alone.

    Args:
        generator: a built model from [latents, vectors of sounds] to images;
            `networks.audio_to_scene.generator` if None.
        discriminator: a built model from [images, vectors of sounds] to logits (n, 1), or with
            `auxiliary_classes` to [logits, class logits]; `networks.audio_to_scene.discriminator` if None.
        encoder: a built model from sounds (n, samples) to vectors (n, width) for the generator;
            `networks.audio_to_scene.encoder` if None.
        listener: another one for the discriminator.
        rate: samples of a sound per second.
        seconds: length of a sound.
        gain_range: dB between the quietest and the loudest sounds of the training; 0 for all at one loudness.
        smallest: size of the image of the quietest sound, in (0, 1]; 1 for images that stay as they are.
        wrong_pairs: whether the discriminator is shown wrong sounds.
        auxiliary_classes: number of labels that the discriminator learns; None for none.
        generator_steps: updates of the generator in a training step.
        **kwargs: as in `GAN`, without `num_classes`.

    Raises:
        ValueError: as `GAN`, and on encoders that do not fit, or settings out of range.

    Example:

    ```python
    images, sounds, digits = keras_gan.data.arrays("spoken_mnist")
    gan = keras_gan.AudioToScene(ema=0.999, seed=0)
    gan.compile()
    gan.fit(images, (sounds, digits), batch_size=64, epochs=300)
    gan.generate(8, sound="seven.wav")
    ```

    `fit` takes images (n, height, width, channels), or (n, k, ...), k for each sound, of which one is drawn
    at a time; sounds (n, samples) as floats in [-1, 1] or int16, or paths of WAV files (n,); and, if they are
    known, labels: integers (n,), equal where any of the images goes with any of the sounds. Without them an
    image goes with the sound of its row alone.
    """

    columns = ("images", "sounds", "labels")
    averaged = ("generator", "encoder")
    image_shape = (28, 28, 1)
    objective = "hinge"

    rate: int = 8000
    seconds: float = 1.0
    gain_range: float = 24.0
    smallest: float = 0.5
    auxiliary_classes: int | None = None
    generator_steps: int = 1

    def __init__(
        self,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        encoder: keras.Model | None = None,
        listener: keras.Model | None = None,
        **settings,
    ):
        super().__init__(generator, discriminator, **settings)
        self.encoder = encoder or self._default_encoder("encoder")
        self.listener = listener or self._default_encoder("listener")
        for name, network in (("encoder", self.encoder), ("listener", self.listener)):
            self.check_encoder(name, network, self.condition.shape)
        self.start_averages(["encoder"])
        of_discriminator, of_generator = self.players
        self.players = [
            replace(of_discriminator, layers=[*of_discriminator.layers, self.listener]),
            replace(
                of_generator,
                layers=[*of_generator.layers, self.encoder],
                updates=check_count("generator_steps", self.generator_steps),
            ),
        ]

    @property
    def condition(self):
        """The sounds that the model takes."""
        return Sounds(self.rate, self.seconds)

    def default_generator(self, image_shape):
        """`networks.audio_to_scene.generator`."""
        return networks.audio_to_scene.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.audio_to_scene.discriminator`."""
        return networks.audio_to_scene.discriminator(image_shape, classes=self.auxiliary_classes)

    def default_optimizer(self):
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def _default_encoder(self, name):
        (samples,), width = self.condition.shape, self.vector_width
        return networks.audio_to_scene.encoder(samples, self.rate, vector_width=width, name=name)

    # The algorithm.

    def size(self, gain):
        """Size, as a fraction, of the image of a sound at a gain in dB, a number or a tensor."""
        return 1.0 + (1.0 - self.smallest) * gain / (self.gain_range or 1.0)

    def prepare(self, images, sounds, labels=None):
        """Pairs of images and sounds: sounds at random gains, and images of their labels in their sizes.

        With them come the places `wrong` (n,) of other sounds of the batch, and whether these `contradict`
        (n, 1) the image.
        """
        num = ops.shape(images)[0]
        of_row = ops.arange(num) if labels is None else labels
        same = of_row[:, None] == of_row[None]
        images, own = self._drawn(images, same), {} if labels is None else {"labels": labels}
        gains = self.gain_range * (self.uniform((num,)) - 1.0)
        distant = ops.abs(gains[:, None] - gains[None]) >= DISTINCT
        contradict = ~same | distant
        other_gain = same & (self.uniform((num,)) < 0.5)[:, None]
        preferred = self.uniform((num, num)) + ops.cast(other_gain, keras.config.floatx())
        return {
            "images": scaled(to_network(images), self.size(gains)),
            "sounds": at_gain(audio.to_network(sounds), gains),
            "wrong": ops.argmax(ops.where(contradict, preferred, -1.0), axis=1),
            "contradict": ops.any(contradict, axis=1, keepdims=True),
            **own,
        }

    def _drawn(self, images, same):
        """An image for each row: of a row that is the `same` (n, n), and of its k images."""
        num = ops.shape(images)[0]
        images = ops.reshape(images, (num, -1, *self.example_shape))
        rows = ops.argmax(ops.where(same, self.uniform((num, num)), -1.0), axis=1)
        each = images.shape[1]
        chosen = ops.cast(ops.floor(self.uniform((num,)) * each), rows.dtype)
        return ops.take(
            ops.reshape(images, (-1, *self.example_shape)), rows * each + chosen, axis=0
        )

    def fakes(self, images, sounds, **others):
        """Generated images, one for each of the sounds."""
        return super().fakes(images, self.encoder(sounds, training=True))

    def discriminator_loss(self, fakes, images, sounds, wrong, contradict, labels=None):
        """Loss of the discriminator: right, generated and wrong pairs, classes, and the penalties."""
        vectors = self.listener(sounds, training=True)
        others = ops.take(vectors, wrong, axis=0)
        return self.pair_loss(fakes, images, (vectors, labels), (others, labels), contradict)

    def generator_loss(self, fakes, images, sounds, labels=None, **others):
        """Loss of the generator: its objective, and the classes of its images."""
        told = self.listener(sounds, training=True), labels
        return super().generator_loss(fakes, images, told)

    def discriminator_regularizer(self, images, sounds, labels=None, **others):
        """Sum of the lazy penalties, those of `every` > 1; see `keras_gan.penalties`."""
        told = self.listener(sounds, training=True), labels
        reals, fakes = self.shown(self.reals(images)), self.shown(self.fakes(images, sounds))
        return self.penalty(reals, fakes, told, lazy=True)

    def discriminator_inputs(self, examples, told):
        """The inputs of the discriminator: examples, and the vectors of (vectors, labels)."""
        return [examples, told[0]]

    def auxiliary_loss(self, outputs, told, generated):
        """The cross-entropy of the discriminator's class logits, if it has any."""
        if not outputs:
            return 0.0
        (classes,) = outputs
        return ops.mean(ops.sparse_categorical_crossentropy(told[1], classes, from_logits=True))

    # Data, checks and use.

    def vectors(self, conditions, training=False):
        return super().vectors(limited(conditions, self.gain_range), training=training)

    def pairs(self, images, sounds, seed=0):
        """Pairs of images and sounds as the training makes them, to measure a model by.

        Args:
            images: uint8 (n, k, height, width, channels), k of each sound.
            sounds: (n, samples) as `fit` takes them.
            seed: of the gains.

        Returns:
            Images, uint8 (n k, height, width, channels), and as many sounds, float32 (n k, samples):
            `keras_gan.evaluation.evaluate(model, model.pairs(images, sounds), ["fid"], features=...)`.
        """
        num, each = images.shape[:2]
        gains = self.gain_range * (np.random.default_rng(seed).random(num * each, "float32") - 1.0)
        images = to_network(images.reshape(-1, *images.shape[2:]))
        sounds = np.repeat(audio.to_floats(sounds), each, axis=0)
        images, sounds = scaled(images, self.size(gains)), at_gain(sounds, gains)
        return to_people(ops.convert_to_numpy(images)), ops.convert_to_numpy(sounds)

    def complete(self, columns):
        """The columns, with sounds as networks take them where people give paths, int16 or other lengths."""
        sounds = columns.get("sounds")
        if sounds is None or (sounds.dtype.kind, sounds.shape[1:]) == ("f", self.condition.shape):
            return columns
        return {**columns, "sounds": self.condition.check(list(sounds), len(sounds))}

    def check_data(self, images, sounds=None, labels=None):
        """Raise a ValueError if images, sounds or labels do not suit the networks."""
        images = np.reshape(images, (-1, *images.shape[2:])) if images.ndim == 5 else images
        check_shape(images, self.example_shape)
        check(images)
        if sounds is None:
            raise ValueError(
                "sounds must be given: samples (n, samples), or paths of WAV files (n,)."
            )
        if sounds.shape[1:] != self.condition.shape:
            raise ValueError(f"sounds must be (n, {self.condition.shape[0]}), got {sounds.shape}.")
        if not np.any(audio.check(sounds, "sounds"), axis=1).all():
            raise ValueError("sounds must not be silent: one has no sample other than 0.")
        if labels is None:
            if self.auxiliary_classes is not None:
                raise ValueError("labels must be given, as auxiliary_classes is.")
            return
        if labels.ndim != 1 or labels.dtype.kind not in "iu":
            raise ValueError(f"labels must be integers (n,), got {labels.dtype} {labels.shape}.")
        classes = self.auxiliary_classes
        if classes is not None and not 0 <= labels.min() <= labels.max() < classes:
            raise ValueError(
                f"labels must be 0 to {classes - 1}, got {labels.min()} to {labels.max()}."
            )

    def columns_of(self, source):
        images, sounds, labels = source.images_and_sounds(self.example_shape)
        return self.complete({"images": images, "sounds": sounds, "labels": labels})

    def check_networks(self):
        super().check_networks()
        classes = [] if self.auxiliary_classes is None else [(None, self.auxiliary_classes)]
        check_outputs("discriminator", self.discriminator, [(None, 1), *classes], "audio_to_scene")

    def check_settings(self):
        super().check_settings()
        if self.gain_range < 0.0 or not 0.0 < self.smallest <= 1.0:
            raise ValueError(
                "gain_range must not be negative and smallest must lie in (0, 1], got "
                f"{self.gain_range} and {self.smallest}."
            )

    @classmethod
    def usage(cls, name, arguments=None):
        loaded, _ = super().usage(name, arguments).rsplit("\n", 1)
        return f'{loaded}\nimages = model.generate(8, seed=1, sound="seven.wav")'

    @classmethod
    def commands(cls, name, arguments=None):
        return [f"keras-gan generate {name} --sound seven.wav", f"keras-gan export {name} models"]
