"""Copies and mirrored copies are found, new images are not."""

import numpy as np
import pytest

from keras_gan.metrics import Features, memorization


def smooth_images(rng, num):
    """Images of a few random waves, which have no symmetry; (num, 12, 12, 1) uint8."""
    y, x = np.mgrid[:12, :12] / 12
    waves = np.zeros((num, 12, 12))
    for _ in range(4):
        a, b, phase = rng.normal(size=(3, num, 1, 1)) * np.array([5, 5, 9]).reshape(3, 1, 1, 1)
        waves += np.sin(a * x + b * y + phase)
    return np.clip((waves + 4) * 32, 0, 255).astype(np.uint8)[..., None]


@pytest.fixture
def features():
    return Features(lambda batch: np.asarray(batch).reshape(len(batch), -1), "pixels")


@pytest.fixture
def training(rng):
    return smooth_images(rng, 300)


@pytest.fixture
def held_out(rng):
    return smooth_images(np.random.default_rng(1), 400)


def fractions(found):
    copied, mirrored = found.metrics
    return copied.value, mirrored.value


def test_copies(training, held_out, features):
    found = memorization(training[50:150], training, held_out, features)
    assert fractions(found) == (1, 0)
    np.testing.assert_array_equal(found.nearest, np.arange(50, 150))
    np.testing.assert_array_equal(found.distances, 0)
    assert [figure.name for figure in found.metrics] == [
        "copied[pixels,100/300]",
        "mirrored[pixels,100/300]",
    ]


def test_mirrored_copies(training, held_out, features):
    found = memorization(training[:100, :, ::-1], training, held_out, features)
    assert fractions(found) == (0, 1)
    np.testing.assert_array_equal(found.nearest, np.arange(100))
    assert found.mirror.all()


def moved(images, down, right):
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="edge")
    return padded[:, 2 - down : 14 - down, 2 - right : 14 - right]


@pytest.mark.parametrize("move", [(1, 0), (0, -1), (-1, 1)])
@pytest.mark.parametrize("mirror", [False, True])
def test_moved_copies(training, held_out, features, move, mirror):
    """Two rows or columns are lost at most, so the distance is not 0, but small."""
    copies = moved(training[:100], *move)
    found = memorization(copies[:, :, ::-1] if mirror else copies, training, held_out, features)
    assert fractions(found)[mirror] > 0.95
    assert (found.nearest == np.arange(100)).mean() > 0.95


def test_noisy_copies_rank_before_new_images(training, held_out, features):
    new = smooth_images(np.random.default_rng(2), 50)
    noisy = np.clip(
        training[:50] + np.random.default_rng(3).integers(-3, 4, (50, 12, 12, 1)), 0, 255
    )
    found = memorization(
        np.concatenate([new, noisy.astype(np.uint8)]), training, held_out, features
    )
    assert found.distances[50:].max() < found.distances[:50].min()
    assert fractions(found)[0] >= 0.5


@pytest.mark.parametrize("quantile", [0.01, 0.1])
def test_new_images_are_flagged_as_often_as_held_out_ones(training, held_out, features, quantile):
    """Both are new, so the fraction is binomial around `quantile`; the threshold is itself from 400."""
    new = smooth_images(np.random.default_rng(2), 1000)
    found = memorization(new, training, held_out, features, quantile=quantile)
    spread = np.sqrt(quantile * (1 - quantile) * (1 / 1000 + 1 / 400))
    assert abs(sum(fractions(found)) - quantile) < 4 * spread


def test_threshold_is_the_quantile_of_held_out_distances(training, held_out, features):
    """By brute force over all moves, flips and pairs."""
    best = np.full(400, np.inf)
    for images in (held_out, held_out[:, :, ::-1]):
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                gaps = features(moved(images, down, right))[:, None] - features(training)[None]
                best = np.minimum(best, np.sqrt((gaps.astype(float) ** 2).sum(axis=2)).min(axis=1))
    found = memorization(training[:2], training, held_out, features, quantile=0.05)
    assert found.threshold == pytest.approx(np.sort(best)[int(0.05 * 399)], rel=1e-6)


def test_picture_shows_the_nearest_first(training, held_out, features):
    generated = np.concatenate([smooth_images(np.random.default_rng(2), 3), training[7:8]])
    found = memorization(generated, training, held_out, features)
    picture = found.picture(generated, training, num=1)
    assert picture.shape == (2 + 14, 2 + 2 * 14, 1)
    np.testing.assert_array_equal(picture[2:14, 2:14], training[7])
    np.testing.assert_array_equal(picture[2:14, 16:28], training[7])
    assert found.picture(generated, training).shape[0] > 2 * 14
    with pytest.raises(ValueError, match="not the images that were measured"):
        found.picture(generated[:2], training)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"generated": np.zeros((5, 12, 11, 1), np.uint8)}, "All images must have one shape"),
        ({"training": np.zeros((5, 12, 12, 1), np.int32)}, "training must be uint8"),
        (
            {"held_out": np.zeros((99, 12, 12, 1), np.uint8)},
            "at least 1 / quantile images, got 0.01 and 99",
        ),
        ({"quantile": 0}, r"quantile must be in \(0, 1\)"),
        ({"shift": -1}, "shift must be at least 0"),
        ({"shift": 12}, "shift must be at least 0 and less than the images' size"),
    ],
)
def test_bad_arguments(training, held_out, features, change, match):
    arguments = {
        "generated": training,
        "training": training,
        "held_out": held_out,
        "features": features,
    }
    with pytest.raises(ValueError, match=match):
        memorization(**(arguments | change))
