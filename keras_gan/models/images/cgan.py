"""Conditional GAN (Mirza and Osindero 2014)."""

import keras

from keras_gan import networks
from keras_gan.models.images.gan import GAN


@keras.saving.register_keras_serializable("keras_gan")
class CGAN(GAN):
    """A GAN whose networks both receive the class (Mirza and Osindero 2014, equation 2).

    The generated examples have the classes of the real batch, and the discriminator sees each example
    together with its class. `fit` takes (images, labels), `generate` takes labels.

    Deviations from the paper: those of `GAN`, and no dropout in the generator (`networks.cgan`). The rate is
    divided by 1.00004 each step, as the paper says.

    Args and methods as in `GAN`; `num_classes` is 10 by default.

    Example:

    ```python
    images, labels = keras_gan.data.arrays("mnist")
    gan = keras_gan.CGAN(num_classes=10, seed=0)
    gan.compile()
    gan.fit(images, labels, batch_size=100, epochs=50)
    sevens = gan.generate(16, labels=7)
    ```
    """

    num_classes = 10

    def default_generator(self, image_shape):
        """`networks.cgan.generator`."""
        return networks.cgan.generator(image_shape, self.num_classes)

    def default_discriminator(self, image_shape):
        """`networks.cgan.discriminator`."""
        return networks.cgan.discriminator(image_shape, self.num_classes)

    def default_optimizer(self):
        """SGD at 0.1, divided by 1.00004 each step down to 1e-6, with momentum 0.5."""
        decay = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 1 / 1.00004)
        return keras.optimizers.SGD(decay, momentum=0.5)
