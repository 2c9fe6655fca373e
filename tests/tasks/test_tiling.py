"""Pictures of any size: what is padded is cropped, and tiles show no seams."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as to_numpy

from keras_gan.networks import resnet, unet
from keras_gan.tasks import tiling


@pytest.fixture
def network(rng):
    """A residual generator with weights large enough to do something; it sees 23 pixels far."""
    network = resnet.generator((None, None, 1), width=2, blocks=1)
    for weight in network.weights:
        weight.assign(rng.normal(0, 0.3, weight.shape))
    return network


@pytest.mark.parametrize(
    ("length", "tile", "overlap"), [(1000, 256, 192), (300, 256, 192), (90, 90, 45)]
)
def test_tiles_cover_everything_with_weights_that_add_up_to_one(length, tile, overlap):
    total = np.zeros(length)
    spans = tiling._spans(length, tile, overlap)
    for start, weights in spans:
        assert start % 4 == 0 or start == length - tile
        total[start : start + tile] += weights
    np.testing.assert_allclose(total, 1.0, atol=1e-6)
    for start, weights in spans:  # nothing from near a border that is not the picture's
        if start > 0:
            assert (weights[: (overlap - 16) // 2] == 0).all()


def test_sides_that_do_not_fit_are_padded_by_reflection(network, rng):
    image = rng.uniform(-1, 1, (1, 18, 21, 1)).astype("float32")
    padded = np.pad(image, ((0, 0), (0, 2), (0, 3), (0, 0)), mode="reflect")
    expected = to_numpy(network(padded))[:, :18, :21]
    np.testing.assert_allclose(tiling.run(network, image), expected, atol=1e-5)


def test_step_of_a_network_is_how_much_it_shrinks_images():
    assert tiling.step_of(resnet.generator(width=2, blocks=1)) == (4, 4)
    assert tiling.step_of(unet.generator((64, 64, 3), width=2)) == (64, 64)
    one_size = keras.Sequential([keras.Input((28, 30, 1)), keras.layers.Conv2D(1, 1)])
    assert tiling.step_of(one_size) == (28, 30)


def test_fixed_statistics_of_a_single_tile_change_nothing(network, rng):
    image = rng.uniform(-1, 1, (16, 24, 1)).astype("float32")
    fixed = tiling._fixed(network, image, (16, 24))
    np.testing.assert_allclose(
        to_numpy(fixed(image[None])), to_numpy(network(image[None])), atol=1e-4
    )


def test_tiles_show_no_seams(network, rng, monkeypatch):
    """They are what the network makes of the whole picture with the same statistics, everywhere."""
    monkeypatch.setattr(tiling, "AREA", 224**2)
    ramp = np.linspace(-1, 1, 500, dtype="float32")[None, :, None]  # dark tiles, and bright ones
    image = 0.5 * ramp + 0.5 * rng.uniform(-1, 1, (300, 500, 1)).astype("float32")
    fixed = tiling._fixed(network, image, (224, 224))
    expected = to_numpy(fixed(image[None]))
    made = tiling.run(network, image[None])
    np.testing.assert_allclose(made, expected, atol=1e-5)
    # The statistics are about those of the whole.
    exact = to_numpy(network(image[None]))
    assert np.abs(made - exact).mean() < 0.2 * exact.std()


def test_a_network_of_one_size_goes_over_the_picture_in_tiles(rng):
    network = keras.Sequential([keras.Input((16, 16, 1)), keras.layers.Conv2D(1, 1)])
    network.layers[0].set_weights([np.full((1, 1, 1, 1), 0.5), np.zeros(1)])
    image = rng.uniform(-1, 1, (2, 37, 20, 1)).astype("float32")
    np.testing.assert_allclose(tiling.run(network, image), image / 2, atol=1e-6)
