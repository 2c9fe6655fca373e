"""Deep convolutional GAN (Radford et al. 2015)."""

import keras

from keras_gan import networks
from keras_gan.models.images.gan import GAN


@keras.saving.register_keras_serializable("keras_gan")
class DCGAN(GAN):
    """A GAN of convolutional networks with batch normalization, and Adam (Radford et al. 2015).

    Real and generated examples pass the discriminator in batches of their own, as its batch normalization
    requires. Adam has the paper's rate of 2e-4 and beta_1 of 0.5 (section 4).

    Deviations from the paper: those of `GAN` and of `networks.dcgan`, whose width is 64 by default where
    the paper has 128.

    Args and methods as in `GAN`; the default networks take images of 28, 32, 64 or 128 pixels a side.

    Example:

    ```python
    gan = keras_gan.DCGAN(image_shape=(64, 64, 3), ema=0.999, seed=0)
    gan.compile()
    gan.fit(keras_gan.data.load("anime_faces", batch_size=64), epochs=25)
    faces = gan.generate(16, seed=1)
    ```
    """

    image_shape = (64, 64, 3)

    def default_generator(self, image_shape):
        """`networks.dcgan.generator`."""
        return networks.dcgan.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.dcgan.discriminator`."""
        return networks.dcgan.discriminator(image_shape)

    def default_optimizer(self):
        """Adam at 2e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)
