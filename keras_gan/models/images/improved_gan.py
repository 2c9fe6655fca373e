"""The techniques of Salimans et al. 2016."""

import keras

from keras_gan import networks
from keras_gan.models.images.dcgan import DCGAN
from keras_gan.objectives import NonSaturating


@keras.saving.register_keras_serializable("keras_gan")
class ImprovedGAN(DCGAN):
    """A DCGAN with minibatch discrimination, virtual batch normalization and one-sided label smoothing.

    Salimans et al. 2016, section 3, for the quality of samples. Its other techniques are options of every
    model: `objective="feature_matching"` (which the paper finds better for semi-supervised learning, and
    worse for samples) and `tricks=[HistoricalAveraging(...)]`. Adam at 3e-4 with beta_1 0.5, of the authors'
    code for CIFAR-10.

    Deviations from the paper: those of `GAN` and of `networks.dcgan`; batch normalization in the
    discriminator, where the paper's has weight normalization; no labels.

    Args and methods as in `GAN`; the default networks take images of 28, 32, 64 or 128 pixels a side.

    Example:

    ```python
    gan = keras_gan.ImprovedGAN(image_shape=(28, 28, 1), seed=0)
    gan.compile()
    gan.fit(images, batch_size=64, epochs=20)
    ```
    """

    objective = NonSaturating(smoothing=0.1)

    def default_generator(self, image_shape):
        """`networks.improved_gan.generator`."""
        return networks.improved_gan.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.improved_gan.discriminator`."""
        return networks.improved_gan.discriminator(image_shape)

    def default_optimizer(self):
        """Adam at 3e-4 with beta_1 0.5."""
        return keras.optimizers.Adam(3e-4, beta_1=0.5)
