"""The networks of MSG-GAN on ProGAN's (Karnewar and Wang 2020, section 3.1 and tables of the appendix).

The generator makes an image of each resolution, 4x4 and up, by a 1x1 convolution of its map. The
discriminator sees them all: where its map has come down to the size of one, the image is joined to it as more
channels (phi_simple). Each of its blocks begins with the minibatch's standard deviation. All else is
`networks.progan`'s: convolutions, widths, equalized learning rate, pixel normalization.
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
    """Args and errors as of `networks.progan.generator`.

    Returns:
        A model from latents (n, latent_dim) to a list of images (n, 4, 4, channels), (n, 8, 8, channels), ...
        (n, *image_shape), about [-1, 1]: linear at the end.
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
    """Args and errors as of `networks.progan.discriminator`.

    Returns:
        A model from a list of images as the generator makes them to logits (n, 1).
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
