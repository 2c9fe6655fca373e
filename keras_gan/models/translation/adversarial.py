"""Adversarial translation: the part of the game that Pix2Pix, CycleGAN and their kin share."""

from operator import ge

from keras import ops

from keras_gan.augmentations.jitter import jitter
from keras_gan.game.adversaries import Adversaries
from keras_gan.modalities.images import to_network
from keras_gan.tasks.custom_networks import check_logits, check_takes, check_translator
from keras_gan.tasks.translation import Translation


class AdversarialTranslation(Adversaries, Translation):
    """A game between generators that translate images and discriminators.

    Subclasses set their networks and `players`, and define `generators`.

    `fit(images_a, images_b)` takes images of A and of B, uint8 or floats in [-1, 1], (n, *image_shape), or of
    any size for `scales`; or a dataset of batches (A, B). For a model of pairs, the i-th of B belongs to the
    i-th of A. For any other there may be more or fewer, and each domain has an order of its own: an epoch
    goes through the larger one, and the smaller begins again, in another order, when it ends.

    Args:
        image_shape: (height, width, channels) of the training images of both domains.
        objective: as in `keras_gan.game.adversaries.Adversaries`.
        penalties: as in `keras_gan.game.adversaries.Adversaries`.
        jittered: whether training images are enlarged to 286/256 of their size, cropped and mirrored at
            random, as in Isola et al. 2017, section 6.2.
        scales: (smallest, largest) in pixels: instead of that, training images, of any size, are scaled at
            random so that their shorter side lies between these, cropped to `image_shape` and mirrored; for
            a model that is to translate pictures of all sizes. None for `jittered`.
        seed: seed of the training's random numbers.
        name: name of the model.
    """

    default_batch_size = 1  # the paper's

    jittered: bool = True
    scales: tuple[int, int] | None = None

    def __init__(self, **settings):
        super().__init__(**settings)
        if self.scales is not None:
            self.scales = tuple(self.scales)
            side = min(self.image_shape[:2])
            if len(self.scales) != 2 or not side <= self.scales[0] <= self.scales[1]:
                raise ValueError(
                    f"scales must be (smallest, largest) sides of at least {side} pixels, or None, got "
                    f"{self.scales}."
                )

    @property
    def scale(self):
        """`scales`, where the model has learned a range."""
        return self.scales or super().scale

    def prepare(self, images_a, images_b):
        """Images of A and B as floats in [-1, 1], jittered or scaled; pairs alike."""
        batch = {"images_a": to_network(images_a), "images_b": to_network(images_b)}
        if not self.jittered and self.scales is None:
            return batch
        numbers = None
        for name, images in batch.items():
            if numbers is None or not self.aligned:
                numbers = self.uniform((ops.shape(images)[0], 3 if self.scales is None else 4))
            scaling = () if self.scales is None else self._scaling(images, numbers[:, 3])
            batch[name] = jitter(images, numbers[:, :2], numbers[:, 2] < 0.5, *scaling)
        return batch

    def _scaling(self, images, numbers):
        """The factors of images, by numbers in [0, 1), and the size of their crops."""
        smallest, largest = self.scales
        sides = smallest + ops.floor(numbers * (largest - smallest + 1.0))
        return sides / min(images.shape[1:3]), self.image_shape[:2]

    def check_shape(self, shape, domain):
        """Raise a ValueError if images of a shape, of the domain A or B, are too small for their crops."""
        if self.scales is None:
            super().check_shape(shape, domain)
        elif not self._can_crop(*shape[1:]):
            raise ValueError(
                f"The model takes images from which {self.image_shape} can be cropped where their shorter "
                f"side is scaled to {self.scales[0]} pixels, got {shape} of {domain}."
            )

    def _can_crop(self, height, width, channels):
        factor = self.scales[0] / max(1, min(height, width))
        sizes = round(height * factor), round(width * factor), channels
        return channels == self.image_shape[2] and all(map(ge, sizes, self.image_shape))

    def check_networks(self, generators, discriminators, discriminator_channels):
        """Raises a ValueError if the networks do not fit together.

        Args:
            generators: the generators of the model, by the name of the argument.
            discriminators: its discriminators, by the name of the argument.
            discriminator_channels: channels of a discriminator's input.
        """
        for name, network in generators.items():
            check_translator(name, network, self.image_shape)
        for name, network in discriminators.items():
            check_takes(name, network, (*self.image_shape[:2], discriminator_channels))
            check_logits(name, network)
