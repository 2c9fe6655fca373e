"""Scales of training images, and averages of CycleGAN's generators."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import CycleGAN, Pix2Pix, load_model

SHAPE = (8, 8, 1)


def linear(weights):
    """A network of one pixel: the sum of weights times channels."""
    layer = keras.layers.Conv2D(1, 1)
    network = keras.Sequential([keras.Input((None, None, len(weights))), layer])
    layer.set_weights([np.float32(weights).reshape(1, 1, -1, 1), np.float32([0.1])])
    return network


def make(kind, **settings):
    parts = [[0.5], [1.0, -2.0]] if kind is Pix2Pix else [[0.5], [0.25], [2.0], [-1.0]]
    settings = {"image_shape": SHAPE, "seed": 0, **settings}
    model = kind(*map(linear, parts), **settings)
    model.compile({player.name: keras.optimizers.SGD(0.01) for player in model.players})
    return model


@pytest.mark.parametrize("kind", [Pix2Pix, CycleGAN])
def test_larger_images_are_scaled_and_cropped(kind):
    """Of a ramp of 16x24 pixels, scaled to 8 to 12 pixels a side, the crop shows the scale by its slope."""
    ramp = np.linspace(-1, 1, 24, dtype="float32")[None, None, :, None]
    images = np.broadcast_to(ramp, (64, 16, 24, 1))
    model = make(kind, scales=[8, 12])
    tensor = ops.convert_to_tensor(images)
    batch = model.prepare(images_a=tensor, images_b=tensor)
    first, second = (ops.convert_to_numpy(batch[name]) for name in ("images_a", "images_b"))
    assert first.shape == second.shape == (64, *SHAPE)
    assert (first == second).all() == (kind is Pix2Pix)
    slopes = np.abs(np.diff(first[:, 4, 3:5, 0])).ravel() / (2 / 23)
    assert {round(16 / slope) for slope in slopes} == {8, 9, 10, 11, 12}


@pytest.mark.parametrize("kind", [Pix2Pix, CycleGAN])
def test_domains_of_different_sizes_train(kind, rng, tmp_path):
    a, b = (rng.uniform(-1, 1, (8, *size, 1)).astype("float32") for size in ((16, 24), (20, 9)))
    model = make(kind, scales=(8, 12))
    history = model.fit(a, b, batch_size=4, verbose=0).history
    assert np.isfinite(history["generator_loss"]).all()
    model.save(tmp_path / "model.keras")
    assert load_model(tmp_path / "model.keras").scales == (8, 12)


def test_averages_of_both_generators_translate_and_are_saved(rng, tmp_path):
    """Two updates by hand: average = d^2 w0 + (1 - d) (d w1 + w2)."""
    model = make(CycleGAN, ema=0.75, jittered=False)
    a, b = rng.uniform(-1, 1, (2, 1, *SHAPE)).astype("float32")
    names = ("generator_ab", "generator_ba")
    history = [[getattr(model, name).get_weights() for name in names]]
    for _ in range(2):
        model.fit(a, b, batch_size=1, verbose=0)
        history.append([getattr(model, name).get_weights() for name in names])
    averages = [network.get_weights() for network in model.generators.values()]
    for average, *weights in zip(averages, *history, strict=True):
        for mean, w0, w1, w2 in zip(average, *weights, strict=True):
            expected = 0.75**2 * w0 + 0.25 * (0.75 * w1 + w2)
            np.testing.assert_allclose(mean, expected, rtol=1e-4, atol=1e-6)
            assert (mean != w2).all()
    model.save(tmp_path / "model.keras")
    restored = load_model(tmp_path / "model.keras")
    assert restored.ema == 0.75
    images = rng.integers(0, 256, (2, *SHAPE), dtype=np.uint8)
    for direction in ("AtoB", "BtoA"):
        made = (m.translate(images, direction) for m in (model, restored))
        np.testing.assert_array_equal(*made)


@pytest.mark.parametrize("shape", [(16, 24, 1), (24, 48, 3), (0, 16, 1), (24,)])
def test_images_from_which_nothing_can_be_cropped_are_refused(shape):
    """Crops of 8x16: 16x24 pixels become 8x12."""
    model = make(CycleGAN, image_shape=(8, 16, 1), scales=(8, 9))
    images = np.zeros((4, *shape), np.float32)
    with pytest.raises(ValueError, match=r"got \(4, .* of A"):
        model.fit(images, images, verbose=0)


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (CycleGAN, {"ema": 1.0}, "ema must lie in .*, got 1.0"),
        (CycleGAN, {"scales": (7, 12)}, r"sides of at least 8 pixels, or None, got \(7, 12\)"),
        (Pix2Pix, {"scales": (12, 8)}, r"\(smallest, largest\).*, got \(12, 8\)"),
    ],
)
def test_arguments_out_of_range_are_refused(kind, settings, message):
    with pytest.raises(ValueError, match=message):
        make(kind, **settings)
