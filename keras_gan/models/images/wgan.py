"""Wasserstein GAN (Arjovsky et al. 2017)."""

import keras

from keras_gan.models.images.dcgan import DCGAN


@keras.saving.register_keras_serializable("keras_gan")
class WGAN(DCGAN):
    """A DCGAN with a critic of clipped weights, which estimates the earth mover's distance.

    Arjovsky et al. 2017, algorithm 1: five updates of the critic for one of the generator, weights clipped to
    [-0.01, 0.01] after each, RMSprop at 5e-5, with the decay of 0.99 of the authors' code. The critic is
    called the discriminator throughout. Its estimate, `-discriminator_loss`, falls as the samples improve.

    Deviations from the paper: those of `GAN` and of `networks.dcgan`.

    Args and methods as in `GAN`; the default networks take images of 28, 32, 64 or 128 pixels a side.

    Example:

    ```python
    gan = keras_gan.WGAN(image_shape=(28, 28, 1), seed=0)
    gan.compile()
    gan.fit(images, batch_size=64, epochs=100)
    ```
    """

    objective = "wasserstein"
    penalties = ("weight_clipping",)  # c = 0.01
    discriminator_steps = 5  # n_critic

    def default_optimizer(self):
        """RMSprop at 5e-5 with a decay of 0.99."""
        return keras.optimizers.RMSprop(5e-5, rho=0.99)
