"""MSG-GAN: multi-scale gradients (Karnewar and Wang 2020)."""

import keras
from keras import ops

from keras_gan import networks
from keras_gan.modalities.images import to_network
from keras_gan.models.images.gan import GAN
from keras_gan.tasks.custom_networks import check_kind, check_logits


@keras.saving.register_keras_serializable("keras_gan")
class MSGGAN(GAN):
    """A generator of images at all resolutions, and a discriminator of them all (Karnewar and Wang 2020).

    The discriminator sees the images of one latent at 4x4, 8x8, ... up to the full size, so that gradients
    reach every resolution of the generator directly: the networks that ProGAN grows are trained as a whole.
    Real images are averaged down to the same sizes. The relativistic average hinge loss, as in the authors'
    code; a rate of 0.003 for both players, with Adam of betas 0 and 0.99; a moving average of decay 0.999.

    Deviations from the paper: the discriminator is updated first, on the examples that the generator is
    then updated on, as in `GAN`; groups of the minibatch's standard deviation are four neighbors; latents
    are N(0, 1), and normalized in the network; layers to images have no gain, blocks begin as ProGAN's, and
    images are joined to the maps without a convolution of their own. The paper's tables are of WGAN-GP
    (`objective="wasserstein", penalties=["gradient_penalty"]`) and RMSprop.

    Args and methods as in `GAN`, without `augmentation` and `num_classes`; a penalty of gradients is the mean
    over the images, as in the paper. Networks are from latents to a list of images, and from that to
    logits, as `networks.msggan`'s; the default ones take images of 8, 16, 32, ... pixels a side.

    Raises:
        ValueError: as `GAN` does, and on arguments that it does not take.

    Example:

    ```python
    gan = keras_gan.MSGGAN(image_shape=(64, 64, 3), seed=0)
    gan.compile()
    gan.fit(keras_gan.data.load("anime_faces", batch_size=32), epochs=100)
    faces = gan.generate(16, seed=1)
    ```
    """

    supports_labels = False
    supports_augmentation = False
    image_shape = (64, 64, 3)
    objective = "relativistic_average_hinge"
    ema = 0.999

    def default_generator(self, image_shape):
        """`networks.msggan.generator`."""
        return networks.msggan.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.msggan.discriminator`."""
        return networks.msggan.discriminator(image_shape)

    def default_optimizer(self):
        """Adam at 0.003 with betas 0 and 0.99."""
        return keras.optimizers.Adam(0.003, 0.0, 0.99, 1e-8)

    @property
    def example_shape(self):
        """Shape of the largest images."""
        return self.generator.output_shape[-1][1:]

    def reals(self, images):
        """Real images of all sizes, each the average of the next one over 2x2 pixels, the largest last."""
        images = [to_network(images)]
        for _ in self.generator.outputs[1:]:
            images.insert(0, ops.average_pool(images[0], 2, 2))
        return images

    def call(self, inputs, training=False):
        """Images of the full size for latents, by the averaged generator where there is one."""
        return super().call(inputs, training=training)[-1]

    def check_networks(self):
        check_kind("generator", self.generator)
        check_kind("discriminator", self.discriminator)
        check_logits("discriminator", self.discriminator)
        generated, taken = self.generator.output_shape, self.discriminator.input_shape
        if not isinstance(generated, list) or generated != taken:
            raise ValueError(
                "The generator must output a list of images that the discriminator takes, as those of "
                f"networks.msggan; it outputs {generated}, the discriminator takes {taken}."
            )

    def check_settings(self):
        super().check_settings()
        if self.augmentation is not None:
            raise ValueError("MSGGAN takes no augmentation: its players exchange several images.")
