"""The faster convolutions are Keras's own, in values and in gradients of both orders."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import Conv2D, Conv2DTranspose

KINDS = {Conv2D: keras.layers.Conv2D, Conv2DTranspose: keras.layers.Conv2DTranspose}


def pair(kind, *args, **kwargs):
    """The layer and Keras's, with equal weights."""
    layers = [k(5, *args, **kwargs) for k in (kind, KINDS[kind])]
    for layer in layers:
        layer.build((None, 8, 8, 3))
    rng = np.random.default_rng(0)
    layers[1].set_weights([rng.normal(size=weight.shape) for weight in layers[0].get_weights()])
    layers[0].set_weights(layers[1].get_weights())
    return layers


def gradients(layer, images):
    """Of the sum of squares with respect to the weights, and of a squared gradient with respect to images."""

    def penalty():
        slopes = backend.gradient(lambda x: ops.sum(ops.square(layer(x)), axis=(1, 2, 3)), images)
        return ops.mean(ops.square(ops.cast(slopes, "float32")))

    def squares():
        return ops.mean(ops.square(ops.cast(layer(images), "float32")))

    for loss in (squares, penalty):
        _, slopes = backend.value_and_grad(
            lambda loss=loss: (loss(), None), layer.trainable_variables, lambda value: value
        )
        yield from slopes


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(8, 8), (16, 12)])
def test_values_and_gradients_are_those_of_keras(kind, size, rng):
    """To what bfloat16 rounds to; the shapes are those that have a kernel of their own."""
    mine, keras_own = pair(kind, 4, 2, "same", dtype="mixed_bfloat16")
    images = ops.convert_to_tensor(rng.normal(size=(3, *size, 3)).astype("float32"))
    values = [
        ops.convert_to_numpy(ops.cast(layer(images), "float32")) for layer in (mine, keras_own)
    ]
    np.testing.assert_allclose(*values, rtol=0.02, atol=0.05)
    for one, other in zip(gradients(mine, images), gradients(keras_own, images), strict=True):
        one, other = ops.convert_to_numpy(one), ops.convert_to_numpy(other)
        assert np.abs(one - other).max() <= 0.05 * np.abs(other).max()


@pytest.mark.tensorflow
def test_small_images_in_bfloat16_have_a_kernel_of_their_own():
    images = {size: ops.ones((1, size, size, 3), "bfloat16") for size in (7, 8, 16, 32)}
    kernel = ops.ones((4, 4, 3, 3), "bfloat16")
    assert [backend.conv_stride2(images[s], kernel) is None for s in (7, 8, 16, 32)] == [1, 0, 0, 1]
    assert [backend.conv_transpose_stride2(images[s], kernel) is None for s in (7, 8, 16, 32)] == [
        0,
        0,
        1,
        1,
    ]
    assert backend.conv_stride2(ops.ones((1, 8, 8, 3)), ops.ones((4, 4, 3, 3))) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 3, "strides": 1, "padding": "same"},
        {"kernel_size": 4, "strides": 2, "padding": "valid"},
        {
            "kernel_size": 4,
            "strides": 2,
            "padding": "same",
            "activation": "relu",
            "use_bias": False,
        },
    ],
)
def test_other_arguments_mean_what_they_mean_in_keras(kind, options, rng):
    mine, keras_own = pair(kind, **options)
    images = rng.normal(size=(2, 8, 8, 3)).astype("float32")
    np.testing.assert_allclose(*(ops.convert_to_numpy(x(images)) for x in (mine, keras_own)))
    assert kind.from_config(mine.get_config()).get_config() == mine.get_config()
