"""Tags of images by a classifier that a discriminator of label sets teaches (Tsai and Lee 2018)."""

import keras
from keras import ops

from keras_gan import networks
from keras_gan.augmentations.mirroring import mirror
from keras_gan.game.adversaries import Adversaries
from keras_gan.game.player import Player
from keras_gan.modalities.images import to_network
from keras_gan.tasks import custom_networks
from keras_gan.tasks.labels import check_class_names
from keras_gan.tasks.tagging import Tagging


@keras.saving.register_keras_serializable("keras_gan")
class LabelGAN(Adversaries, Tagging):
    """Multi-label classification as a conditional GAN (Tsai and Lee 2018).

    The classifier is the generator of a set of labels, and a discriminator tells the sets of people from its
    own: it learns which labels go together. The classifier minimizes

        sum over tags of the cross-entropy + adversarial_weight * the adversarial loss

    where it hands its probabilities to the discriminator. These are soft and people's sets are 0 or 1, which
    alone would tell them apart: the discriminator is a Wasserstein critic with a gradient penalty. One that
    sees label sets alone only learns which occur: at a large weight, the classifier gives images the sets of
    others.

    Deviations: the networks, the rates and the weight are this library's, as the paper's are for VGG and
    ResNet on photographs of 80 kinds of objects. Adam at 1e-3 for the classifier, at 2e-4 with beta_1 0.5 for
    the discriminator.

    Args:
        network: a built model from images in [-1, 1] to logits (n, num_tags), with a layer named "features";
            `networks.classifier.classifier` if None.
        discriminator: a built model from tags (n, num_tags), or with `conditional` [tags, features], to
            logits (n, 1); `networks.label_gan.discriminator` if None.
        image_shape: (height, width, channels) for the default network.
        num_tags: number of tags for the default network.
        conditional: whether the discriminator sees the image's features too, as in the paper; it then learns
            which sets belong to an image, not only which occur.
        adversarial_weight: weight of the adversarial loss. With 0 there is no discriminator in the game, and
            what is left is the plain classifier.
        mirrored: whether half of the training images are mirrored left to right.
        objective: as in `keras_gan.game.adversaries.Adversaries`.
        penalties: as in `keras_gan.game.adversaries.Adversaries`.
        tag_names: as in `Tagging`.
        threshold: as in `Tagging`.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    faces, tags = keras_gan.data.arrays("anime_tags")
    names = keras_gan.data.info("anime_tags").classes
    model = keras_gan.LabelGAN(image_shape=(64, 64, 3), num_tags=23, tag_names=names, seed=0)
    model.compile()
    model.fit(faces, tags, epochs=20)
    model.tag(faces[:4])  # [("blue hair", "red eyes"), ...]
    ```
    """

    image_shape: tuple[int, int, int] = (64, 64, 3)
    num_tags: int = 10
    conditional: bool = False
    adversarial_weight: float = 1.0
    mirrored: bool = True
    objective = "wasserstein"
    penalties = ("gradient_penalty",)

    def __init__(
        self,
        network: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        if not self.adversarial_weight >= 0.0:
            raise ValueError(
                f"adversarial_weight must not be negative, got {self.adversarial_weight}."
            )
        self.network = network or networks.classifier.classifier(
            tuple(self.image_shape), self.num_tags, stages=4
        )
        custom_networks.check_kind("network", self.network)
        custom_networks.check_layers("network", self.network, ["features"], "classifier")
        if end := custom_networks.squashing_end(self.network):
            raise ValueError(f"The network must return logits, but ends in a {end}.")
        self.image_shape, self.num_tags = (
            self.network.input_shape[1:],
            self.network.output_shape[-1],
        )
        self.tag_names = check_class_names(self.tag_names, self.num_tags, "tag_names")
        self.feature_network = custom_networks.with_features(self.network)
        width = self.feature_network.output_shape[0][-1] if self.conditional else None
        self.discriminator = discriminator or networks.label_gan.discriminator(self.num_tags, width)
        custom_networks.check_kind("discriminator", self.discriminator)
        wanted = [(None, self.num_tags)] + [(None, width)] * self.conditional
        if (given := custom_networks.shapes_of(self.discriminator.input_shape)) != wanted:
            raise ValueError(f"The discriminator must take {wanted}, got {given}.")
        custom_networks.check_logits("discriminator", self.discriminator)
        for penalty in self.penalties:
            penalty.check(self.discriminator)
        self.players = [
            Player(
                "discriminator",
                [self.discriminator],
                self.discriminator_loss,
                lambda: keras.optimizers.Adam(2e-4, beta_1=0.5),
                after_update=lambda applied: self.after_discriminators([self.discriminator]),
            ),
            Player(
                "classifier",
                [self.network],
                self.classifier_loss,
                lambda: keras.optimizers.Adam(1e-3),
                generate=self.label_sets,
                parts=("classes", "adversarial") if self.adversarial_weight else (),
            ),
        ]
        if self.adversarial_weight == 0.0:
            self.players = self.players[1:]
        self.built = True

    # The game.

    def prepare(self, images, tags):
        """Images as floats in [-1, 1], mirrored, and tags as floats."""
        images = to_network(images)
        if self.mirrored:
            images = mirror(images, self.uniform((ops.shape(images)[0],)) < 0.5)
        return {"images": images, "tags": ops.cast(tags, keras.config.floatx())}

    def label_sets(self, images, tags):
        """Features of a batch of images, and the logits of their tags."""
        found = self.feature_network(images, training=True)
        return tuple(ops.cast(each, keras.config.floatx()) for each in found)

    def discriminator_loss(self, generated, images, tags):
        """The objective of people's label sets and of the classifier's, and the penalties."""
        features, logits = generated
        return self.critic_loss(self._critic(features), tags, ops.sigmoid(logits))

    def classifier_loss(self, generated, images, tags):
        """The cross-entropy, a sum over tags, and to be taken for people's sets."""
        features, logits = generated
        entropies = keras.losses.binary_crossentropy(tags, logits, from_logits=True)
        loss = self.num_tags * ops.mean(entropies)
        if not self.adversarial_weight:
            return loss
        adversarial = self.adversarial_loss(self._critic(features), tags, ops.sigmoid(logits))
        parts = {"classes": loss, "adversarial": adversarial}
        return loss + self.adversarial_weight * adversarial, parts

    def _critic(self, features):
        """The discriminator of sets, which sees the features as they are: they do not learn to please it."""
        features = ops.stop_gradient(features)

        def critic(sets):
            return self.discriminator([sets, features] if self.conditional else sets, training=True)

        return critic
