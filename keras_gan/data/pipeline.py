"""tf.data pipelines: order, batches, floats in [-1, 1], augmentation."""

import contextlib
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from keras_gan.data.pictures import Split
from keras_gan.modalities.images import Size, resize

# Data sets of up to so many bytes are decoded once and held in memory; larger ones are read anew each epoch.
IN_MEMORY = 2**30


def from_split(
    split: Split,
    size: Size | None,
    batch_size: int | None,
    shuffle: bool,
    seed: int,
    labels: bool,
    augment: Callable[[Any], Any] | None,
) -> Any:
    """A pipeline of local pictures; arguments and result as those of `data.load`.

    Indices are shuffled and batched, then whole batches are read: cheap for arrays, parallel for files.
    """
    tf = tensorflow()
    columns = [_reader(tf, pictures, size) for pictures in split.domains]
    if labels and split.labels is not None:
        columns.append(_held(tf, split.labels))
    counts = [len(pictures) for pictures in split.domains]
    orders = [
        _shuffled(
            tf.data.Dataset.range(count), count, shuffle, seed + position, count < max(counts)
        )
        for position, count in enumerate(counts[:1] if split.aligned else counts)
    ]
    indices = _batched(tf.data.Dataset.zip(*orders), batch_size, shuffle)

    def read(*drawn):
        drawn = drawn if len(drawn) > 1 else drawn * len(columns)
        return tuple(column(index) for column, index in zip(columns, drawn, strict=True))

    dataset = indices.map(read, num_parallel_calls=tf.data.AUTOTUNE)
    return _finished(dataset, len(split.domains), split.aligned, augment)


def fits(stream: Any, size: Size | None) -> bool:
    """Whether the pictures of one of `tfds.streams` fit into memory; False if their number is unknown."""
    return 0 <= int(stream.cardinality()) * math.prod(_stream_shape(stream, size)) <= IN_MEMORY


def from_streams(
    domains: Sequence[Any],
    size: Size | None,
    batch_size: int | None,
    shuffle: bool,
    seed: int,
    labels: bool,
    augment: Callable[[Any], Any] | None,
) -> Any:
    """A pipeline of `tfds.streams`; the other arguments and the result are those of `data.load`.

    Examples are shuffled within a buffer of `IN_MEMORY` / 4 bytes.
    """
    tf = tensorflow()
    counts = [int(domain.cardinality()) for domain in domains]
    streams = []
    for position, domain in enumerate(domains):
        shape = _stream_shape(domain, size)

        def read(example, shape=shape):
            fit = partial(resize, size=shape[:2])
            image = tf.ensure_shape(tf.numpy_function(fit, [example["image"]], tf.uint8), shape)
            label = [tf.cast(example["label"], tf.int32)] if labels and "label" in example else []
            return (image, *label)

        stream = domain.map(read, num_parallel_calls=tf.data.AUTOTUNE)
        buffer = max(1000, IN_MEMORY // 4 // math.prod(shape))
        shorter = counts[position] < max(counts)
        streams.append(_shuffled(stream, buffer, shuffle, seed + position, shorter))
    examples = tf.data.Dataset.zip(*streams)
    if len(streams) > 1:
        examples = examples.map(lambda *parts: sum(parts, ()))
    return _finished(_batched(examples, batch_size, shuffle), len(domains), False, augment)


def _reader(tf, pictures, size):
    shape = pictures.shape(size)
    if len(pictures) * math.prod(shape) <= IN_MEMORY:
        return _held(tf, pictures.array(size))

    def read(indices):
        images = tf.numpy_function(partial(pictures.take, size=size), [indices], tf.uint8)
        return tf.ensure_shape(images, (*indices.shape, *shape))

    return read


def _held(tf, array):
    with tf.device("CPU"):
        return partial(tf.gather, tf.constant(array))


def _stream_shape(domain, size):
    height, width, channels = domain.element_spec["image"].shape
    height, width = size or (height, width)
    if None in (height, width):
        raise ValueError("The pictures differ in size: give image_size to bring them to one.")
    return height, width, channels


def _shuffled(dataset, buffer, shuffle, seed, repeat):
    if shuffle:
        dataset = dataset.shuffle(buffer, seed=seed, reshuffle_each_iteration=True)
    return dataset.repeat() if repeat else dataset


def _batched(dataset, batch_size, drop_remainder):
    if batch_size is None:
        return dataset
    if batch_size < 1 or (drop_remainder and 0 <= int(dataset.cardinality()) < batch_size):
        count = int(dataset.cardinality())
        raise ValueError(
            f"batch_size must lie between 1 and the {count} examples, got {batch_size}."
        )
    return dataset.batch(batch_size, drop_remainder=drop_remainder)


def _finished(dataset, num_images, aligned, augment):
    """Images in [-1, 1] from uint8 columns, augmented after everything that is held in memory."""
    tf = tensorflow()

    def split_columns(columns):
        return list(columns[:num_images]), columns[num_images:]

    def to_float(*columns):
        images, labels = split_columns(columns)
        return (*(tf.cast(image, tf.float32) / 127.5 - 1.0 for image in images), *labels)

    def augmented(*columns):
        images, labels = split_columns(columns)
        if aligned:
            images = tf.split(augment(tf.concat(images, axis=-1)), num_images, axis=-1)
        else:
            images = [augment(image) for image in images]
        return (*images, *labels)

    dataset = dataset.map(to_float, num_parallel_calls=tf.data.AUTOTUNE)
    if augment is not None:
        dataset = dataset.map(augmented)  # not in parallel: calls would race for random numbers
    if len(dataset.element_spec) == 1:
        dataset = dataset.map(lambda image: image)
    return dataset.prefetch(tf.data.AUTOTUNE)


def tensorflow() -> Any:
    """TensorFlow, kept off the accelerator where another backend trains on it.

    Raises:
        ValueError: if it is not installed.
    """
    import keras

    try:
        import tensorflow as tf
    except ImportError as error:
        raise ValueError(
            "A tf.data pipeline needs tensorflow, which is not installed (pip install tensorflow). "
            "keras_gan.data.arrays and arrays_from_folder give NumPy arrays without it."
        ) from error
    if keras.backend.backend() != "tensorflow":
        with contextlib.suppress(RuntimeError):  # TensorFlow is in use already
            tf.config.set_visible_devices([], "GPU")  # or it takes the memory of the accelerator
    return tf
