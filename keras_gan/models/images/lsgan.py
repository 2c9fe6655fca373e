"""Least squares GAN (Mao et al. 2017)."""

import keras

from keras_gan.models.images.dcgan import DCGAN


@keras.saving.register_keras_serializable("keras_gan")
class LSGAN(DCGAN):
    """A DCGAN whose discriminator is a regression on 0 and 1 (Mao et al. 2017).

    The loss grows with the distance to the boundary, so examples on its right side but far from the data
    still have a gradient. Adam at 2e-4 with beta_1 0.5 (section 4).

    Deviations from the paper: those of `GAN`; the networks are those of `networks.dcgan`, where the paper's
    are deeper.

    Args and methods as in `GAN`; the default networks take images of 28, 32, 64 or 128 pixels a side.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("fashion_mnist")
    gan = keras_gan.LSGAN(image_shape=(28, 28, 1), seed=0)
    gan.compile()
    gan.fit(images, batch_size=64, epochs=20)
    ```
    """

    objective = "least_squares"
