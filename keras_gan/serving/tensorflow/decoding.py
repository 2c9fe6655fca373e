"""Pixels, PNG and JPEG files in a graph, which checks a file before it decodes it."""

import tensorflow as tf

from keras_gan.tasks.image_to_image import SMALLEST
from keras_gan.tasks.tiling import AREA

MAX_PIXELS = AREA
"""Pixels that an image may have, which bounds the server's memory."""


def to_uint8(images: tf.Tensor) -> tf.Tensor:
    """Floats in [-1, 1] as uint8; values outside are clipped."""
    levels = tf.round((tf.cast(images, tf.float32) + 1.0) * 127.5)
    return tf.cast(tf.clip_by_value(levels, 0.0, 255.0), tf.uint8)


def to_png(images: tf.Tensor) -> tf.Tensor:
    """uint8 (n, height, width, 1 or 3) as PNG files (n,)."""
    return tf.map_fn(tf.io.encode_png, images, fn_output_signature=tf.string)


def decode(content: tf.Tensor, channels: int) -> tf.Tensor:
    """A picture as `keras_gan.data.pictures.Pictures` reads it: rotated as EXIF says, transparency on white.

    Its size is read from the header and checked before the file is decoded.

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
    """Operations that check that sides have at least `SMALLEST` pixels and an image at most `MAX_PIXELS`."""
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
    # TensorFlow would add a fourth channel of a wrong value to a picture of less than 8 bits.
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
        # The decoding that Pillow uses.
        image = tf.io.decode_jpeg(tf.identity(content), channels=3, dct_method="INTEGER_ACCURATE")
    return _rotated(image, _orientation(content))


def _orientation(content):
    """The EXIF orientation, 1 to 8; 1 if the file has none."""
    head = tf.strings.substr(content, 0, 2**12)
    # The value follows tag 0x0112, type short, count 1, in either byte order.
    little = tf.strings.split(head, b"\x12\x01\x03\0\x01\0\0\0")
    big = tf.strings.split(head, b"\x01\x12\0\x03\0\0\0\x01\0")
    behind = tf.concat([little[1:2], big[1:2], [b""]], 0)[0] + b"\x01"
    value = tf.cast(tf.io.decode_raw(tf.strings.substr(behind, 0, 1), tf.uint8)[0], tf.int32)
    return tf.where((value >= 1) & (value <= 8), value, 1)


def _rotated(image, orientation):
    image = tf.cond(orientation > 4, lambda: tf.transpose(image, (1, 0, 2)), lambda: image)
    flips = (orientation - 1) % 4  # none, left and right, both, up and down
    across = (flips == 1) | (flips == 2)
    image = tf.cond(across, lambda: tf.reverse(image, [1]), lambda: image)
    return tf.cond(flips > 1, lambda: tf.reverse(image, [0]), lambda: image)
