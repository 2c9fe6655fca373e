"""The layers of StyleGAN2 against explicit loops, with SciPy's correlation."""

import numpy as np
import pytest
from keras import ops
from scipy.signal import correlate, upfirdn

from keras_gan import backend
from keras_gan.layers import (
    Downsample,
    EqualizedConv2D,
    EqualizedDense,
    Fade,
    LearnedConstant,
    MinibatchStandardDeviation,
    ModulatedConv2D,
    Noise,
    PixelNormalization,
    RunningMean,
    Upsample,
)
from keras_gan.layers.resampling import blur

FILTER = np.array([1.0, 3.0, 3.0, 1.0]) / 8.0


def images(rng, *shape):
    return rng.normal(size=shape).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def filtered(image, up=1, pad=(0, 0)):
    """An image (height, width, channels), zeros inserted, filtered along both axes, on a border."""
    for axis in (0, 1):
        image = upfirdn(FILTER * up, image, up=up, axis=axis)
        # upfirdn has a border of 3 zeros, and stops after the last pixel.
        low, high = 3 - pad[0], image.shape[axis] - 3 + pad[1] + (up - 1 if up > 1 else 0)
        missing = max(0, high - image.shape[axis])
        widths = [(0, missing if a == axis else 0) for a in range(3)]
        image = np.take(np.pad(image, widths), np.arange(low, high), axis=axis)
    return image


def convolved(image, kernel, mode="same"):
    """The cross-correlation of (height, width, in) with (side, side, in, out), channel by channel."""
    outputs = [
        sum(correlate(image[..., i], kernel[..., i, o], mode) for i in range(image.shape[-1]))
        for o in range(kernel.shape[-1])
    ]
    return np.stack(outputs, axis=-1)


@pytest.mark.parametrize("border", [1, 2])
def test_blur_is_the_filter(border, rng):
    x = images(rng, 2, 5, 6, 3)
    expected = [2.0 * filtered(image, pad=(border, border)) for image in x]
    np.testing.assert_allclose(numpy(blur(x, border, gain=2.0)), expected, atol=1e-5)


def test_upsampling_is_zeros_and_the_filter(rng):
    x = images(rng, 2, 4, 3, 2)
    expected = np.stack([filtered(image, up=2, pad=(2, 1)) for image in x])
    assert expected.shape == (2, 8, 6, 2)
    np.testing.assert_allclose(numpy(Upsample()(x)), expected, atol=1e-5)
    # Away from the border a constant stays what it is.
    np.testing.assert_allclose(numpy(Upsample()(np.ones((1, 4, 4, 1))))[0, 1:-1, 1:-1], 1.0)


def test_equalized_dense():
    layer = EqualizedDense(40, lr_multiplier=0.01, initial_bias=1.0)
    x = np.random.default_rng(0).normal(size=(500, 50)).astype("float32")
    outputs = numpy(layer(x))
    kernel, bias = layer.get_weights()
    np.testing.assert_allclose(outputs, x @ kernel * 0.01 / np.sqrt(50) + 1.0, atol=1e-4)
    assert kernel.std() == pytest.approx(100.0, rel=0.05)
    np.testing.assert_allclose(bias, 100.0)
    assert outputs.std() == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize(("size", "downsample"), [(1, False), (3, False), (1, True), (3, True)])
def test_equalized_convolution(size, downsample, rng):
    layer = EqualizedConv2D(4, size, downsample)
    x = images(rng, 2, 6, 8, 3)
    outputs = numpy(layer(x))
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel, bias + 0.5])
    kernel = kernel / np.sqrt(size * size * 3)
    if downsample:
        border = (size + 1) // 2
        expected = [
            convolved(filtered(image, pad=(border, border)), kernel, "valid")[::2, ::2]
            for image in x
        ]
        assert outputs.shape == (2, 3, 4, 4)
    else:
        expected = [convolved(image, kernel) for image in x]
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
    np.testing.assert_allclose(numpy(layer(x)), outputs + 0.5, atol=1e-5)


@pytest.mark.parametrize("demodulate", [True, False])
@pytest.mark.parametrize("upsample", [True, False])
def test_modulated_convolution_is_one_kernel_for_each_example(upsample, demodulate, rng):
    layer = ModulatedConv2D(5, 3, upsample, demodulate)
    x, w = images(rng, 3, 4, 6, 2), images(rng, 3, 7)
    layer(x, w)
    layer.set_weights([rng.normal(size=weight.shape) for weight in layer.get_weights()])
    kernel, bias = numpy(layer.kernel), numpy(layer.bias)
    affine, shift = numpy(layer.affine.kernel), numpy(layer.affine.bias)
    outputs = numpy(layer(x, w))
    for image, own_w, output in zip(x, w, outputs, strict=True):
        style = own_w @ affine / np.sqrt(7) + shift
        own = kernel / np.sqrt(9 * 2) * style[:, None]
        if demodulate:
            own = own / np.sqrt(np.sum(own**2, axis=(0, 1, 2)) + 1e-8)
        if upsample:
            zeros = np.zeros((7, 11, 2))
            zeros[::2, ::2] = image
            expected = 4.0 * filtered(convolved(zeros, own, "full"), pad=(1, 1))
        else:
            expected = convolved(image, own)
        np.testing.assert_allclose(output, expected + bias, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("demodulate", [True, False])
def test_gain_multiplies_the_images_and_not_the_bias(demodulate, rng):
    layer, plain = (ModulatedConv2D(5, 3, demodulate=demodulate, gain=gain) for gain in (3.0, 1.0))
    x, w = images(rng, 2, 4, 6, 2), images(rng, 2, 7)
    for each in (layer, plain):
        each.build(x.shape, w.shape)
    layer.bias.assign(rng.normal(size=5))
    plain.set_weights(layer.get_weights())
    bias = numpy(layer.bias)
    np.testing.assert_allclose(
        numpy(layer(x, w)) - bias, 3.0 * (numpy(plain(x, w)) - bias), rtol=1e-3, atol=1e-5
    )


def test_styles_start_at_one_and_demodulated_outputs_at_unit_variance(rng):
    layer = ModulatedConv2D(64, 3)
    x, w = images(rng, 4, 16, 16, 32), np.zeros((4, 8), "float32")
    assert numpy(layer(x, w)).std() == pytest.approx(1.0, rel=0.05)


def test_noise_is_fresh_in_training_and_fixed_otherwise(rng):
    layer, x = Noise(), np.zeros((50, 8, 8, 3), "float32")
    np.testing.assert_array_equal(numpy(layer(x, training=True)), x)  # of no strength at first
    layer.strength.assign(2.0)
    once, again = (numpy(layer(x, training=True)) for _ in "ab")
    assert once.std() == pytest.approx(2.0, rel=0.05)
    assert np.ptp(once, axis=-1).max() == 0.0
    assert (once != again).mean() > 0.99
    assert (once[0] != once[1]).mean() > 0.99
    fixed = numpy(layer(x))
    np.testing.assert_array_equal(fixed, numpy(layer(x)))
    np.testing.assert_allclose(fixed[3], np.repeat(2.0 * numpy(layer.fixed), 3, axis=-1))


@pytest.mark.parametrize("num", [8, 6, 2, 1])
def test_minibatch_standard_deviation_is_that_of_each_group(num, rng):
    x = images(rng, num, 4, 4, 3)
    outputs = numpy(MinibatchStandardDeviation(4)(x))
    np.testing.assert_array_equal(outputs[..., :3], x)
    for start in range(0, num, 4):
        group = [x[i % num] for i in range(start, start + 4)]
        expected = np.sqrt(np.var(group, axis=0) + 1e-8).mean()
        np.testing.assert_allclose(outputs[start : start + 4, ..., 3], expected, rtol=1e-4)


@pytest.mark.tensorflow
def test_minibatch_standard_deviation_has_a_second_derivative_under_xla(rng):
    """Derivatives that R1 and the gradient penalty need of a critic."""
    import tensorflow as tf

    layer, x = MinibatchStandardDeviation(4), tf.constant(images(rng, 6, 4, 4, 3))

    def second(x):
        return backend.gradient(lambda x: backend.gradient(layer, x) ** 2, x)

    expected = numpy(second(x))
    assert np.abs(expected).max() > 1e-6
    by_xla = numpy(tf.function(second, jit_compile=True)(x))
    np.testing.assert_allclose(by_xla, expected, rtol=1e-3, atol=1e-7)


def test_running_mean_is_of_what_passes_in_training(rng):
    layer, x = RunningMean(momentum=0.9), images(rng, 6, 5)
    np.testing.assert_array_equal(numpy(layer(x)), x)
    assert not numpy(layer.mean).any()
    layer(x, training=True)
    layer(2.0 * x, training=True)
    mean = x.mean(axis=0)
    np.testing.assert_allclose(numpy(layer.mean), 0.9 * 0.1 * mean + 0.1 * 2.0 * mean, rtol=1e-4)


def test_learned_constant_is_the_same_for_all():
    layer = LearnedConstant((4, 4, 2))
    outputs = numpy(layer(np.zeros((3, 7))))
    np.testing.assert_array_equal(outputs, np.repeat(numpy(layer.constant)[None], 3, axis=0))


def test_gain_multiplies_the_kernel_and_not_the_bias(rng):
    x = images(rng, 2, 4, 4, 3)
    for layer, inputs in (
        (EqualizedDense(5, gain=3.0), x[:, 0, 0]),
        (EqualizedConv2D(5, 3, gain=3.0), x),
    ):
        layer.build(inputs.shape)
        layer.bias.assign(rng.normal(size=5))
        bias = numpy(layer.bias)
        with_gain = numpy(layer(inputs)) - bias
        plain = type(layer).from_config({**layer.get_config(), "gain": 1.0})
        plain.build(inputs.shape)
        plain.set_weights(layer.get_weights())
        np.testing.assert_allclose(
            with_gain, 3.0 * (numpy(plain(inputs)) - bias), rtol=1e-3, atol=1e-5
        )


def test_pixel_normalization_is_to_a_mean_square_of_one(rng):
    x = 5.0 * images(rng, 2, 3, 4, 6)
    expected = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-8)
    np.testing.assert_allclose(numpy(PixelNormalization()(x)), expected, rtol=1e-5)
    assert not numpy(PixelNormalization()(0.0 * x)).any()


def test_fade_is_between_old_and_new(rng):
    old, new = images(rng, 2, 3, 3, 2), images(rng, 2, 3, 3, 2)
    layer = Fade()
    np.testing.assert_array_equal(numpy(layer([old, new])), new)
    layer.alpha.assign(0.25)
    np.testing.assert_allclose(numpy(layer([old, new])), 0.75 * old + 0.25 * new, atol=1e-6)
    assert not layer.trainable_weights


def test_downsampling_filters_by_1331_and_takes_every_second_pixel(rng):
    """Along each axis, with zeros beyond the border."""
    images = rng.normal(size=(2, 6, 8, 3)).astype("float32")
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    taps = np.array([1.0, 3.0, 3.0, 1.0]) / 8.0
    expected = np.zeros((2, 3, 4, 3))
    for i in range(4):
        for j in range(4):
            expected += taps[i] * taps[j] * padded[:, i : i + 5 : 2, j : j + 7 : 2]
    output = Downsample()(images)
    assert output.shape == (2, 3, 4, 3)
    np.testing.assert_allclose(ops.convert_to_numpy(output), expected, atol=1e-5)
