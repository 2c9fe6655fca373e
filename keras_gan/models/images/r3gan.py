"""R3GAN (Huang et al. 2024)."""

import keras

from keras_gan import networks
from keras_gan.models.images.dcgan import DCGAN
from keras_gan.penalties import R1, R2


@keras.saving.register_keras_serializable("keras_gan")
class R3GAN(DCGAN):
    """The paired relativistic game under R1 and R2 (Huang et al. 2024).

    "The GAN is dead; long live the GAN!": a regularized objective that converges locally, and residual
    networks without normalization. Adam at 2e-4 with betas 0 and 0.99, gamma 0.05: where the schedules of the
    authors' code for CIFAR-10 start (the rate, falling to 5e-5, and gamma, to 0.005) and end (beta_2, rising
    from 0.9).

    Deviations from the paper: no schedules; no moving average unless `ema` is given, where the authors always
    have one; no augmentation, where their CIFAR-10 preset raises ADA's probability to 0.55 by a schedule;
    narrower networks (`networks.r3gan`).

    Args and methods as in `GAN`; the default networks take images of 28, 32, 64 or 128 pixels a side.

    Example:

    ```python
    gan = keras_gan.R3GAN(image_shape=(32, 32, 3), ema=0.999, seed=0)
    gan.compile()
    gan.fit(keras_gan.data.load("cifar10", batch_size=64), epochs=50)
    ```
    """

    image_shape = (32, 32, 3)
    objective = "relativistic"
    penalties = (R1(0.05), R2(0.05))

    def default_generator(self, image_shape):
        """`networks.r3gan.generator`."""
        return networks.r3gan.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.r3gan.discriminator`."""
        return networks.r3gan.discriminator(image_shape)

    def default_optimizer(self):
        """Adam at 2e-4 with betas 0 and 0.99."""
        return keras.optimizers.Adam(2e-4, 0.0, 0.99)
