"""The generator of fast style transfer (Johnson et al. 2016, supplementary material, table 1)."""

import keras

from keras_gan.networks import resnet


def generator(
    image_shape: tuple[int | None, int | None, int] = (None, None, 3),
    width: int = 32,
    blocks: int = 5,
    upsampling: str = "nearest",
) -> keras.Model:
    """Generator: photographs to the same in the style of a painting.

    c9s1-32, d64, d128, five times R128, u64, u32, c9s1-3 in the notation of `networks.resnet`, with the
    instance normalization, its scale and shift, of Ulyanov et al. 2016, as in the authors' later code. With a
    width of 32 it has 1,679,235 parameters, with 16 424,899.

    Deviations from the authors' code: reflection padding at each convolution that keeps the size, not once by
    40 pixels, so that small pictures can be painted; doubling by the nearest neighbor before a convolution,
    not by a transposed one, which leaves a checkerboard; weights from N(0, 0.02).

    Args:
        image_shape: (height, width, channels); height and width are multiples of 4, or None for any.
        width: channels of the first layer, doubled at both halvings; 32 in the paper.
        blocks: residual blocks; 5 in the paper.
        upsampling: "nearest" or "transposed", as in `networks.resnet`.

    Returns:
        A model from images (n, *image_shape) in [-1, 1] to such images.

    Raises:
        ValueError: if a side of the image is no multiple of 4, or `upsampling` is unknown.
    """
    return resnet.generator(image_shape, width, blocks, upsampling, border=9, affine=True)
