"""Masked autoregressive flow (Papamakarios et al. 2017)."""

from collections.abc import Sequence

import keras

from keras_gan import networks
from keras_gan.models.likelihood.flow import Flow


@keras.saving.register_keras_serializable("keras_gan")
class MAF(Flow):
    """A flow of masked autoregressive networks: fast densities, slow samples (Papamakarios et al. 2017).

    Images go through a logit; their bits, like those of all flows here, are of the pixels. With the defaults
    these are 5 MADEs of two layers of 1,024 units, a setting of the authors for MNIST, and Adam at 1e-4.

    Deviations from the authors' code: that of `networks.maf`; no weight decay (1e-6) and no early stopping.

    Args:
        mades: number of MADEs.
        hidden: units of their hidden layers.
        **kwargs: as in `Flow`.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("mnist")
    flow = keras_gan.MAF(hidden=(512, 512), seed=0)
    flow.compile()
    flow.fit(images, batch_size=100, epochs=60)
    flow.log_prob(images[:8])
    ```
    """

    mades: int = 5
    hidden: Sequence[int] = (1024, 1024)

    def default_generator(self, image_shape):
        """`networks.maf.generator`."""
        return networks.maf.generator(image_shape, self.mades, tuple(self.hidden))

    def default_optimizer(self):
        """Adam at 1e-4."""
        return keras.optimizers.Adam(1e-4)
