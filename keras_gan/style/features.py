"""Feature networks of style transfer: what an image shows, and how it is painted."""

import hashlib
import os
from pathlib import Path

import keras
from keras import layers

from keras_gan import zoo
from keras_gan.backend.keras_private import copying_code
from keras_gan.tasks.classification import Classification

VGG19 = "vgg19"
EMBEDDED = "cifar10_classifier"
"""The default: a network of the zoo that learned ten classes of pictures of 32 pixels."""
STYLE = {VGG19: ("1_1", "2_1", "3_1", "4_1", "5_1"), EMBEDDED: ("1", "2", "3", "5", "6")}
CONTENT = {VGG19: ("4_2",), EMBEDDED: ("5",)}
"""Layers by network; of a classifier the numbers of its ReLUs, in the order of the network."""
MD5 = "253f8cb515780f3b799900260a226db6"
"""Of the file vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5 of keras.applications."""
_MEANS = (103.939, 116.779, 123.68)  # of ImageNet: blue, green, red


def features_of(
    network: str | os.PathLike = EMBEDDED,
    weights: str | os.PathLike | None = None,
    dtype: str = "float32",
) -> keras.Model:
    """A feature network whose maximum pooling is average pooling, as the paper prefers.

    Args:
        network: "vgg19", as in the paper, by `keras.applications`; or a classifier, as for
            `keras_gan.zoo.load`.
        weights: for "vgg19", a local copy of the file that Keras would download (80 MB).
        dtype: the Keras dtype policy that a classifier computes in; "mixed_bfloat16" is fast on many CPUs.

    Returns:
        A model from images (n, height, width, 3) in [-1, 1] of any size to a dictionary of features by the
        name of the layer, after its ReLU: "1_1" to "5_4" of VGG-19, "1", "2", ... of a classifier.

    Raises:
        ValueError: if the network is no classifier of RGB images or has no ReLU, or the file is another one.
        OSError: if the weights of VGG-19 are neither given nor can be downloaded.
    """
    if network == VGG19 and dtype != "float32":
        raise ValueError(f"dtype must be float32 for {VGG19}, got {dtype!r}.")
    if network == VGG19:
        return _vgg19(weights)
    if weights is not None:
        raise ValueError(f"weights are of vgg19 only; {network} has its own.")
    model = zoo.load(network)
    if not isinstance(model, Classification) or model.example_shape[-1] != 3:
        raise ValueError(f"features must be vgg19 or a classifier of RGB images, got {network}.")
    named = {}

    def cloned(layer):
        if isinstance(layer, layers.MaxPooling2D):
            return _average(layer, dtype)
        copy = type(layer).from_config({**layer.get_config(), "dtype": dtype})
        if isinstance(layer, layers.ReLU):
            named[str(len(named) + 1)] = copy
        return copy

    images = keras.Input((None, None, 3))
    # A sequential network as a functional one, which can be copied for another input.
    whole = keras.Model(model.network.inputs[0], model.network.outputs[0])
    with copying_code():
        clone = keras.models.clone_model(whole, input_tensors=images, clone_function=cloned)
    if not named:
        raise ValueError(f"features must have ReLU layers, which {network} lacks.")
    clone.set_weights(whole.get_weights())
    return _of(images, {name: layer.output for name, layer in named.items()})


def _vgg19(weights):
    """VGG-19 up to its fifth block, of images in [-1, 1]."""
    if weights is not None and hashlib.md5(Path(weights).read_bytes()).hexdigest() != MD5:
        raise ValueError(
            f"weights must be the file of VGG-19 without its top that keras.applications downloads, of MD5 "
            f"{MD5}; {weights} is another one."
        )
    try:
        given = "imagenet" if weights is None else str(weights)
        network = keras.applications.VGG19(include_top=False, weights=given)
    except Exception as error:  # of urllib, which Keras wraps in its own
        if weights is not None:
            raise
        raise OSError(
            f"features='vgg19' downloads 80 MB, which failed: {error}. The embedded {EMBEDDED!r} needs no "
            "download."
        ) from error
    return vgg19_of(network)


def vgg19_of(network: keras.Model) -> keras.Model:
    """The features of a VGG-19 of `keras.applications`, as `features_of` returns them."""
    images = keras.Input((None, None, 3))
    hidden, outputs = _Preprocessed()(images), {}
    for layer in network.layers[1:]:
        if isinstance(layer, layers.MaxPooling2D):
            hidden = _average(layer)(hidden)
            continue
        hidden = layer(hidden)
        block, _, number = layer.name.partition("_conv")
        outputs[f"{block.removeprefix('block')}_{number}"] = hidden
    return _of(images, outputs)


def _of(images, outputs):
    model = keras.Model(images, outputs)
    model.trainable = False
    return model


def _average(layer, dtype=None):
    return layers.AveragePooling2D(layer.pool_size, layer.strides, layer.padding, dtype=dtype)


class _Preprocessed(layers.Layer):
    """Images in [-1, 1] as VGG-19 takes them: 0 to 255, blue before red, less the means of ImageNet."""

    def call(self, inputs):
        return keras.ops.flip((inputs + 1.0) * 127.5, axis=-1) - keras.ops.array(_MEANS, "float32")
