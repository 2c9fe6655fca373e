"""The history of generated images: what it holds, and how often it answers with an old one."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as to_numpy

from keras_gan.layers.image_pool import ImagePool


def numbered(numbers):
    """Images (n, 2, 2, 1) of one value each."""
    return np.broadcast_to(np.float32(numbers)[:, None, None, None], (len(numbers), 2, 2, 1))


def values(images):
    return to_numpy(images)[:, 0, 0, 0].tolist()


def exchange(pool, numbers, keys, coins):
    images = keras.ops.convert_to_tensor(numbered(numbers))
    keys, coins = (keras.ops.convert_to_tensor(np.float32(n)) for n in (keys, coins))
    return values(pool.exchange(images, keys, coins))


def test_fills_first_and_then_exchanges_in_the_chosen_places():
    pool = ImagePool(3, (2, 2, 1))
    keys = [0.5, 0.1, 0.9]  # the places in order of their keys: 1, 0, 2
    assert exchange(pool, [1, 2], keys, [0.0, 0.0]) == [1, 2]
    # One place is free; the next image meets place 1, which has the smallest key of the others.
    assert exchange(pool, [3, 4], keys, [0.0, 0.0]) == [3, 2]
    assert values(pool.images) == [1, 4, 3]
    assert int(pool.count) == 3
    # Heads stay, tails go.
    assert exchange(pool, [5, 6], keys, [0.7, 0.3]) == [5, 1]
    assert values(pool.images) == [6, 4, 3]


def test_half_of_the_images_are_old_ones(rng):
    """50 images, as in the paper: exchanges have probability 1/2, and each place is as likely as another."""
    pool = ImagePool(50, (2, 2, 1))
    old, ages, count = 0, [], 2500
    for first in range(0, count, 10):
        new = range(first, first + 10)
        seen = exchange(pool, new, rng.uniform(size=50), rng.uniform(size=10))
        if first < 50:
            assert seen == [*new]
        gone = [number - other for number, other in zip(new, seen, strict=True) if number != other]
        old, ages = old + len(gone), ages + gone
    spread = np.sqrt((count - 50) / 4)
    assert abs(old - (count - 50) / 2) < 4 * spread
    # An image meets a place with probability 1/50 and goes there with 1/2, so it stays for 100 on average.
    assert np.mean(ages[len(ages) // 3 :]) == pytest.approx(100, rel=0.25)
    assert len(set(values(pool.images))) == 50


def test_images_of_a_minibatch_meet_different_places(rng):
    pool = ImagePool(4, (2, 2, 1))
    exchange(pool, [1, 2, 3, 4], rng.uniform(size=4), rng.uniform(size=4))
    assert sorted(exchange(pool, [5, 6, 7, 8], rng.uniform(size=4), np.zeros(4))) == [1, 2, 3, 4]
    assert sorted(values(pool.images)) == [5, 6, 7, 8]


def test_an_emptied_pool_starts_again():
    pool = ImagePool(2, (2, 2, 1))
    exchange(pool, [1, 2], [0, 0], [0, 0])
    pool.empty()
    assert int(pool.count) == 0 and values(pool.images) == [0, 0]


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="at least 1 image, got 0"):
        ImagePool(0, (2, 2, 1))
    with pytest.raises(ValueError, match="2 images is too small for a batch of 3"):
        ImagePool(2, (2, 2, 1)).exchange(keras.ops.zeros((3, 2, 2, 1)), None, None)
