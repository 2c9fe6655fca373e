"""InfoGAN (Chen et al. 2016)."""

from dataclasses import replace

import keras
import numpy as np
from keras import ops
from scipy.special import ndtri

from keras_gan import networks
from keras_gan.models.images.gan import GAN
from keras_gan.tasks.custom_networks import check_layers, check_outputs


@keras.saving.register_keras_serializable("keras_gan")
class InfoGAN(GAN):
    """A GAN that learns, without labels, codes that mean something (Chen et al. 2016, equation 6).

    Some latents are codes: a category, and numbers ~ U(-1, 1). The discriminator's network also predicts, as
    Q(c | x), the codes of an image, and both players maximize `information` times the lower bound of the
    mutual information between codes and image: E log Q(c | G(z, c)), up to a constant. The categories then
    become classes, the numbers width and slant. Q is a categorical distribution and, for numbers, a normal
    one of variance 1, as in the authors' code for MNIST. Adam has rates of 2e-4 and 1e-3, beta_1 0.5.

    Deviations from the paper: those of `GAN`; latents are N(0, 1) throughout, and turned into codes by the
    generator's first layer, so that they can be drawn and interpolated as in all models.

    Args:
        information: the paper's lambda, 1 for MNIST.
        **kwargs: as in `GAN`, without `num_classes`. The generator has a layer "codes" (`layers.Codes`) after
            its inputs, the discriminator the outputs of `networks.infogan`'s.

    Raises:
        ValueError: as `GAN` does, if `information` is negative, and on other networks.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("mnist")
    gan = keras_gan.InfoGAN(seed=0)
    gan.compile()
    gan.fit(images, batch_size=128, epochs=50)
    slants = gan.decode(gan.latents(9, seed=1, category=3, numbers=[np.linspace(-1, 1, 9), 0.0]))
    ```
    """

    supports_labels = False
    information: float = 1.0

    def __init__(self, generator=None, discriminator=None, **settings):
        super().__init__(generator, discriminator, **settings)
        if self.information < 0.0:
            raise ValueError(f"information must not be negative, got {self.information}.")
        discriminator, generator = self.players
        self.players = [discriminator, replace(generator, generate=self.fakes_and_codes)]

    def default_generator(self, image_shape):
        """`networks.infogan.generator`."""
        return networks.infogan.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.infogan.discriminator`."""
        return networks.infogan.discriminator(image_shape)

    def default_discriminator_optimizer(self):
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, 0.5)

    def default_generator_optimizer(self):
        """Adam at 1e-3 with beta_1 0.5."""
        return keras.optimizers.Adam(1e-3, 0.5)

    @property
    def codes(self) -> keras.Layer:
        """The generator's layer from latents to codes."""
        return self.generator.get_layer("codes")

    # The algorithm.

    def fakes_and_codes(self, images, labels=None):
        """Generated examples G(z, c), as many as there are `images`, and the codes c of each."""
        latents = self.training_latents(ops.shape(images)[0])
        last = self.codes.categories + self.codes.continuous
        return self.generator(latents, training=True), self.codes(latents)[:, :last]

    def discriminator_loss(self, generated, images, labels=None):
        """Loss of the discriminator on `generated`, of `fakes_and_codes`, and on real images."""
        fakes, codes = generated
        return super().discriminator_loss(fakes, images, codes)

    def generator_loss(self, generated, images, labels=None):
        """Loss of the generator on `generated`, of `fakes_and_codes`."""
        fakes, codes = generated
        return super().generator_loss(fakes, images, codes)

    def discriminator_inputs(self, examples, codes):
        """The inputs of the discriminator: examples alone."""
        return examples

    def auxiliary_loss(self, outputs, codes, generated):
        """-information L_I: how badly Q guesses the codes of generated images; nothing on real ones."""
        if not generated:
            return 0.0
        category, means = outputs
        count = self.codes.categories
        of_category = keras.losses.categorical_crossentropy(
            codes[:, :count], category, from_logits=True
        )
        of_numbers = ops.sum(ops.square(codes[:, count:] - means), axis=1) / 2.0
        return self.information * ops.mean(of_category + of_numbers)

    # Use of the trained model.

    def latents(self, num, seed=None, category=None, numbers=None) -> np.ndarray:
        """`Generation.latents`, with given codes.

        Args:
            num: how many, at least 1.
            seed: as in `Generation.latents`.
            category: the category of them all, or (num,) categories; drawn if None.
            numbers: for each continuous code one number, or (num,) numbers, in [-1, 1]; drawn if None.

        Raises:
            ValueError: as `Generation.latents`, and on codes that do not exist or lie outside.
        """
        latents, codes = super().latents(num, seed), self.codes
        if category is not None:
            category = np.broadcast_to(np.asarray(category), (num,))
            if category.min() < 0 or category.max() >= codes.categories:
                raise ValueError(
                    f"category must be 0 to {codes.categories - 1}, got {category.min()} to {category.max()}."
                )
            # The category is that of the greatest of the first latents: let it change places.
            rows, greatest = np.arange(num), latents[:, : codes.categories].argmax(axis=1)
            other, largest = latents[rows, category], latents[rows, greatest]
            latents[rows, greatest], latents[rows, category] = other, largest
        if numbers is not None:
            if len(numbers) != codes.continuous:
                raise ValueError(
                    f"numbers must be {codes.continuous}, one for each code, got {len(numbers)}."
                )
            for index, value in enumerate(numbers, codes.categories):
                value = np.asarray(value, np.float64)
                if np.abs(value).max() > 1.0:
                    raise ValueError(f"numbers must lie in [-1, 1], got {value}.")
                # The number is 2 Phi(latent) - 1, whose inverse is infinite at -1 and 1.
                latents[:, index] = ndtri((1.0 + np.clip(value, -0.999999, 0.999999)) / 2.0)
        return latents

    def check_networks(self):
        super().check_networks()
        check_layers("generator", self.generator, ["codes"], "infogan")
        outputs = [(None, 1), (None, self.codes.categories), (None, self.codes.continuous)]
        check_outputs("discriminator", self.discriminator, outputs, "infogan")
