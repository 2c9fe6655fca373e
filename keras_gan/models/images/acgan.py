"""Auxiliary classifier GAN (Odena et al. 2017)."""

import keras
from keras import ops

from keras_gan import networks
from keras_gan.models.images.gan import GAN
from keras_gan.tasks.custom_networks import check_outputs


@keras.saving.register_keras_serializable("keras_gan")
class ACGAN(GAN):
    """A GAN whose discriminator predicts the class (Odena et al. 2017, section 3).

    Its network has two outputs: is the image real, and which class is it? The discriminator maximizes
    L_S + L_C, the generator L_C - L_S: both want real and generated images to be classified correctly. The
    generated images have the classes of the real batch. Adam has a rate of 2e-4 and beta_1 0.5.

    Deviations from the paper: those of `GAN` (L_S is the non-saturating game) and of `networks.acgan`.

    Args and methods as in `GAN`; `num_classes` is 10 by default, and `fit` wants (images, labels). The
    discriminator maps images to [logits (n, 1), class logits (n, num_classes)]; the default networks take
    images of 28, 32, 64 or 128 pixels a side.

    Raises:
        ValueError: as `GAN` does, and on a discriminator with other outputs.

    Example:

    ```python
    images, labels = keras_gan.data.arrays("cifar10")
    gan = keras_gan.ACGAN(num_classes=10, seed=0)
    gan.compile()
    gan.fit(images, labels, batch_size=100, epochs=100)
    ships = gan.generate(16, labels=8)
    ```
    """

    image_shape = (32, 32, 3)
    num_classes = 10

    def default_generator(self, image_shape):
        """`networks.acgan.generator`."""
        return networks.acgan.generator(image_shape, self.num_classes)

    def default_discriminator(self, image_shape):
        """`networks.acgan.discriminator`."""
        return networks.acgan.discriminator(image_shape, self.num_classes)

    def default_optimizer(self):
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def discriminator_inputs(self, examples, labels):
        """The inputs of the discriminator: examples alone."""
        return examples

    def auxiliary_loss(self, outputs, labels, generated):
        """-L_C: the cross-entropy of the discriminator's class logits."""
        (classes,) = outputs
        losses = keras.losses.sparse_categorical_crossentropy(labels, classes, from_logits=True)
        return ops.mean(losses)

    def check_networks(self):
        super().check_networks()
        outputs = [(None, 1), (None, self.num_classes)]
        check_outputs("discriminator", self.discriminator, outputs, "acgan")
