"""Signatures of models that generate images: those of the task, and requests by seed and for PNG files."""

import numpy as np
import tensorflow as tf

from keras_gan.serving.tensorflow.decoding import to_png, to_uint8
from keras_gan.serving.tensorflow.graphs import Requests, Served, at_most
from keras_gan.tasks.generation import Generation


class ServedGeneration(Served):
    """The signatures of a `Generation`; the graph refuses bad inputs with InvalidArgument.

    - `serving_default`: `latents` float32 (n, latent_dim)[, `labels` int32 (n,)] -> `images` uint8, at most
      `MAX_NUM` of them.
    - `sample`: `num` int32, `seed` int64[, `label` int32][, `truncation` float32], scalars -> `images`:
      those of `model.generate`.
    - `sample_png`: as `sample` -> `image_bytes` (num,), PNG files.

    Args:
        model: a `Generation` under the TensorFlow backend whose examples are images of 1 or 3 channels.
    """

    def __init__(self, model: Generation):
        super().__init__(model)
        self._model = model
        self._generate = next(iter(model.signatures().values())).function
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
        self.signatures |= {
            "serving_default": tf.function(self._serving_default, [latents, *labels]),
            "sample": tf.function(self._sample, sample),
            "sample_png": tf.function(self._sample_png, sample),
        }

    def requests(self, num: int) -> Requests:
        """Requests that warm a server up, as (signature, inputs): of 1 image and of `num`.

        There is none for `sample`: a server that batches refuses scalars, and with them the whole model.
        """
        labels = {} if self._classes is None else {"labels": np.zeros(num, np.int32)}
        inputs = {"latents": np.zeros((num, self._width), np.float32), **labels}
        return [
            ("serving_default", {name: value[:n] for name, value in inputs.items()})
            for n in (1, num)
        ]

    def _serving_default(self, latents, labels=None):
        latents = tf.ensure_shape(latents, (None, self._width), name="latents")
        with tf.control_dependencies([at_most(tf.shape(latents)[0], "latents")]):
            latents = tf.identity(latents)
        if labels is not None:
            rows = tf.debugging.assert_equal(
                tf.size(labels), tf.shape(latents)[0], "There must be as many labels as latents."
            )
            with tf.control_dependencies([rows]):
                labels = self._checked_labels(labels)
        return {"images": to_uint8(self._generate(latents, labels)["images"])}

    def _sample(self, num, seed, *options):
        options = [*options]
        labels = None if self._classes is None else options.pop(0)
        at_least_1 = tf.debugging.assert_positive(num, "num must be at least 1.")
        not_negative = tf.debugging.assert_non_negative(seed, "seed must not be negative.")
        with tf.control_dependencies([at_least_1, at_most(num, "num"), not_negative]):
            shape = tf.stack([num, self._width])
        if labels is not None:
            labels = tf.repeat(self._checked_labels(labels), num)
        # The numbers of keras_gan.latent.sampling.
        latents = tf.raw_ops.StatelessRandomNormalV2(
            shape=shape,
            key=tf.cast(seed, tf.uint64)[None],
            counter=tf.zeros(2, tf.uint64),
            alg=1,
            dtype=tf.float64,
        )
        latents = tf.cast(latents, tf.float32)
        if options:
            images = self._model.truncated(latents, labels, self._checked_truncation(*options))
        else:
            images = self._generate(latents, labels)["images"]
        return {"images": to_uint8(images)}

    def _sample_png(self, num, seed, *options):
        images = self._sample(num, seed, *options)["images"]
        # TensorFlow Serving writes outputs as base64 in JSON if their name ends in "_bytes".
        return {"image_bytes": to_png(images)}

    def _checked_labels(self, labels):
        classes = f"Labels must be class ids from 0 to {self._classes - 1}."
        low = tf.debugging.assert_non_negative(labels, classes)
        high = tf.debugging.assert_less(labels, self._classes, classes)
        with tf.control_dependencies([low, high]):
            return tf.identity(labels)

    def _checked_truncation(self, truncation):
        allowed = tf.debugging.assert_equal(
            self._model.allows_truncation(truncation),
            True,
            f"truncation must {self._model.truncation_rule}.",
        )
        with tf.control_dependencies([allowed]):
            return tf.identity(truncation)
