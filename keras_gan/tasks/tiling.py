"""Tiling: a network from images to images applied to pictures of any size, within bounded memory."""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers, ops

from keras_gan.backend.keras_private import copying_code
from keras_gan.batching import in_batches
from keras_gan.tasks.custom_networks import shapes_of
from keras_gan.tasks.labels import inputs_of, rows_of

# Pixels that a network receives at once. With 64 channels in float32 one activation then takes 256 MiB.
AREA = 2**20
# Border pixels of a tile that are discarded, because their receptive field leaves the tile. The residual
# generator of 9 blocks has a receptive field radius of 87 pixels.
MARGIN = 88
RAMP = 16  # pixels, at least, over which one tile fades into the next


def run(
    network: keras.Model,
    images: np.ndarray,
    noise: int | None = None,
    conditions: np.ndarray | None = None,
) -> np.ndarray:
    """The outputs of a network for images of one size.

    Sides that the network cannot take are padded by reflection, and the result cropped back. An image of
    more than `AREA` pixels goes through in overlapping tiles that fade into each other. Instance
    normalization then uses the same statistics in all of them, those of the whole picture (`_fixed`), so that
    a network of convolutions shows no seams: where tiles meet, they agree.

    Args:
        network: a built model from images to images of the same size, fully convolutional or of one size.
        images: float (n, height, width, channels).
        noise: the seed of the network's dropout; None to switch it off.
        conditions: (n, k), the second input of a network that has two.

    Returns:
        float32 (n, height, width, channels).
    """
    height, width = images.shape[1:3]
    step = step_of(network)
    padded = [-(-side // unit) * unit for side, unit in zip((height, width), step, strict=True)]
    sides = ((0, padded[0] - height), (0, padded[1] - width))
    images = np.pad(images, ((0, 0), *sides, (0, 0)), mode="reflect")
    if noise is not None:
        network = copy(network, lambda layer: _always(layer, noise))
    # A network of one size takes nothing else; others a rectangle of AREA pixels.
    whole = _shape(network)[1] is None and padded[0] * padded[1] <= AREA
    if whole or tuple(padded) == tuple(step):
        count = max(1, AREA // (padded[0] * padded[1]))
        outputs = [
            network.predict_on_batch(inputs_of(images[rows], rows_of(conditions, rows)))
            for rows in in_batches(len(images), count)
        ]
        return np.concatenate(outputs)[:, :height, :width]
    tiled = []
    for index, image in enumerate(images):
        condition = rows_of(conditions, slice(index, index + 1))
        tiled.append(_tiled(network, image, step, condition))
    return np.stack(tiled)[:, :height, :width]


def _shape(network):
    """The shape of the images that a network takes."""
    return shapes_of(network.input_shape)[0]


def step_of(network: keras.Model) -> tuple[int, int]:
    """(height, width) of which the sides of an image must be multiples, because the network downsamples."""
    height, width, channels = _shape(network)[1:]
    if height is not None:
        return height, width
    inner = keras.Model(network.inputs, [layer.output for layer in network.layers])
    others = [(1, *shape[1:]) for shape in shapes_of(network.input_shape)[1:]]
    given = [(1, 1024, 1024, channels), *others]
    shapes = inner.compute_output_shape(given if others else given[0])
    smallest = min(shape[1] for shape in shapes if len(shape) == 4)
    return (max(1, 1024 // smallest),) * 2


def _tiled(network, image, step, condition):
    fixed = _shape(network)[1] is not None
    tile = [
        unit if fixed else min(side, int(AREA**0.5) // unit * unit or unit)
        for side, unit in zip(image.shape, step, strict=False)
    ]
    # Tiles of a network of one size overlap by half of it, at most.
    least = 2 * MARGIN + RAMP
    overlap = [
        min(-(-least // (unit // 2 if fixed else unit)) * (unit // 2 if fixed else unit), size // 2)
        for unit, size in zip(step, tile, strict=True)
    ]
    network = _fixed(network, image, tile, condition)
    output = np.zeros(image.shape[:2] + network.output_shape[-1:], np.float32)
    spans = [_spans(*sizes) for sizes in zip(image.shape[:2], tile, overlap, strict=True)]
    for top, vertical in spans[0]:
        for left, horizontal in spans[1]:
            part = (slice(top, top + tile[0]), slice(left, left + tile[1]))
            (values,) = network.predict_on_batch(inputs_of(image[part][None], condition))
            output[part] += values * vertical[:, None, None] * horizontal[:, None]
    return output


def _starts(length, tile, overlap):
    return [*range(0, length - tile, tile - overlap), length - tile]


def _spans(length: int, tile: int, overlap: int) -> list[tuple[int, np.ndarray]]:
    """Tiles along one axis, `overlap` or more pixels of each in the next.

    Returns:
        The first pixel of each, and the weights (tile,) of its pixels. At every pixel the weights of all
        tiles add up to 1.
    """
    starts = _starts(length, tile, overlap)
    margin = min(MARGIN, max(0, overlap - RAMP) // 2)
    ramp = overlap - 2 * margin
    inside = np.arange(tile) + 0.5
    total, weights = np.zeros(length), []
    for start in starts:
        rise = np.clip((inside - margin) / ramp, 0.0, 1.0)
        weight = np.ones(tile)
        if start > 0:
            weight = np.minimum(weight, rise)
        if start < length - tile:
            weight = np.minimum(weight, rise[::-1])
        weights.append(weight)
        total[start : start + tile] += weight
    return [
        (start, (weight / total[start : start + tile]).astype(np.float32))
        for start, weight in zip(starts, weights, strict=True)
    ]


def _fixed(network, image, tile, condition=None):
    """The network with the statistics of the whole image in its instance normalization.

    They are averages over tiles that hardly overlap, each run alone: exact for the first normalization but
    for that overlap, and nearly so for later ones. So the network runs about twice.
    """
    norms = [layer for layer in network.layers if is_instance_norm(layer)]
    if not norms:
        return network
    probe = keras.Model(
        network.inputs, [ops.stack(_moments(ops.cast(n.input, "float32"))) for n in norms]
    )
    rows, columns = (_starts(side, size, 0) for side, size in zip(image.shape, tile, strict=False))
    seen = [
        probe.predict_on_batch(
            inputs_of(image[top : top + tile[0], left : left + tile[1]][None], condition)
        )
        for top in rows
        for left in columns
    ]
    statistics = {}
    for index, layer in enumerate(norms):
        means, variances = np.float64([tile[index][:, 0] for tile in seen]).swapaxes(0, 1)
        mean = means.mean(axis=0)
        statistics[layer.name] = mean, (variances + means**2).mean(axis=0) - mean**2

    def replace(layer):
        if layer.name in statistics:
            return _FixedNormalization(*statistics[layer.name], layer)
        return None

    return copy(network, replace)


def is_instance_norm(layer: layers.Layer) -> bool:
    """Whether a layer normalizes each channel of an image by its mean and variance over the image."""
    return isinstance(layer, layers.GroupNormalization) and layer.groups == layer.input.shape[-1]


def _moments(inputs):
    return ops.moments(inputs, axes=(1, 2))


class _FixedNormalization(layers.Layer):
    """An instance normalization whose mean and variance (channels,) are given."""

    def __init__(self, mean, variance, layer):
        super().__init__(name=layer.name, dtype=layer.dtype_policy, trainable=False)
        scale = 1.0 / np.sqrt(variance + layer.epsilon)
        shift = -mean * scale
        gamma = ops.convert_to_numpy(layer.gamma) if layer.scale else 1.0
        beta = ops.convert_to_numpy(layer.beta) if layer.center else 0.0
        self.factor = self._constant(scale * gamma)
        self.offset = self._constant(shift * gamma + beta)
        self.built = True

    def _constant(self, value):
        constant = keras.initializers.Constant(value.astype("float32"))
        return self.add_weight(shape=value.shape, initializer=constant, trainable=False)

    def call(self, inputs):
        return inputs * ops.cast(self.factor, inputs.dtype) + ops.cast(self.offset, inputs.dtype)


class _AlwaysDropout(layers.Dropout):
    def call(self, inputs, training=None):
        return super().call(inputs, training=True)


def _always(layer, seed):
    if not isinstance(layer, layers.Dropout):
        return None
    return _AlwaysDropout(layer.rate, seed=seed, name=layer.name)


def copy(
    network: keras.Model, replace: Callable[[layers.Layer], layers.Layer | None]
) -> keras.Model:
    """A copy of a network, with each layer for which `replace` returns another one replaced by that."""

    def cloned(layer):
        return replace(layer) or type(layer).from_config(layer.get_config())

    with copying_code():
        clone = keras.models.clone_model(network, clone_function=cloned)
    for old, new in zip(network.layers, clone.layers, strict=True):
        if type(old) is type(new):
            new.set_weights(old.get_weights())
    return clone
