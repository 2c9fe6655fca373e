"""Rendered shapes: their factors, by pixels."""

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data.catalogue import shapes


def test_the_center_of_mass_follows_the_position():
    positions = np.array([0, 16, 31])
    images = shapes.render(np.array([[1, 5, 0, x, y] for x in positions for y in positions]))
    rows, columns = np.indices((64, 64)) + 0.5
    weights = images[..., 0] / images.sum(axis=(1, 2, 3))[:, None, None]
    x, y = ((weights * axis).sum(axis=(1, 2)) for axis in (columns, rows))
    expected = 64 * (0.25 + 0.5 * positions / 31)
    np.testing.assert_allclose(x, np.repeat(expected, 3), atol=0.3)
    np.testing.assert_allclose(y, np.tile(expected, 3), atol=0.3)


@pytest.mark.parametrize("shape", range(3))
def test_areas_grow_with_the_square_of_the_scale_and_are_seen_whole(shape):
    images = shapes.render(np.array([[shape, scale, 3, 16, 16] for scale in (0, 5)]))
    small, large = (images > 0).sum(axis=(1, 2, 3))
    assert large / small == pytest.approx(4, rel=0.1)
    corners = np.array([[shape, 5, o, x, y] for o in range(40) for x in (0, 31) for y in (0, 31)])
    whole = (shapes.render(corners) > 0).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(whole, large, rtol=0.1)


def test_a_square_turned_by_a_quarter_is_the_same():
    square = shapes.render(np.array([[0, 4, o, 16, 16] for o in (0, 10, 20)]))
    heart = shapes.render(np.array([[2, 4, o, 16, 16] for o in (0, 20)]))
    np.testing.assert_array_equal(square[0], square[1])
    assert (heart[0] != heart[1]).any()


def test_splits_share_no_image_and_labels_are_the_shapes():
    train, test = shapes.factors("train"), shapes.factors("test")
    assert len({*map(tuple, train)} | {*map(tuple, test)}) == len(train) + len(test) == 44_000
    images, labels = data.arrays("shapes", "test")
    assert images.shape == (4000, 64, 64, 1) and set(np.unique(images)) == {0, 255}
    np.testing.assert_array_equal(labels, test[:, 0])
    np.testing.assert_array_equal(images[:5], shapes.render(test[:5]))


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        (np.zeros((2, 4), int), r"factors must be \(n, 5\), got \(2, 4\)"),
        (np.array([[3, 0, 0, 0, 0]]), "integers from 0 to below"),
        (np.zeros((1, 5)), "integers from 0 to below"),
    ],
)
def test_bad_factors_are_refused(factors, message):
    with pytest.raises(ValueError, match=message):
        shapes.render(factors)
