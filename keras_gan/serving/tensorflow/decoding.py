"""JPEG and PNG files decoded by a graph, which trusts none of them."""

import tensorflow as tf

from keras_gan.tasks.tiling import AREA
from keras_gan.tasks.translation import SMALLEST

MAX_PIXELS = AREA
"""Pixels that an image may have: what the network is given at once; the server's memory bounds it."""


def decode(content: tf.Tensor, channels: int) -> tf.Tensor:
    """A picture as `keras_gan.data.pictures.Pictures` reads it, turned as EXIF says, on white.

    Its size is read from the header and checked before anything is decoded.

    Args:
        content: scalar string, a JPEG or PNG file.
        channels: 1 (gray) or 3 (RGB).

    Returns:
        uint8 (height, width, channels).
    """
    png = tf.equal(tf.strings.substr(content, 0, 8), b"\x89PNG\r\n\x1a\n")
    image = tf.cond(png, lambda: _decode_png(content), lambda: _decode_jpeg(content))
    if channels == 3:
        return image
    gray = tf.tensordot(tf.cast(image, tf.float32), [0.299, 0.587, 0.114], 1)
    return tf.cast(tf.round(gray), tf.uint8)[..., None]


def check_size(height: tf.Tensor, width: tf.Tensor) -> list[tf.Operation]:
    """The checks that sides are at least `SMALLEST` and an image has at most `MAX_PIXELS`."""
    height, width = tf.cast(height, tf.int64), tf.cast(width, tf.int64)
    return [
        tf.debugging.assert_greater_equal(
            tf.minimum(height, width),
            tf.constant(SMALLEST, tf.int64),
            f"Images must have at least {SMALLEST} pixels a side.",
        ),
        tf.debugging.assert_less_equal(
            height * width,
            tf.constant(MAX_PIXELS, tf.int64),
            f"Images must have at most {MAX_PIXELS} pixels.",
        ),
    ]


def _decode_png(content):
    sides = tf.strings.substr(content + 24 * b"\0", 16, 8)
    sides = tf.io.decode_raw(sides, tf.int32, little_endian=False)
    width, height = tf.unstack(tf.ensure_shape(sides, (2,)))
    with tf.control_dependencies(check_size(height, width)):
        content = tf.identity(content)
    # To a picture of less than 8 bits TensorFlow would add a fourth channel of a wrong value.
    bits = tf.io.decode_raw(tf.strings.substr(content + b"\0", 24, 1), tf.uint8)[0]
    head = tf.strings.split(content, b"IDAT")[0]
    opaque = (bits < 8) & (tf.size(tf.strings.split(head, b"tRNS")) == 1)
    return tf.cond(
        opaque, lambda: tf.io.decode_png(content, channels=3), lambda: _on_white(content)
    )


def _on_white(content):
    image = tf.io.decode_png(content, channels=4)
    share = tf.cast(image[..., 3:], tf.float32) / 255.0
    levels = tf.cast(image[..., :3], tf.float32) * share + 255.0 * (1.0 - share)
    return tf.cast(tf.round(levels), tf.uint8)


def _decode_jpeg(content):
    jpeg = tf.equal(tf.strings.substr(content, 0, 2), b"\xff\xd8")
    jpeg = tf.debugging.assert_equal(jpeg, True, "Pictures must be JPEG or PNG files.")
    with tf.control_dependencies([jpeg]):
        height, width, _ = tf.unstack(tf.image.extract_jpeg_shape(content))
    with tf.control_dependencies(check_size(height, width)):
        # As Pillow decodes.
        image = tf.io.decode_jpeg(tf.identity(content), channels=3, dct_method="INTEGER_ACCURATE")
    return _turned(image, _orientation(content))


def _orientation(content):
    """EXIF's, 1 to 8; 1 if the file does not say."""
    head = tf.strings.substr(content, 0, 2**12)
    # Behind tag 0x0112, of one short number, in either order of bytes.
    little = tf.strings.split(head, b"\x12\x01\x03\0\x01\0\0\0")
    big = tf.strings.split(head, b"\x01\x12\0\x03\0\0\0\x01\0")
    behind = tf.concat([little[1:2], big[1:2], [b""]], 0)[0] + b"\x01"
    value = tf.cast(tf.io.decode_raw(tf.strings.substr(behind, 0, 1), tf.uint8)[0], tf.int32)
    return tf.where((value >= 1) & (value <= 8), value, 1)


def _turned(image, orientation):
    image = tf.cond(orientation > 4, lambda: tf.transpose(image, (1, 0, 2)), lambda: image)
    flips = (orientation - 1) % 4  # none, left and right, both, up and down
    across = (flips == 1) | (flips == 2)
    image = tf.cond(across, lambda: tf.reverse(image, [1]), lambda: image)
    return tf.cond(flips > 1, lambda: tf.reverse(image, [0]), lambda: image)
