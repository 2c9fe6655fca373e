"""Unpaired translation with attention and adaptive layer-instance normalization (Kim et al. 2020)."""

from functools import partial

import keras
import numpy as np
from keras import ops

from keras_gan import networks
from keras_gan.batching import in_batches
from keras_gan.modalities.images import check, resize, to_network
from keras_gan.models.translation.cyclegan import CycleGAN
from keras_gan.penalties.weight_decay import squared_weights
from keras_gan.tasks.custom_networks import check_kind, check_takes, shapes_of, warn_of_range


@keras.saving.register_keras_serializable("keras_gan")
class UGATIT(CycleGAN):
    """CycleGAN whose networks attend to what tells domains apart, and may change shapes (Kim et al. 2020).

    Class activation maps show each network where the domains differ; AdaLIN lets the generators choose how
    much of the source's layout they keep (`networks.ugatit`). With the least squares objective on images, of
    a global and a local discriminator, and on the logits of their class activation, the generators minimize

        adversarial + 10 (cycle + identity) + 1000 cam

    (section 2.2), in which cam is the cross-entropy of their own class activation: images of the source
    domain are 1, those of the target domain 0. The discriminators update first, on the same images. Adam at
    1e-4 with beta_1 0.5, weights decayed by 1e-4, batches of 1; the rate falls linearly to zero over the
    second half of a million steps (`keras_gan.schedules.ConstantThenLinear`).

    Deviations from the authors' PyTorch code: the variances of AdaLIN are biased ones; the class activation
    of discriminators weighs channels by normalized weights, as in their TensorFlow code. The generators are
    those that the authors call light, for pictures of any size; for the full ones give networks made with
    `light=False`.

    Args:
        generator_ab: a built model from images of A to [images of B, logits (n, 2), attention], as
            `networks.ugatit.generator`; that if None.
        generator_ba: one from B to A.
        discriminator_a: a built model from images of A to logits, any number of outputs; that of
            `networks.ugatit` if None.
        discriminator_b: one of B.
        cam_weight: weight of the generators' class activation loss.
        weight_decay: weight of half the squared weights of the player, in the loss, as Adam of PyTorch has.
        adversarial_weight: as in `CycleGAN`.
        cycle_weight: as in `CycleGAN`.
        identity_weight: as in `CycleGAN`.
        pool_size: as in `CycleGAN`; 0 in the paper.
        discriminator_steps: as in `CycleGAN`.
        ema: as in `CycleGAN`.
        image_shape: as in `CycleGAN`.
        objective: as in `CycleGAN`.
        penalties: as in `CycleGAN`.
        jittered: as in `CycleGAN`.
        scales: as in `CycleGAN`.
        seed: as in `CycleGAN`.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    model = keras_gan.UGATIT(image_shape=(64, 64, 3), seed=0)
    model.compile()
    model.fit(faces, drawings, epochs=100)
    drawn, where = model.translate(faces[:4]), model.attention(faces[:4])
    ```
    """

    identity_weight = 1.0
    pool_size = 0
    cam_weight: float = 1000.0
    weight_decay: float = 1e-4

    def __init__(self, *args, **settings):
        super().__init__(*args, **settings)
        if min(self.cam_weight, self.weight_decay) < 0.0:
            raise ValueError(
                "cam_weight and weight_decay must not be negative, got "
                f"{self.cam_weight} and {self.weight_decay}."
            )
        views = {
            direction: keras.Model(network.inputs, network.outputs[0])
            for direction, network in self._whole().items()
        }
        # As a function: the views are no parts of this model, whose generators hold the weights.
        self._views = lambda: views

    def default_generator(self, image_shape):
        """The paper's light generator."""
        return networks.ugatit.generator((None, None, image_shape[-1]))

    def default_discriminator(self, image_shape):
        """The paper's discriminators, global and local."""
        return networks.ugatit.discriminator(image_shape)

    def default_optimizer(self):
        """Adam at 1e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(1e-4, beta_1=0.5)

    @property
    def generators(self):
        return self._views()

    def _whole(self):
        """The generators with all their outputs."""
        return super().generators

    def attention(self, images: np.ndarray, direction: str | None = None) -> np.ndarray:
        """Where a generator sees what tells the domains apart: heat maps.

        Args:
            images: uint8, or floats in [-1, 1], (n, *image_shape).
            direction: "AtoB" or "BtoA"; "AtoB" if None.

        Returns:
            uint8 (n, height, width): 0 where it is least, 255 where it is largest in the image.

        Raises:
            ValueError: on images of another shape, type or range, or no such direction.
        """
        if check(images).shape[1:] != self.image_shape:
            raise ValueError(f"images must be (n, {str(self.image_shape)[1:]}, got {images.shape}.")
        network, maps = self._whole()[self.check_direction(direction)], []
        for rows in in_batches(len(images), 16):
            found = network.predict_on_batch(np.asarray(to_network(images[rows])))[2]
            least, most = (f(found, axis=(1, 2), keepdims=True) for f in (np.min, np.max))
            found = 255.0 * (found - least) / np.maximum(most - least, 1e-12)
            maps += [
                resize(np.uint8(np.rint(each)), self.image_shape[:2])[..., 0] for each in found
            ]
        return np.stack(maps)

    # The game.

    def translations(self, images_a, images_b):
        """Translations of a batch by both generators, with the logits of their class activation.

        Returns:
            "fakes", "cycled" and "same": images of A and of B; "sources" and "targets": the logits (n, 2) of
            both generators for images of the domain that they translate from, and to.
        """
        to_a, to_b = (
            partial(network, training=True) for network in (self.generator_ba, self.generator_ab)
        )
        (fake_a, source_b, _), (fake_b, source_a, _) = to_a(images_b), to_b(images_a)
        (same_a, target_a, _), (same_b, target_b, _) = to_a(images_a), to_b(images_b)
        return {
            "fakes": (fake_a, fake_b),
            "cycled": (to_a(fake_b)[0], to_b(fake_a)[0]),
            "same": (same_a, same_b),
            "sources": (source_b, source_a),
            "targets": (target_a, target_b),
        }

    def discriminator_loss(self, generated, images_a, images_b):
        """The paper's loss of all discriminators, which is twice that of `CycleGAN`, and the decay."""
        loss = super().discriminator_loss(generated["fakes"], images_a, images_b)
        return 2.0 * loss + self._decay(self.discriminator_a, self.discriminator_b)

    def generator_loss(self, generated, images_a, images_b):
        """The loss of `CycleGAN`, the class activation of both generators, and the decay."""
        images = *generated["fakes"], *generated["cycled"], *generated["same"]
        images = images if self.identity_weight else images[:4]
        loss = super().generator_loss(images, images_a, images_b)
        cam = sum(ops.mean(ops.softplus(-logits)) for logits in generated["sources"])
        cam += sum(ops.mean(ops.softplus(logits)) for logits in generated["targets"])
        return loss + self.cam_weight * cam + self._decay(self.generator_ab, self.generator_ba)

    def _decay(self, *players):
        return self.weight_decay * squared_weights(*players)

    def check_networks(self, generators, discriminators, discriminator_channels):
        super().check_networks({}, discriminators, discriminator_channels)
        for name, network in generators.items():
            check_kind(name, network)
            found = shapes_of(network.output_shape)
            if len(found) != 3 or found[1][1:] != (2,):
                raise ValueError(
                    f"The {name} must have three outputs, images, logits (n, 2) and attention, as those of "
                    f"networks.ugatit; got {found}."
                )
            view = keras.Model(network.inputs, network.outputs[0])
            check_takes(name, view, self.image_shape)
            warn_of_range(name, view)
