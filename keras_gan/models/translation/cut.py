"""One-sided translation by contrastive learning of patches (Park et al. 2020)."""

from collections.abc import Sequence
from functools import partial

import keras
from keras import ops

from keras_gan import networks
from keras_gan.arguments import check_count
from keras_gan.augmentations.mirroring import mirror
from keras_gan.game.averaging import Averaging
from keras_gan.game.player import Player
from keras_gan.models.translation.adversarial import AdversarialTranslation
from keras_gan.objectives.contrastive import patch_nce
from keras_gan.tasks.custom_networks import check_layers


@keras.saving.register_keras_serializable("keras_gan")
class CUT(Averaging, AdversarialTranslation):
    """Translation from A to B learned without pairs and without the way back (Park et al. 2020).

    In place of CycleGAN's cycle, a patch of a translation has to be recognized as that of the same place in
    its source, among other patches of it: the first half of the generator is an encoder of patches, small
    heads compare them (`objectives.contrastive.patch_nce`, section 3.2). With the least squares objective,
    the generator minimizes

        E (D(G(a)) - 1)^2 + [PatchNCE(G(a), a) + PatchNCE(G(b), b)] / 2

    (equation 5; the half as in the authors' code), the discriminator half of its own objective. `FastCUT` has
    no second term of b, a weight of 10 and equivariance to mirroring, and takes less time and memory.
    Adam at 2e-4 with beta_1 0.5, batches of 1; the rate falls linearly to zero over the second half of 400
    epochs (FastCUT: the last 50 of 200), for which `compile` is given a
    `keras_gan.schedules.ConstantThenLinear`. One generator and one discriminator instead of two of each.

    Deviations from the authors' code: the generator changes size by strided convolutions (`networks.resnet`),
    not by filters against aliasing, and its weights are drawn from N(0, 0.02).

    Args:
        generator: a built model from images of A to images of B. The paper's ResNet of nine blocks if None.
        discriminator: a built model from images of B to logits. The paper's PatchGAN if None.
        heads: a built model from the features of the layers, each (n, places, channels), to vectors of length
            1, as `networks.cut.heads`; that if None.
        features: names of the generator's layers whose outputs are compared.
        places: places that are compared in each layer, drawn anew for each batch.
        contrast_weight: weight of the contrastive loss, the paper's lambda.
        identity: whether images of B are compared with their translations too.
        equivariant: whether a source may be mirrored before it is translated, and is compared unmirrored.
        temperature: of the contrastive loss, the paper's tau.
        adversarial_weight: weight of the objective's generator loss; 2 because of the half in
            `objectives.LeastSquares`, which the paper does not have for generators.
        ema: decay, in (0, 1), of a moving average of the generator's weights, which `translate` and export
            then use; None, as in the paper, for no average.
        image_shape: as in `AdversarialTranslation`.
        objective: as in `AdversarialTranslation`.
        penalties: as in `AdversarialTranslation`.
        jittered: as in `AdversarialTranslation`.
        scales: as in `AdversarialTranslation`.
        seed: as in `AdversarialTranslation`.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    horses, zebras = keras_gan.data.arrays("horse2zebra", image_size=128)
    model = keras_gan.FastCUT(image_shape=(128, 128, 3), seed=0)
    model.compile()
    model.fit(horses, zebras, epochs=200)
    zebras = model.translate(horses[:4])
    ```
    """

    aligned = False
    averaged = ("generator",)

    features: Sequence[str] = ("padded", "halved_1", "halved_2", "block_1", "block_5")
    places: int = 256
    contrast_weight: float = 1.0
    identity: bool = True
    equivariant: bool = False
    temperature: float = 0.07
    adversarial_weight: float = 2.0
    objective = "least_squares"

    def __init__(
        self,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        heads: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        if min(self.contrast_weight, self.adversarial_weight) < 0.0 or self.temperature <= 0.0:
            raise ValueError(
                "contrast_weight and adversarial_weight must not be negative, temperature positive, got "
                f"{self.contrast_weight}, {self.adversarial_weight} and {self.temperature}."
            )
        check_count("places", self.places, least=2)
        channels = self.image_shape[-1]
        self.generator = generator or networks.resnet.generator((None, None, channels))
        self.discriminator = discriminator or networks.patchgan.discriminator(channels)
        self.check_networks(
            {"generator": self.generator}, {"discriminator": self.discriminator}, channels
        )
        check_layers("generator", self.generator, self.features, "resnet")
        compared = [self.generator.get_layer(name).output for name in self.features]
        self.heads = heads or networks.cut.heads([each.shape[-1] for each in compared])
        # As a function: the model is no part of this one, whose generator holds the weights.
        self._encode = partial(keras.Model.__call__, keras.Model(self.generator.inputs, compared))
        self.start_averages()
        self.players = [
            Player(
                "discriminator",
                [self.discriminator],
                self.discriminator_loss,
                self.default_optimizer,
                after_update=lambda applied: self.after_discriminators([self.discriminator]),
            ),
            Player(
                "generator",
                [self.generator, self.heads],
                self.generator_loss,
                self.default_optimizer,
                after_update=self.update_averages,
                generate=self.translations,
                parts=("adversarial", "contrast"),
            ),
        ]
        self.built = True

    @property
    def generators(self):
        return {"AtoB": self.trained("generator")}

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    # The game.

    def prepare(self, images_a, images_b):
        """Both images, jittered or scaled, and whether each source is mirrored before its translation."""
        batch = super().prepare(images_a, images_b)
        if self.equivariant:
            batch["mirrored"] = self.uniform((ops.shape(images_a)[0],)) < 0.5
        return batch

    def translations(self, images_a, images_b, mirrored=None):
        """Translations of a batch, and with `identity` those of images of B."""
        sources = images_a if mirrored is None else mirror(images_a, mirrored)
        generated = self.generator(sources, training=True)
        return (
            (generated, self.generator(images_b, training=True)) if self.identity else (generated,)
        )

    def discriminator_loss(self, generated, images_a, images_b, mirrored=None):
        """Half the discriminator's loss on images of B and on translations."""
        return self.critic_loss(self._critic, images_b, generated[0]) / 2.0

    def generator_loss(self, generated, images_a, images_b, mirrored=None):
        """To be taken for B, and to keep at each place what was there."""
        fakes, *same = generated
        contrast = self.contrast(fakes, images_a, mirrored)
        if same:
            contrast = (contrast + self.contrast(same[0], images_b)) / 2.0
        parts = {
            "adversarial": self.adversarial_loss(self._critic, images_b, fakes),
            "contrast": contrast,
        }
        loss = self.adversarial_weight * parts["adversarial"]
        return loss + self.contrast_weight * contrast, parts

    def contrast(self, images, sources, mirrored=None):
        """PatchNCE of images and their sources, a mean over the layers; of mirrored images, mirrored back."""
        queries, keys = self._encode(images, training=True), self._encode(sources, training=True)
        if mirrored is not None:
            queries = [mirror(each, mirrored) for each in queries]
        pairs = [self._at_places(*pair) for pair in zip(queries, keys, strict=True)]
        queries, keys = (self.heads(list(each), training=True) for each in zip(*pairs, strict=True))
        losses = [
            patch_nce(query, ops.stop_gradient(key), self.temperature)
            for query, key in zip(queries, keys, strict=True)
        ]
        return sum(losses) / len(losses)

    def _at_places(self, *maps):
        """Rows (n, places, channels) of feature maps of one size, at places that are the same in all."""
        _, height, width, _ = maps[0].shape
        # One draw for the whole batch, and so for all replicas.
        numbers = keras.random.uniform((height * width,), seed=self.seed_generator)
        chosen = ops.argsort(numbers)[: self.places]
        flat = [ops.reshape(each, (-1, height * width, each.shape[-1])) for each in maps]
        return [ops.take(each, chosen, axis=1) for each in flat]

    def _critic(self, images):
        return self.discriminator(images, training=True)


@keras.saving.register_keras_serializable("keras_gan")
class FastCUT(CUT):
    """CUT without translations of B, and with a stronger contrast (Park et al. 2020, appendix C.1).

    A weight of 10 for the contrastive loss instead of 1, no identity, and equivariance to mirroring. The rate
    falls linearly over the last 50 of 200 epochs.

    Args and methods as in `CUT`.

    Example:

    ```python
    model = keras_gan.FastCUT(image_shape=(128, 128, 3), seed=0)
    ```
    """

    contrast_weight = 10.0
    identity = False
    equivariant = True
