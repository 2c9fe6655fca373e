"""Images told by texts, by a discriminator that knows wrong texts (Reed et al. 2016)."""

import keras
from keras import ops

from keras_gan import networks
from keras_gan.arguments import check_shape
from keras_gan.augmentations.mirroring import mirror
from keras_gan.game.player import Player
from keras_gan.modalities.images import check, to_network
from keras_gan.models.conditional.encoded import EncodedGAN
from keras_gan.tasks.custom_networks import check_layers
from keras_gan.tasks.texts import OfTexts

MATCHING, ADVERSARIAL = "matching", "adversarial"
TEMPERATURE = 0.1  # of the cosines of images and texts
STATISTICS = ["text_mean", "text_log_deviation"]


@keras.saving.register_keras_serializable("keras_gan")
class GANCLS(EncodedGAN, OfTexts):
    """Text to image by a matching-aware discriminator, GAN-CLS and GAN-INT (Reed et al. 2016).

    The discriminator is shown three kinds of pairs: an image with its text h, a generated image with the text
    it was generated for, and an image with a text h' of another one, which is wrong (algorithm 1):

        L_D = -log D(x, h) - [log(1 - D(G(z, h), h)) + log(1 - D(x, h'))] / 2

    Without the last kind it need not look at the text. Where h' happens to be right for the image, its
    generated pair counts in the place of the wrong one. The generator minimizes -log D(G(z, h), h) and, for
    the mean of two texts' vectors, the same once more (GAN-INT, section 4.3).

    Texts become vectors by `encoder`, which is trained first, by the phase "matching": a text is to be closer
    to its image, as `image_encoder` sees it, than to the others of the batch, and the other way around. In
    the phase "adversarial" it stays as it is.

    Deviations from the paper: those of `GAN`; words in place of characters, and the cross-entropy of
    similarities at temperature 0.1 in place of the structured joint embedding (Reed et al. 2016b); the wrong
    pair has a wrong text, as in algorithm 1, where the authors' code takes a wrong image; a text for each
    image, where the code averages the vectors of four. The rate is not halved every 100 epochs, which a
    schedule for `compile` does.

    Args:
        generator: a built model from [latents, vectors of texts] to images; the paper's if None.
        discriminator: a built model from [images, vectors of texts] to logits (n, 1); the paper's if None.
        encoder: a built model from word numbers (n, length) to vectors (n, width) of length sqrt(width);
            `networks.text.encoder` if None.
        image_encoder: a built model from images to such vectors; `networks.text.image_encoder` if None.
        vocabulary: as in `keras_gan.tasks.texts.OfTexts`.
        text_length: as in `keras_gan.tasks.texts.OfTexts`.
        shown_texts: as in `keras_gan.tasks.texts.OfTexts`.
        mirrored: whether half of the training images are mirrored left to right.
        wrong_pairs: whether the discriminator is shown wrong texts; if False, it is a plain conditional GAN.
        interpolation: weight of the generator's loss on means of two texts; 0 without, as in GAN-CLS.
        conditioning_augmentation: weight of the divergence of the text's distribution from N(0, 1), for a
            generator that draws from it (Zhang et al. 2017, equation 2); 0, as in the paper, without.
        **kwargs: as in `GAN`, without `num_classes`.

    Raises:
        ValueError: as `GAN`, and on networks of texts that do not fit together.

    Example:

    ```python
    faces, texts = keras_gan.data.arrays("anime_captions")  # strings (9196, 10)
    known = keras_gan.data.info("anime_captions")
    attributes = known.attributes(texts)  # the colors that each text states
    gan = keras_gan.GANCLS(vocabulary=known.vocabulary, ema=0.999, seed=0)
    gan.compile()
    gan.fit(faces, (texts, attributes), batch_size=64, epochs=10)  # phase "matching"
    gan.begin("adversarial")
    gan.fit(faces, (texts, attributes), batch_size=64, epochs=150)
    gan.generate(8, text="red eyes, blue hair")
    ```

    `fit` takes images (n, height, width, channels), texts as strings (n,) or (n, k), k for each image, of
    which one is drawn at a time, and, if they are known, attributes: integers (n, k, m), the value of each of
    m attributes that the text states, and -1 where it says nothing of it. A text is right for an image if it
    contradicts none of its attributes; without attributes, if it is the very same.
    """

    columns = ("images", "texts", "attributes")
    image_shape = (64, 64, 3)

    mirrored: bool = True
    interpolation: float = 1.0
    conditioning_augmentation: float = 0.0

    def __init__(
        self,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        encoder: keras.Model | None = None,
        image_encoder: keras.Model | None = None,
        **settings,
    ):
        super().__init__(generator, discriminator, **settings)
        words, width = len(self.condition.vocabulary), self.vector_width
        self.encoder = encoder or networks.text.encoder(words, self.text_length, width)
        self.image_encoder = image_encoder or networks.text.image_encoder(self.example_shape, width)
        self.check_encoder("encoder", self.encoder, self.condition.shape)
        self.check_encoder("image_encoder", self.image_encoder, self.example_shape)
        matcher = Player(
            "matcher",
            [self.encoder, self.image_encoder],
            self.matching_loss,
            lambda: keras.optimizers.Adam(1e-3),
        )
        self.phases = {MATCHING: [matcher], ADVERSARIAL: self.players}
        self.begin(MATCHING)

    def default_generator(self, image_shape):
        """`networks.gan_cls.generator`."""
        augmented = self.conditioning_augmentation > 0.0
        return networks.gan_cls.generator(image_shape, augmented=augmented)

    def default_discriminator(self, image_shape):
        """`networks.gan_cls.discriminator`."""
        return networks.gan_cls.discriminator(image_shape)

    def default_optimizer(self):
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    # The algorithm.

    def prepare(self, images, texts, attributes=None):
        """Images, mirrored at random, and a text of each: its words for the matcher, or else its vector.

        With the words come `right` (n, n), whether a text is right for an image; with the vectors those of
        other texts, `wrong`, and whether they `contradict` (n,) the image.
        """
        num = ops.shape(images)[0]
        images = to_network(images)
        if self.mirrored:
            images = mirror(images, self.uniform((num,)) < 0.5)
        texts = ops.reshape(texts, (num, -1, self.text_length))
        chosen = ops.cast(ops.floor(self.uniform((num,)) * texts.shape[1]), "int32")
        tokens = _at(texts, chosen)
        if attributes is None:
            right = ops.all(tokens[:, None] == tokens[None], axis=-1)
        else:
            attributes = ops.reshape(attributes, (num, texts.shape[1], attributes.shape[-1]))
            right = _agree(ops.max(attributes, axis=1), _at(attributes, chosen))
        if self.phase == MATCHING:
            return {"images": images, "texts": tokens, "right": right}
        vectors = ops.cast(self.encoder(tokens, training=False), keras.config.floatx())
        following = ops.roll(ops.arange(num), -1)
        return {
            "images": images,
            "texts": ops.stop_gradient(vectors),
            "wrong": ops.stop_gradient(ops.roll(vectors, -1, axis=0)),
            "contradict": ~ops.take_along_axis(right, following[:, None], axis=1),
        }

    def matching_loss(self, images, texts, right):
        """The cross-entropies of the image for a text, and of the text for an image, among a batch.

        Pairs that are right though they were not drawn together do not count.
        """
        vectors = [self.image_encoder(images, training=True), self.encoder(texts, training=True)]
        vectors = [ops.cast(each, keras.config.floatx()) for each in vectors]
        cosines = ops.matmul(vectors[0], ops.transpose(vectors[1])) / self.vector_width
        similarities = cosines / TEMPERATURE
        places = ops.arange(ops.shape(similarities)[0])
        own = places[:, None] == places[None]
        similarities = ops.where(right & ~own, -1e9, similarities)
        return sum(
            ops.mean(ops.sparse_categorical_crossentropy(places, each, from_logits=True)) / 2.0
            for each in (similarities, ops.transpose(similarities))
        )

    def fakes(self, images, texts, **others):
        """Generated images, one for each of the texts."""
        return super().fakes(images, texts)

    def discriminator_loss(self, fakes, images, texts, wrong, contradict):
        """Loss of the discriminator: right, generated and wrong pairs, and the penalties."""
        return self.pair_loss(fakes, images, texts, wrong, contradict)

    def generator_loss(self, fakes, images, texts, **others):
        """Loss of the generator: its objective for the texts, and for means of two of them."""
        loss = super().generator_loss(fakes, images, texts)
        if self.interpolation:
            half = ops.shape(texts)[0] // 2
            between = (texts[:half] + texts[half : 2 * half]) / 2.0
            generated = self.generator([self.training_latents(half), between], training=True)
            logits = self.discriminate(self.shown(generated), between)[0]
            loss += self.interpolation * self.objective.generator_loss(logits)
        if self.conditioning_augmentation:
            loss += self.conditioning_augmentation * self._divergence(texts)
        return loss

    def discriminator_regularizer(self, images, texts, **others):
        """Sum of the lazy penalties, those of `every` > 1; see `keras_gan.penalties`."""
        return super().discriminator_regularizer(images, texts)

    def _divergence(self, texts):
        """KL of the distributions that texts give from N(0, 1): a sum over width, a mean over texts."""
        outputs = [self.generator.get_layer(name).output for name in STATISTICS]
        mean, log = keras.Model(self.generator.inputs[1], outputs)(texts, training=True)
        mean, log = (ops.cast(each, keras.config.floatx()) for each in (mean, log))
        each = (ops.square(mean) + ops.exp(2.0 * log) - 1.0) / 2.0 - log
        return ops.mean(ops.sum(each, axis=1))

    # Data and checks.

    def check_data(self, images, texts=None, attributes=None):
        """Raise a ValueError if images, texts or attributes do not suit the networks."""
        check_shape(images, self.example_shape)
        check(images)
        if texts is None:
            raise ValueError("texts must be given: strings (n,) or (n, k), k for each image.")
        if texts.ndim not in (2, 3) or texts.shape[-1] != self.text_length:
            raise ValueError(
                f"Word numbers must be (n, {self.text_length}) or (n, k, {self.text_length}), got "
                f"{texts.shape}."
            )
        self.condition.check(texts.reshape(-1, self.text_length), texts.size // self.text_length)
        if attributes is not None and (
            attributes.shape[:-1] != texts.shape[:-1] or attributes.dtype.kind not in "iu"
        ):
            raise ValueError(
                f"attributes must be integers {texts.shape[:-1]} and an axis of attributes, got "
                f"{attributes.dtype} {attributes.shape}."
            )

    def check_settings(self):
        super().check_settings()
        if self.interpolation < 0.0 or self.conditioning_augmentation < 0.0:
            raise ValueError("interpolation and conditioning_augmentation must not be negative.")
        if self.interpolation and self.objective.requires_real:
            raise ValueError(
                "interpolation must be 0 for an objective that compares with real images."
            )
        if self.conditioning_augmentation:
            check_layers("generator", self.generator, STATISTICS, "gan_cls")


def _at(values, chosen):
    """Values (n, k, ...) at one place (n,) each: (n, ...)."""
    return ops.squeeze(ops.take_along_axis(values, chosen[:, None, None], axis=1), axis=1)


def _agree(truths, stated):
    """Whether what each text states (m, attributes) holds of each image (n, attributes): (n, m)."""
    truths, stated = truths[:, None], stated[None]
    return ops.all((truths < 0) | (stated < 0) | (truths == stated), axis=-1)
