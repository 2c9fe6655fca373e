"""Self-attention GAN (Zhang et al. 2019)."""

import keras

from keras_gan import networks
from keras_gan.models.images.dcgan import DCGAN


@keras.saving.register_keras_serializable("keras_gan")
class SAGAN(DCGAN):
    """A class-conditional GAN with self-attention (Zhang et al. 2019).

    The hinge loss, spectral normalization in both networks, a projection discriminator, and two time scales
    (section 4): Adam at 4e-4 for the discriminator and 1e-4 for the generator, betas 0 and 0.9, one update
    each in a step.

    Deviations from the paper: those of `GAN`; the networks have the widths of `networks.biggan`, with
    attention on maps of 16x16 for images of 32 (in the paper on 32x32 for images of 128), and its orthogonal
    initialization, where the paper's is Xavier's: the scale of a class starts at 1 plus an orthogonal
    embedding instead of at 1. Labels of generated images are those of the real batch.

    Args and methods as in `GAN`; `num_classes` is 10 by default, and `fit` wants (images, labels). The
    default networks take images of 32, 64 or 128 pixels a side.

    Example:

    ```python
    images, labels = keras_gan.data.arrays("cifar10")
    gan = keras_gan.SAGAN(num_classes=10, ema=0.999, seed=0)
    gan.compile()
    gan.fit(images, labels, batch_size=64, epochs=100)
    ships = gan.generate(16, labels=8)
    ```
    """

    image_shape = (32, 32, 3)
    num_classes = 10
    objective = "hinge"

    def default_generator(self, image_shape):
        """`networks.biggan.generator`, not hierarchical, with attention."""
        return networks.biggan.generator(
            image_shape, self.num_classes, hierarchical=False, attention=image_shape[0] // 2
        )

    def default_discriminator(self, image_shape):
        """`networks.biggan.discriminator`, with attention."""
        return networks.biggan.discriminator(
            image_shape, self.num_classes, attention=image_shape[0] // 2
        )

    def default_discriminator_optimizer(self):
        """Adam at 4e-4 with betas 0 and 0.9."""
        return keras.optimizers.Adam(4e-4, 0.0, 0.9)

    def default_generator_optimizer(self):
        """Adam at 1e-4 with betas 0 and 0.9."""
        return keras.optimizers.Adam(1e-4, 0.0, 0.9)
