"""f-GAN (Nowozin et al. 2016)."""

import keras

from keras_gan.models.images.dcgan import DCGAN


@keras.saving.register_keras_serializable("keras_gan")
class FGAN(DCGAN):
    """A DCGAN that minimizes an f-divergence of one's choice (Nowozin et al. 2016).

    The discriminator is the variational function of a lower bound on the divergence, the generator follows
    the heuristic of section 3.2; `objective=FDivergence("kl", saturating=True)` is algorithm 1 to the letter.
    Adam at 2e-4 with beta_1 0.5 (section 4).

    Deviations from the paper: those of `GAN`; the networks are those of `networks.dcgan`, as in its
    experiment on LSUN, where those for MNIST are fully connected.

    Args and methods as in `GAN`; `objective` takes the name of a divergence (`objectives.FDivergence`).

    Example:

    ```python
    gan = keras_gan.FGAN(image_shape=(28, 28, 1), objective="squared_hellinger", seed=0)
    gan.compile()
    gan.fit(images, batch_size=64, epochs=20)
    gan.estimate(test_images)  # the squared Hellinger distance that the discriminator sees
    ```
    """

    objective = "kl"
