"""Signatures of models that translate images: of images of any size, and of JPEG and PNG files."""

import numpy as np
import tensorflow as tf

from keras_gan.serving.tensorflow.decoding import (
    MAX_PIXELS,
    check_size,
    decode,
    to_png,
    to_uint8,
)
from keras_gan.serving.tensorflow.graphs import Requests, Served
from keras_gan.tasks import tiling
from keras_gan.tasks.custom_networks import shapes_of
from keras_gan.tasks.domain_translation import DomainTranslation
from keras_gan.tasks.labels import inputs_of
from keras_gan.tasks.stylization import Stylization
from keras_gan.tasks.translation import Translation


class ServedTranslation(Served):
    """The signatures of a `Translation` or `Stylization`; the graph refuses bad inputs with InvalidArgument.

    - `serving_default`: `images` uint8 (n, height, width, channels) -> `images`:
      `model.translate(images, size="full")`.
    - `translate_image_bytes`: `image_bytes` (n,), JPEG or PNG files -> `image_bytes` (n,), PNG files.
    - `translate_BtoA`, `translate_image_bytes_BtoA`: the same in the model's second direction, if it has one.

    Args:
        model: a `Translation` or `Stylization` under the TensorFlow backend, of images of 1 or 3 channels.
    """

    def __init__(self, model: Translation | Stylization):
        super().__init__(model)
        self._shape = model.image_shape
        images = tf.TensorSpec((None, None, None, self._shape[-1]), tf.uint8, "images")
        files = tf.TensorSpec((None,), tf.string, "image_bytes")
        for index, (direction, network) in enumerate(model.generators.items()):
            graphs = _Direction(network)
            of_images = f"translate_{direction}" if index else "serving_default"
            of_files = "translate_image_bytes" + (f"_{direction}" if index else "")
            self.signatures[of_images] = tf.function(graphs.of_images, [images])
            self.signatures[of_files] = tf.function(graphs.of_files, [files])

    def requests(self, num: int) -> Requests:
        """Requests that warm a server up: one image to each signature, as `num` of them would take long."""
        image = np.zeros((1, *self._shape), np.uint8)
        values = {"images": image, "image_bytes": to_png(image).numpy()}
        inputs = {name: graph.input_signature[0].name for name, graph in self.signatures.items()}
        return [(name, {key: values[key]}) for name, key in inputs.items()]


class ServedDomainTranslation(Served):
    """The signatures of a `DomainTranslation`; the graph refuses bad inputs with InvalidArgument.

    - `serving_default`: `images` uint8 (n, height, width, channels) and `labels` int32 (n, columns), as
      `model.translate_labels` takes them -> `images`.
    - `translate_image_bytes`: `image_bytes` (n,), JPEG or PNG files, and `labels` -> `image_bytes` (n,), PNG
      files.

    Args:
        model: a `DomainTranslation` under the TensorFlow backend, of images of 1 or 3 channels.
    """

    def __init__(self, model: DomainTranslation):
        super().__init__(model)
        self._shape, self._columns = model.image_shape, model.attributes.columns
        images = tf.TensorSpec((None, None, None, self._shape[-1]), tf.uint8, "images")
        files = tf.TensorSpec((None,), tf.string, "image_bytes")
        labels = tf.TensorSpec((None, self._columns), tf.int32, "labels")
        graphs = _Direction(model.sampling_generator, model.attributes)
        self.signatures = {
            "serving_default": tf.function(graphs.of_images, [images, labels]),
            "translate_image_bytes": tf.function(graphs.of_files, [files, labels]),
        }

    def requests(self, num: int) -> Requests:
        """Requests that warm a server up: one image to each signature, as `num` of them would take long."""
        image, labels = (
            np.zeros((1, *self._shape), np.uint8),
            np.zeros((1, self._columns), np.int32),
        )
        given = {"images": image}, {"image_bytes": to_png(image).numpy()}
        return [
            (name, {**each, "labels": labels})
            for name, each in zip(self.signatures, given, strict=True)
        ]


class _Direction:
    """The translation in one direction, or to labels that are given: `tiling.run` as a graph."""

    def __init__(self, network, attributes=None):
        self._network, self._attributes = network, attributes
        self._step = tiling.step_of(network)
        (_, height, _, self._channels), *_ = shapes_of(network.input_shape)
        self._of_one_size = height is not None
        # Each tile would be normalized with its own statistics.
        self._tiles = not any(map(tiling.is_instance_norm, network.layers))

    def of_images(self, images, labels=None):
        images = tf.ensure_shape(images, (None,) * 3 + (self._channels,))
        return {"images": self._translate(images, labels)}

    def of_files(self, image_bytes, labels=None):
        files = tf.ensure_shape(image_bytes, (None,))
        places = tf.range(tf.size(files))

        def of_file(place):
            image = decode(files[place], self._channels)
            rows = None if labels is None else labels[place : place + 1]
            return to_png(self._translate(image[None], rows))[0]

        return {"image_bytes": _map(of_file, places, tf.string)}

    def _translate(self, images, labels=None):
        num, height, width = tf.unstack(tf.shape(images)[:3])
        checks = [tf.debugging.assert_positive(num, "There must be at least one image.")]
        if labels is not None:
            checks += self._label_checks(num, labels)
        checks += check_size(height, width)
        # A long and thin image is padded to many times its size.
        step = self._step
        rows, columns = -(-height // step[0]) * step[0], -(-width // step[1]) * step[1]
        most = f"Images must have at most {MAX_PIXELS} pixels, sides rounded up to multiples of {step}."
        checks.append(tf.debugging.assert_less_equal(rows * columns, MAX_PIXELS, most))
        if self._of_one_size and not self._tiles:
            most = f"Images must have at most {step[0]} x {step[1]} pixels."
            checks.append(tf.debugging.assert_less_equal((height, width), step, most))
        with tf.control_dependencies(checks):
            images = tf.cast(images, tf.float32) / 127.5 - 1.0
            # Images that together have `MAX_PIXELS`: a large request takes longer, not more memory.
            count = MAX_PIXELS // (rows * columns)
        images = _padded(_padded(images, 1, rows), 2, columns)
        run = self._run_tiles if self._of_one_size else self._run
        parts = tf.TensorArray(tf.uint8, 0, dynamic_size=True, infer_shape=False)
        for start in tf.range(0, num, count):
            rows = slice(start, start + count)
            outputs = run(images[rows], None if labels is None else labels[rows])
            parts = parts.write(parts.size(), to_uint8(outputs))
        translations = tf.ensure_shape(parts.concat(), images.shape)
        return translations[:, :height, :width]

    def _label_checks(self, num, labels):
        least, most = self._attributes.ranges()
        message = f"labels must be a row for each image, of {least} to {most}."
        return [
            tf.debugging.assert_equal(tf.shape(labels)[0], num, message),
            tf.debugging.assert_greater_equal(labels, least, message),
            tf.debugging.assert_less_equal(labels, most, message),
        ]

    def _run(self, images, labels):
        conditions = None if labels is None else self._attributes.conditions(labels)
        return self._network(inputs_of(images, conditions), training=False)

    def _run_tiles(self, images, labels):
        height, width = self._step
        rows, vertical = _spans(tf.shape(images)[1], height)
        columns, horizontal = _spans(tf.shape(images)[2], width)

        def row(top):
            tiles = tf.gather(images[:, top : top + height], columns, axis=2)
            tiles = tf.transpose(tiles, (0, 2, 1, 3, 4))  # image, tile, height, width, channel
            of_tiles = None if labels is None else tf.repeat(labels, tf.shape(tiles)[1], axis=0)
            outputs = self._run(tf.reshape(tiles, (-1, height, width, self._channels)), of_tiles)
            outputs = tf.reshape(tf.cast(outputs, tf.float32), tf.shape(tiles))
            return _blended(tf.transpose(outputs, (1, 3, 0, 2, 4)), columns, horizontal)

        strips = _map(row, rows[:, 0], tf.float32)  # tile, width, image, height, channel
        blended = _blended(tf.transpose(strips, (0, 3, 2, 1, 4)), rows, vertical)
        return tf.transpose(blended, (1, 0, 2, 3))


def _map(function, values, dtype):
    """`tf.map_fn`, one value after the other, as each may need much memory."""
    return tf.map_fn(function, values, fn_output_signature=dtype, parallel_iterations=1)


def _padded(images, axis, length):
    """Images extended along an axis to a length, by reflection."""
    period = 2 * tf.shape(images)[axis] - 2
    place = tf.range(length) % period
    return tf.gather(images, tf.minimum(place, period - place), axis=axis)


def _spans(length, tile):
    """Tiles along one axis that fade into each other, as those of `tiling`.

    Returns:
        Positions of their pixels in the image, and weights of the pixels there: two tensors (t, tile).
    """
    overlap = tile // 2
    margin = min(tiling.MARGIN, max(0, overlap - tiling.RAMP) // 2)
    rise = np.clip((np.arange(tile) + 0.5 - margin) / (overlap - 2 * margin), 0.0, 1.0)
    rise = rise.astype(np.float32)
    starts = tf.concat([tf.range(0, length - tile, tile - overlap), [length - tile]], 0)[:, None]
    weights = tf.minimum(
        tf.where(starts > 0, rise, 1.0), tf.where(starts < length - tile, rise[::-1], 1.0)
    )
    places = starts + tf.range(tile)
    total = tf.math.unsorted_segment_sum(weights, places, length)
    return places, weights / tf.gather(total, places)


def _blended(tiles, places, weights):
    """The weighted sum (length, ...) of tiles (t, tile, ...)."""
    tiles *= weights[:, :, None, None, None]
    return tf.math.unsorted_segment_sum(tiles, places, places[-1, -1] + 1)
