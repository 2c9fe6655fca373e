"""The signatures of a model that makes images from latents."""

import numpy as np
import tensorflow as tf

from keras_gan.serving.pixels import to_png, to_uint8
from keras_gan.tasks.generation import Generation, inputs_of

MAX_NUM = 256
"""Images that one request to `sample` or `sample_png` may ask for; the server's memory bounds it."""


class ServedGeneration:
    """What TensorFlow Serving runs of a `Generation`; each check is made by the graph, as InvalidArgument.

    - `serving_default`: `latents` float32 (n, latent_dim)[, `labels` int32 (n,)] -> `images` uint8.
    - `sample`: `num` int32, `seed` int64[, `label` int32][, `truncation` float32], scalars -> `images`:
      those of `model.generate`.
    - `sample_png`: as `sample` -> `image_bytes` (num,), PNG files.

    Args:
        model: a `Generation` under the TensorFlow backend whose examples are images of 1 or 3 channels.
    """

    def __init__(self, model: Generation):
        shape = model.example_shape
        if len(shape) != 3 or shape[-1] not in (1, 3):
            raise ValueError(
                f"model must make images (height, width, 1 or 3 channels) to be exported, got {shape}."
            )
        self._model = model
        self._width = model.latent_dim
        self._classes = model.num_classes
        latents = tf.TensorSpec((None, self._width), tf.float32, "latents")
        num, seed = tf.TensorSpec((), tf.int32, "num"), tf.TensorSpec((), tf.int64, "seed")
        labels = [] if self._classes is None else [tf.TensorSpec((None,), tf.int32, "labels")]
        sample = [num, seed]
        if self._classes is not None:
            sample.append(tf.TensorSpec((), tf.int32, "label"))
        if model.truncations is not None:
            sample.append(tf.TensorSpec((), tf.float32, "truncation"))
        self.signatures = {
            "serving_default": tf.function(self._serving_default, [latents, *labels]),
            "sample": tf.function(self._sample, sample),
            "sample_png": tf.function(self._sample_png, sample),
        }

    def requests(self, num: int) -> list[tuple[str, dict[str, np.ndarray]]]:
        """Requests that warm a server up: signature and inputs of 1 image and of `num`.

        None goes to `sample`: a server that batches refuses scalars, and with them the whole model.
        """
        labels = {} if self._classes is None else {"labels": np.zeros(num, np.int32)}
        inputs = {"latents": np.zeros((num, self._width), np.float32), **labels}
        return [
            ("serving_default", {name: value[:n] for name, value in inputs.items()})
            for n in (1, num)
        ]

    def _serving_default(self, latents, labels=None):
        latents = tf.ensure_shape(latents, (None, self._width), name="latents")
        if labels is not None:
            rows = tf.debugging.assert_equal(
                tf.size(labels), tf.shape(latents)[0], "There must be as many labels as latents."
            )
            with tf.control_dependencies([rows]):
                labels = self._checked(labels)
        return {"images": to_uint8(self._made(latents, labels))}

    def _sample(self, num, seed, *options):
        options = [*options]
        label = None if self._classes is None else options.pop(0)
        at_least_1 = tf.debugging.assert_positive(num, "num must be at least 1.")
        at_most = tf.debugging.assert_less_equal(num, MAX_NUM, f"num must be at most {MAX_NUM}.")
        not_negative = tf.debugging.assert_non_negative(seed, "seed must not be negative.")
        with tf.control_dependencies([at_least_1, at_most, not_negative]):
            shape = tf.stack([num, self._width])
        if label is not None:
            label = tf.repeat(self._checked(label), num)
        # The numbers of keras_gan.latent.sampling.
        latents = tf.raw_ops.StatelessRandomNormalV2(
            shape=shape,
            key=tf.cast(seed, tf.uint64)[None],
            counter=tf.zeros(2, tf.uint64),
            alg=1,
            dtype=tf.float64,
        )
        make = self._truncated if options else self._made
        return {"images": to_uint8(make(tf.cast(latents, tf.float32), label, *options))}

    def _sample_png(self, num, seed, *options):
        images = self._sample(num, seed, *options)["images"]
        # TensorFlow Serving writes outputs as base64 in JSON if their name ends in "_bytes".
        return {"image_bytes": to_png(images)}

    def _made(self, latents, labels):
        """What the network makes, floats in [-1, 1]."""
        return self._model.call(inputs_of(latents, [] if labels is None else [labels]))

    def _checked(self, labels):
        classes = f"Labels must be class ids from 0 to {self._classes - 1}."
        low = tf.debugging.assert_non_negative(labels, classes)
        high = tf.debugging.assert_less(labels, self._classes, classes)
        with tf.control_dependencies([low, high]):
            return tf.identity(labels)
