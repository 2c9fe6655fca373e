"""What the graphs of all signatures do with pixels."""

import tensorflow as tf


def to_uint8(examples: tf.Tensor) -> tf.Tensor:
    """Convert floats in [-1, 1] to uint8; values outside are clipped."""
    levels = tf.round((tf.cast(examples, tf.float32) + 1.0) * 127.5)
    return tf.cast(tf.clip_by_value(levels, 0.0, 255.0), tf.uint8)


def to_png(images: tf.Tensor) -> tf.Tensor:
    """uint8 (n, height, width, 1 or 3) to PNG files (n,)."""
    return tf.map_fn(tf.io.encode_png, images, fn_output_signature=tf.string)
