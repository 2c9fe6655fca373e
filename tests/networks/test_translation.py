"""Networks of image translation against the papers' tables: parameters, receptive field, normalization."""

import itertools

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as to_numpy

from keras_gan import backend
from keras_gan.layers import BatchNormalization, ReflectionPadding2D
from keras_gan.networks import discogan, fast_style, patchgan, resnet, stargan, unet


def parameters(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


def convolution(size, channels_in, channels_out):
    """Parameters of a convolution with a bias."""
    return size**2 * channels_in * channels_out + channels_out


def test_resnet_parameters():
    """c7s1-64, d128, d256, R256 nine times, u128, u64, c7s1-3: 11.4 million."""
    ends = convolution(7, 3, 64) + convolution(7, 64, 3)
    down = convolution(3, 64, 128) + convolution(3, 128, 256)
    up = convolution(3, 256, 128) + convolution(3, 128, 64)
    expected = ends + down + up + 9 * 2 * convolution(3, 256, 256)
    assert parameters(resnet.generator()) == expected == 11_378_179


def test_fast_style_parameters():
    """Those of the authors' code, with instance normalization."""
    assert parameters(fast_style.generator()) == 1_679_235
    assert parameters(fast_style.generator(width=16)) == 424_899


def test_unet_parameters():
    """C64-C128-C256-C512-C512-C512-C512-C512 and back, with skips: 54.4 million."""
    widths = [64, 128, 256, 512, 512, 512, 512, 512]
    down = sum(16 * i * o for i, o in zip([3, *widths], widths, strict=False))
    # Each layer up but the innermost sees its own size twice.
    pairs = itertools.pairwise(widths[:-1])
    ups = [(512, 512), *((2 * wide, narrow) for narrow, wide in pairs)]
    up = sum(16 * i * o for i, o in ups) + 16 * 2 * 64 * 3 + 3
    scales_and_shifts = 2 * (sum(widths[1:-1]) + sum(widths[:-1]))
    expected = down + up + scales_and_shifts
    assert parameters(unet.generator()) == expected == 54_413_955


def test_patchgan_parameters():
    """C64-C128-C256-C512 and a layer to one logit: 2.8 million."""
    widths = [64, 128, 256, 512, 1]
    for channels in (3, 6):
        layers = zip([channels, *widths], widths, strict=False)
        expected = sum(convolution(4, *layer) for layer in layers)
        assert parameters(patchgan.discriminator(channels)) == expected
    assert round(expected, -5) == 2_800_000


@pytest.mark.parametrize(
    ("condition", "attributes", "of_generator", "of_discriminator"),
    [(5, 5, 8_430_528, 44_762_048), (8, 8, 8_439_936, 44_786_624), (15, 13, 8_461_888, 44_827_584)],
)
def test_stargan_parameters(condition, attributes, of_generator, of_discriminator):
    """Those of the authors' code: five attributes, eight expressions (53.2 million), both with a mask."""
    assert parameters(stargan.generator(condition_dim=condition)) == of_generator
    discriminator = stargan.discriminator((128, 128, 3), attributes)
    assert parameters(discriminator) == of_discriminator
    assert discriminator.output_shape == [(None, 2, 2, 1), (None, attributes)]


def test_stargan_is_initialized_as_pytorch_does():
    for network in (stargan.generator(width=16), stargan.discriminator((64, 64, 3), width=16)):
        for layer in network.layers:
            if not hasattr(layer, "kernel"):
                continue
            inputs = np.prod(layer.kernel.shape[:2]) * layer.kernel.shape[2]
            if isinstance(layer, keras.layers.Conv2DTranspose):
                inputs = np.prod(layer.kernel.shape[:2]) * layer.filters
            for weight in layer.trainable_weights:
                assert np.abs(to_numpy(weight)).max() <= inputs**-0.5
            assert to_numpy(layer.kernel).std() == pytest.approx((3 * inputs) ** -0.5, rel=0.05)


def test_a_logit_of_the_patchgan_sees_70_pixels():
    """The support of the gradient of one logit; without normalization, which sees everything."""
    critic = patchgan.discriminator(1, width=2, normalization=None)
    for weight in critic.trainable_weights:
        weight.assign(np.ones(weight.shape) / np.prod(weight.shape[:-1]))
    images = keras.ops.ones((1, 128, 128, 1))
    assert critic(images).shape == (1, 14, 14, 1)
    gradient = to_numpy(backend.gradient(lambda x: critic(x)[:, 7, 7, 0], images))[0, ..., 0]
    rows, columns = (np.flatnonzero(gradient.any(axis=axis)) for axis in (1, 0))
    for seen in (rows, columns):
        assert len(seen) == 70 and np.ptp(seen) == 69


@pytest.mark.parametrize("size", [28, 64, 128, 256])
def test_unet_depth_follows_the_size(size):
    network = unet.generator((size, size, 3), width=2)
    halvings = {28: 2, 64: 6, 128: 7, 256: 8}[size]
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds.count("Conv2D") == kinds.count("Conv2DTranspose") == halvings
    assert kinds.count("Concatenate") == halvings - 1
    assert kinds.count("Dropout") == min(3, halvings - 1)
    # All but the first and the innermost layer down, and the last one up.
    assert kinds.count("InstanceNormalization") == 2 * halvings - 3
    assert network.compute_output_shape((1, size, size, 3)) == (1, size, size, 3)


def test_dropout_is_the_noise_of_the_unet():
    network = unet.generator((16, 16, 1), width=2)
    rates = [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == [0.5] * 3
    images = np.ones((1, 16, 16, 1), "float32")
    once, again = (to_numpy(network(images, training=True)) for _ in range(2))
    assert (once != again).any()
    np.testing.assert_array_equal(to_numpy(network(images)), to_numpy(network(images)))


def test_resnet_is_fully_convolutional(rng):
    network = resnet.generator(width=2, blocks=2)
    for size in ((8, 12), (16, 8)):
        images = rng.uniform(-1, 1, (1, *size, 3)).astype("float32")
        made = to_numpy(network(images))
        assert made.shape == images.shape and np.abs(made).max() <= 1.0
    assert sum(isinstance(layer, ReflectionPadding2D) for layer in network.layers) == 2 + 2 * 2


def test_nearest_upsampling_prints_no_checkerboard(rng):
    """On a plain picture every pixel becomes the same; after transposed convolutions they differ."""
    plain = np.full((1, 64, 64, 3), 0.3, np.float32)
    ranges = []
    for upsampling in ("nearest", "transposed"):
        network = resnet.generator(width=4, blocks=1, upsampling=upsampling)
        network.set_weights([rng.normal(0.0, 0.3, w.shape) for w in network.get_weights()])
        network = keras.Model(network.input, network.layers[-2].output)
        middle = to_numpy(network(plain))[0, 28:36, 28:36]
        ranges.append(np.ptp(middle, axis=(0, 1)).max())
    assert ranges[0] < 1e-5 and ranges[1] > 1.0


def test_images_are_normalized_each_alone(rng):
    network = resnet.generator(width=2, blocks=1)
    images = rng.uniform(-1, 1, (2, 8, 8, 3)).astype("float32")
    alone = np.concatenate([to_numpy(network(image[None])) for image in images])
    np.testing.assert_allclose(to_numpy(network(images)), alone, atol=1e-5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: resnet.generator(width=16),
        lambda: unet.generator((64, 64, 3), width=8),
        lambda: patchgan.discriminator(width=16),
        lambda: discogan.generator(width=8),
    ],
)
def test_weights_start_at_the_papers_scale(make):
    kernels = [to_numpy(w).ravel() for w in make().trainable_weights if w.name == "kernel"]
    values = np.concatenate(kernels)
    assert np.std(values) == pytest.approx(0.02, rel=0.05)
    assert abs(np.mean(values)) < 0.001


@pytest.mark.parametrize("size", [28, 64])
def test_discogan_goes_through_a_narrow_middle(size):
    network = discogan.generator((size, size, 3), width=2)
    assert network.output_shape == (None, size, size, 3)
    sides = [layer.output.shape[1] for layer in network.layers]
    assert min(sides) == {28: 7, 64: 4}[size]
    kinds = [type(layer) for layer in network.layers]
    convolutions = sum("Conv2D" in kind.__name__ for kind in kinds)
    assert kinds.count(BatchNormalization) == convolutions - 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: resnet.generator((30, 32, 3)), r"multiples of 4, got \(30, 32, 3\)"),
        (lambda: resnet.generator(upsampling="bilinear"), "nearest, got 'bilinear'"),
        (lambda: unet.generator((30, 30, 3)), r"halved at least twice, got \(30, 30, 3\)"),
        (lambda: discogan.generator((30, 30, 3)), r"got \(30, 30, 3\)"),
        (lambda: patchgan.discriminator(normalization="batch"), "got 'batch'"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
