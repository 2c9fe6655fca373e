"""Discovering cross-domain relations with generative adversarial networks (Kim et al. 2017)."""

import keras
from keras import ops

from keras_gan import networks
from keras_gan.models.translation.cyclegan import CycleGAN


@keras.saving.register_keras_serializable("keras_gan")
class DiscoGAN(CycleGAN):
    """Two encoder-decoders that translate there and back, and two discriminators of whole images.

    Kim et al. 2017, equations 1 to 9: each generator minimizes -E log D of its images plus the mean
    squared error of the reconstruction, unweighted. Adam at 2e-4 with beta_1 0.5, batches of 200
    (section 3.3).

    Deviations from the paper: no weight decay (1e-4 in the paper). The authors' code has more than the paper:
    feature matching, discriminators that are updated in one of three iterations, and a weight of the
    reconstruction that rises from 0.01 to 0.5. Here, as in the paper, there is none of these.

    Args and methods as in `CycleGAN`; the default networks take images of 28, 32, 64 or 128 pixels a side.

    Example:

    ```python
    model = keras_gan.DiscoGAN(image_shape=(64, 64, 3), seed=0)
    model.compile()
    model.fit(photos, maps, batch_size=64, epochs=100)
    ```
    """

    default_batch_size = 200

    image_shape = (64, 64, 3)
    adversarial_weight = 1.0
    cycle_weight = 1.0
    identity_weight = 0.0
    pool_size = 0
    objective = "non_saturating"
    jittered = False

    def default_generator(self, image_shape):
        """`networks.discogan.generator`."""
        return networks.discogan.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.dcgan.discriminator`."""
        return networks.dcgan.discriminator(image_shape)

    def distance(self, images, others):
        """The mean squared error."""
        return ops.mean(ops.square(images - others))
