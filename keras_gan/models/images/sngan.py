"""Spectrally normalized GAN (Miyato et al. 2018)."""

import keras

from keras_gan import networks
from keras_gan.models.images.dcgan import DCGAN


@keras.saving.register_keras_serializable("keras_gan")
class SNGAN(DCGAN):
    """A GAN with the hinge loss and a discriminator of spectral norms 1 (Miyato et al. 2018).

    Networks of table 3. Adam at 2e-4 with betas 0.5 and 0.999 and one update of the discriminator for one of
    the generator: setting C of table 1, which is that of DCGAN. With the residual networks of table 4,
    `networks.sngan.resnet_generator` and `resnet_discriminator`, goes Adam at 2e-4 with betas 0 and 0.9 and
    `discriminator_steps=5` (section 4.1).

    Deviations from the paper: those of `GAN`. For table 4 the authors' code also lets the rate fall linearly
    to 0 over 100,000 steps, and gives the generator batches twice as large as the discriminator's; here it
    does neither by itself (a schedule can be given to `compile`). Their logits have no bias.

    Args and methods as in `GAN`; the default networks take images of 28, 32, 64 or 128 pixels a side. With
    networks of your own, wrap the discriminator's layers in `keras_gan.layers.SpectralNormalization`.

    Example:

    ```python
    gan = keras_gan.SNGAN(image_shape=(32, 32, 3), seed=0)
    gan.compile()
    gan.fit(keras_gan.data.load("cifar10", batch_size=64), epochs=50)
    ```
    """

    image_shape = (32, 32, 3)
    objective = "hinge"

    def default_generator(self, image_shape):
        """`networks.sngan.generator`."""
        return networks.sngan.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.sngan.discriminator`."""
        return networks.sngan.discriminator(image_shape)
