"""MSG-GAN's networks, based on ProGAN's (Karnewar and Wang 2020, section 3.1 and appendix).

The generator outputs an image at each resolution, from 4x4 up, by a 1x1 convolution. The discriminator
receives them all: each image is concatenated to the map of its size (phi_simple). Each block of the
discriminator begins with the minibatch standard deviation. Everything else is as in `networks.progan`:
convolutions, widths, equalized learning rate, pixel normalization.
"""

import keras
from keras import layers

from keras_gan.layers import MinibatchStandardDeviation
from keras_gan.networks.doubling import channels, sides
from keras_gan.networks.progan import block, feature_maps, from_rgb, to_rgb, top


def generator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    latent_dim: int = 512,
    channel_base: int = 16384,
    channel_max: int = 512,
) -> keras.Model:
    """Generator: latents to images of all resolutions.

    Args:
        image_shape: (height, width, channels), square, of 8, 16, 32, ... pixels.
        latent_dim: width of the latents; 512 in the paper.
        channel_base: a map has channel_base / side channels; 16384 in the paper.
        channel_max: largest number of channels; 512 in the paper.

    Returns:
        A model from latents (n, latent_dim) to a list of images (n, 4, 4, channels), (n, 8, 8, channels), ...
        (n, *image_shape), mostly in [-1, 1]: the last layer is linear.

    Raises:
        ValueError: on another image size.
    """
    latents = keras.Input((latent_dim,))
    widths = [channels(side, channel_base, channel_max) for side in sides(image_shape)]
    images = [to_rgb(hidden, image_shape[-1]) for hidden in feature_maps(latents, widths)]
    return keras.Model(latents, images, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    channel_base: int = 16384,
    channel_max: int = 512,
) -> keras.Model:
    """Discriminator: images of all resolutions to a logit.

    Args:
        image_shape: (height, width, channels), square, of 8, 16, 32, ... pixels.
        channel_base: a map has channel_base / side channels; 16384 in the paper.
        channel_max: largest number of channels; 512 in the paper.

    Returns:
        A model from a list of images, smallest first, as the generator returns them, to logits (n, 1).

    Raises:
        ValueError: on another image size.
    """
    images = {side: keras.Input((side, side, image_shape[-1])) for side in sides(image_shape)}
    width = {side: channels(side, channel_base, channel_max) for side in images}
    largest = image_shape[0]
    hidden = from_rgb(width[largest], f"from_rgb_{largest}")(images[largest])
    for side in sorted(images, reverse=True):
        if side < largest:
            hidden = layers.Concatenate()([images[side], hidden])
        if side > 4:
            hidden = MinibatchStandardDeviation()(hidden)
            hidden = block(side, width[side], width[side // 2])(hidden)
    return keras.Model(list(images.values()), top(width[4])(hidden), name="discriminator")
