"""Wasserstein GAN with gradient penalty (Gulrajani et al. 2017)."""

import keras

from keras_gan import networks
from keras_gan.models.images.dcgan import DCGAN


@keras.saving.register_keras_serializable("keras_gan")
class WGANGP(DCGAN):
    """A WGAN whose critic is kept Lipschitz by a penalty on its gradient norm (Gulrajani et al. 2017).

    Algorithm 1, with its defaults: lambda 10, five updates of the critic for one of the generator, Adam at
    1e-4 with betas 0 and 0.9. No batch normalization in the critic (section 4).

    Deviations from the paper: those of `GAN` and of `networks.dcgan`.

    Args and methods as in `GAN`; the default networks take images of 28, 32, 64 or 128 pixels a side.

    Example:

    ```python
    gan = keras_gan.WGANGP(generator, critic, seed=0)  # any Keras networks, or none for the defaults
    gan.compile()
    gan.fit(dataset, epochs=20)
    ```
    """

    objective = "wasserstein"
    penalties = ("gradient_penalty",)  # lambda = 10
    discriminator_steps = 5  # n_critic

    def default_discriminator(self, image_shape):
        """`networks.dcgan.discriminator` without batch normalization."""
        return networks.dcgan.discriminator(image_shape, normalization=None)

    def default_optimizer(self):
        """Adam at 1e-4 with betas 0 and 0.9."""
        return keras.optimizers.Adam(1e-4, 0.0, 0.9)
