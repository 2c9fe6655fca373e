"""Signatures of models that generate images: those of the task, and requests by seed and for PNG files."""

from functools import partial

import tensorflow as tf

from keras_gan.serving.tensorflow.conditions import served_condition
from keras_gan.serving.tensorflow.decoding import to_png, to_uint8
from keras_gan.serving.tensorflow.graphs import Requests, Served, at_most
from keras_gan.tasks.generation import Generation


class ServedGeneration(Served):
    """The signatures of a `Generation`; the graph refuses bad inputs with InvalidArgument.

    - `serving_default`: `latents` float32 (n, latent_dim)[, what the model is told: `labels` int32 (n,),
      `texts` int32 (n, length) or `sounds` float32 (n, samples)] -> `images` uint8, at most `MAX_NUM`.
    - `sample`: `num` int32, `seed` int64[, `label` int32, `text`, a string, or `sound` float32 (samples,)][,
      `truncation` float32], scalars but for the sound -> `images`: those of `model.generate`.
    - `sample_png`: as `sample` -> `image_bytes` (num,), PNG files.
    - `sample_wav`, of a model of sounds: as `sample`, with `wav_bytes`, the content of a WAV file.

    Args:
        model: a `Generation` under the TensorFlow backend whose examples are images of 1 or 3 channels.
    """

    def __init__(self, model: Generation):
        super().__init__(model)
        self._model = model
        signature = next(iter(model.signatures().values()))
        self._generate, self._examples = signature.function, signature.examples
        self._width = model.latent_dim
        self._condition = served_condition(model.condition)
        latents = tf.TensorSpec((None, self._width), tf.float32, "latents")
        num, seed = tf.TensorSpec((), tf.int32, "num"), tf.TensorSpec((), tf.int64, "seed")
        inputs, sample = [latents], [num, seed]
        if self._condition is not None:
            inputs.append(self._condition.many)
            sample.append(self._condition.one)
            self.tables = self._condition.tables
        if model.truncations is not None:
            sample.append(tf.TensorSpec((), tf.float32, "truncation"))
        self.signatures |= {
            "serving_default": tf.function(self._serving_default, inputs),
            "sample": tf.function(self._sample, sample),
            "sample_png": tf.function(self._sample_png, sample),
        }
        others = {} if self._condition is None else self._condition.others
        for name, (spec, read) in others.items():
            of_other = partial(self._sample, read=read)
            self.signatures[name] = tf.function(of_other, [num, seed, spec, *sample[3:]])

    def requests(self, num: int) -> Requests:
        """Requests that warm a server up, as (signature, inputs): of 1 image and of `num`.

        There is none for `sample`: a server that batches refuses scalars, and with them the whole model.
        """
        return [
            ("serving_default", {name: value[:n] for name, value in self._examples.items()})
            for n in (1, num)
        ]

    def _serving_default(self, latents, told=None):
        latents = tf.ensure_shape(latents, (None, self._width), name="latents")
        with tf.control_dependencies([at_most(tf.shape(latents)[0], "latents")]):
            latents = tf.identity(latents)
        if told is not None:
            name = self._model.condition.column
            rows = tf.debugging.assert_equal(
                tf.shape(told)[0], tf.shape(latents)[0], f"There must be as many {name} as latents."
            )
            with tf.control_dependencies([rows]):
                told = self._condition.checked(told)
        return {"images": to_uint8(self._images(latents, told))}

    def _sample(self, num, seed, *options, read=None):
        """Images for a value of the condition, if there is one, that `read` reads."""
        options = [*options]
        told = None if self._condition is None else options.pop(0)
        at_least_1 = tf.debugging.assert_positive(num, "num must be at least 1.")
        not_negative = tf.debugging.assert_non_negative(seed, "seed must not be negative.")
        with tf.control_dependencies([at_least_1, at_most(num, "num"), not_negative]):
            shape = tf.stack([num, self._width])
        if told is not None:
            told = tf.repeat((read or self._condition.read)(told)[None], num, axis=0)
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
            images = self._model.truncated(latents, told, self._checked_truncation(*options))
        else:
            images = self._images(latents, told)
        return {"images": to_uint8(images)}

    def _sample_png(self, num, seed, *options):
        images = self._sample(num, seed, *options)["images"]
        # TensorFlow Serving writes outputs as base64 in JSON if their name ends in "_bytes".
        return {"image_bytes": to_png(images)}

    def _images(self, latents, told):
        column = {} if told is None else {self._model.condition.column: told}
        return self._generate(latents=latents, **column)["images"]

    def _checked_truncation(self, truncation):
        allowed = tf.debugging.assert_equal(
            self._model.allows_truncation(truncation),
            True,
            f"truncation must {self._model.truncation_rule}.",
        )
        with tf.control_dependencies([allowed]):
            return tf.identity(truncation)
