"""`translate` brings pictures of all kinds to the scale that the model has learned."""

import keras
import numpy as np
import pytest
from PIL import Image

from keras_gan import CycleGAN
from keras_gan.modalities.images import resize
from keras_gan.networks import resnet

SHAPE = (8, 8, 1)


def halving(**options):
    """A model of 8x8 pictures that halves what lies between white and black."""
    networks = []
    for _ in range(4):
        inputs = keras.Input((None, None, 1))
        networks.append(keras.Model(inputs, keras.layers.Rescaling(0.5)(inputs)))
    return CycleGAN(*networks, image_shape=SHAPE, jittered=False, seed=0, **options)


@pytest.fixture(scope="module")
def halver():
    return halving()


def test_pictures_are_brought_to_the_scale_of_the_training(halver, tmp_path, rng):
    photo = rng.integers(0, 256, (48, 64, 1), np.uint8)
    small = resize(photo, (8, 11))
    picture, translation = halver.translate_pair(photo)
    np.testing.assert_array_equal(picture, small)
    np.testing.assert_array_equal(translation, halver.translate(small[None], size="full")[0])
    assert halver.translate(photo, size=16).shape == (16, 21, 1)
    assert halver.translate(photo, size="full").shape == photo.shape
    Image.fromarray(photo[..., 0]).save(tmp_path / "photo.png")
    every = halver.translate([photo, tmp_path / "photo.png", Image.open(tmp_path / "photo.png")])
    for each in (*every, *halver.translate(tmp_path).values()):
        np.testing.assert_array_equal(each, translation)


@pytest.mark.parametrize(("side", "brought_to"), [(10, 16), (20, 20), (48, 24)])
def test_a_model_of_many_scales_leaves_pictures_within_them(side, brought_to):
    model = halving(scales=(16, 24))
    assert model.translate(np.zeros((side, 2 * side, 1), np.uint8)).shape[0] == brought_to


def test_floats_are_translated_as_the_levels_that_they_are(halver, rng):
    images = rng.integers(0, 256, (2, *SHAPE), np.uint8)
    floats = images / 127.5 - 1.0
    np.testing.assert_array_equal(halver.translate(floats), halver.translate(images))


def test_images_of_five_channels_are_translated(rng):
    networks = [resnet.generator((24, 24, 5), width=2, blocks=0) for _ in "AB"]
    model = CycleGAN(*networks, image_shape=(24, 24, 5), seed=0)
    assert model.translate(rng.integers(0, 256, (2, 48, 48, 5), np.uint8)).shape == (2, 24, 24, 5)


@pytest.mark.parametrize("size", [7, 8.0, "large", 10**6])
def test_sizes_that_are_none_are_refused(halver, size):
    with pytest.raises(ValueError, match=r"size must be a side|images must have at most"):
        halver.translate(np.zeros((1, *SHAPE), np.uint8), size=size)
