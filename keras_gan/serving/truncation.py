"""The signatures of models whose `generate` takes a truncation."""

import tensorflow as tf

from keras_gan.serving.tensorflow.generation import ServedGeneration


class TruncatedLatents(ServedGeneration):
    """A `BigGAN`'s: latents are drawn from N(0, 1) truncated to [-truncation, truncation]."""

    def _truncated(self, latents, label, truncation):
        positive = tf.debugging.assert_positive(truncation, "truncation must be positive.")
        with tf.control_dependencies([positive]):
            truncation = tf.cast(truncation, tf.float64)
        low, high = _below(-truncation), _below(truncation)
        quantiles = low + (high - low) * _below(tf.cast(latents, tf.float64))
        return self._made(tf.cast(tf.math.ndtri(quantiles), tf.float32), label)


class TruncatedStyles(ServedGeneration):
    """A `StyleGAN2`'s: styles are moved towards the mean style, truncation times as far from it."""

    def _truncated(self, latents, label, truncation):
        share = "truncation must lie in [0, 1]."
        low = tf.debugging.assert_greater_equal(truncation, 0.0, share)
        high = tf.debugging.assert_less_equal(truncation, 1.0, share)
        with tf.control_dependencies([low, high]):
            truncation = tf.identity(truncation)
        network = self._model.sampling_generator
        mapping, synthesis = network.get_layer("mapping"), network.get_layer("synthesis")
        mean = mapping.get_layer("mean").mean
        styles = mean + truncation * (mapping(latents) - mean)
        return synthesis(tf.repeat(styles[:, None], synthesis.input_shape[1], axis=1))


def _below(values):
    """The share of N(0, 1) below values."""
    return 0.5 * tf.math.erfc(-values * 0.5**0.5)
