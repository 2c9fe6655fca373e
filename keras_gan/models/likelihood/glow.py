"""Glow (Kingma and Dhariwal 2018)."""

import keras

from keras_gan import networks
from keras_gan.arguments import check_count
from keras_gan.models.likelihood.flow import Flow


@keras.saving.register_keras_serializable("keras_gan")
class Glow(Flow):
    """A flow of activation normalization, invertible 1x1 convolutions and affine couplings.

    Kingma and Dhariwal 2018, with the authors' setting for CIFAR-10: 3 levels of 32 steps of flow, 512
    channels. Adamax at 1e-3, which rises from zero over the first `warm_up` training steps, and a moving
    average of the weights. Pictures are best at a temperature of 0.7: `generate(16, truncation=0.7)`.

    Deviations from the paper: the warm-up is counted in steps instead of 10 epochs; the first batch, which
    sets the activation normalizations, has the size of all others.

    Args:
        levels: number of levels (L in the paper). Sides of images are multiples of 2^levels.
        depth: steps of flow in a level (K).
        width: channels of the hidden layers of couplings.
        warm_up: training steps over which the learning rate rises, at least 1.
        **kwargs: as in `Flow`.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("fashion_mnist")
    flow = keras_gan.Glow(image_shape=(28, 28, 1), levels=2, depth=16, width=128, seed=0)
    flow.compile()
    flow.fit(images, batch_size=64, epochs=19)
    flow.bits_per_dim(keras_gan.data.arrays("fashion_mnist", "test")[0])
    ```
    """

    shown_truncation = 0.7

    image_shape = (32, 32, 3)
    levels: int = 3
    depth: int = 32
    width: int = 512
    warm_up: int = 1000
    ema = 0.999

    def default_generator(self, image_shape):
        """`networks.glow.generator`."""
        return networks.glow.generator(image_shape, self.levels, self.depth, self.width)

    def default_optimizer(self):
        """Adamax at 1e-3, after a linear rise from zero."""
        check_count("warm_up", self.warm_up)
        rate = keras.optimizers.schedules.PolynomialDecay(0.0, self.warm_up, 1e-3)
        return keras.optimizers.Adamax(rate, epsilon=1e-8)
