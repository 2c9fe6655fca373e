"""DualGAN: unsupervised dual learning for image-to-image translation (Yi et al. 2017)."""

import keras

from keras_gan import networks
from keras_gan.models.translation.cyclegan import CycleGAN


@keras.saving.register_keras_serializable("keras_gan")
class DualGAN(CycleGAN):
    """Two U-Nets that translate there and back, against critics of 70x70 patches with clipped weights.

    Yi et al. 2017, equations 1 to 3 and algorithm 1: the Wasserstein objective of Arjovsky et al. 2017, the
    critics' weights clipped to [-0.01, 0.01], the reconstruction's L1 distance; dropout is the noise. The
    critics have 3 updates in a step, RMSprop runs at 5e-5, batches have 1 image: the paper has 2 to 4
    updates, batches of 1 to 4 and names no rate, and clips at 0.01 to 0.1 (section 3.3).

    Deviations from the paper: the distance is a mean over pixels; its weight is 100, the lower end of the
    paper's range, and the same for both domains.

    Args and methods as in `CycleGAN`.

    Example:

    ```python
    model = keras_gan.DualGAN(image_shape=(64, 64, 3), seed=0)
    model.compile()
    model.fit(photos, maps, epochs=100)
    ```
    """

    adversarial_weight = 1.0
    cycle_weight = 100.0
    identity_weight = 0.0
    pool_size = 0
    discriminator_steps = 3
    objective = "wasserstein"
    penalties = ("weight_clipping",)  # c = 0.01
    jittered = False

    def default_generator(self, image_shape):
        """`networks.unet.generator`."""
        return networks.unet.generator(image_shape)

    def default_optimizer(self):
        """RMSprop at 5e-5."""
        return keras.optimizers.RMSprop(5e-5)
