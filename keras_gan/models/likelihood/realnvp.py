"""RealNVP (Dinh et al. 2017)."""

import keras

from keras_gan import networks
from keras_gan.models.likelihood.flow import Flow


@keras.saving.register_keras_serializable("keras_gan")
class RealNVP(Flow):
    """A flow of affine couplings, of a checkerboard and of channels, in several scales (Dinh et al. 2017).

    Adam at 1e-3. For vectors, `image_shape=(d,)`, it has couplings of dense networks.

    Deviations from the paper: those of `networks.realnvp`; no mirrored images.

    Args:
        scales: number of scales of images. Their sides are multiples of 2^(scales - 1).
        blocks: residual blocks of the network of a coupling of images.
        width: channels of that network at full size; of vectors, half of the units of a hidden layer.
        **kwargs: as in `Flow`.

    Example:

    ```python
    points = np.random.default_rng(0).normal(size=(10_000, 2)).astype("float32")
    flow = keras_gan.RealNVP(image_shape=(2,), seed=0)
    flow.compile()
    flow.fit(points, batch_size=200, epochs=20)
    ```
    """

    image_shape = (32, 32, 3)
    scales: int = 2
    blocks: int = 4
    width: int = 32

    def default_generator(self, image_shape):
        """`networks.realnvp.generator`, or `dense_generator` for vectors."""
        if len(image_shape) == 1:
            return networks.realnvp.dense_generator(*image_shape, width=2 * self.width)
        return networks.realnvp.generator(image_shape, self.scales, self.blocks, self.width)
