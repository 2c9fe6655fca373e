"""The rendered maze: what can be seen in a clip, and what may follow."""

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data.catalogue import pacman


@pytest.fixture(scope="module")
def clips():
    return data.arrays("pacman", "test")[0]


def walker(frames, level):
    """The cell of the figure of a level, of frames (..., 48, 48, 1)."""
    inner = frames[..., pacman.MARGIN : -pacman.MARGIN, pacman.MARGIN : -pacman.MARGIN, 0]
    cells = (
        inner[..., 1 :: pacman.CELL, 1 :: pacman.CELL] == level
    )  # a place that both figures cover
    return np.stack([cells.any(axis=-1).argmax(axis=-1), cells.any(axis=-2).argmax(axis=-1)], -1)


def test_clips_are_the_same_each_time_and_of_no_other_split(clips):
    assert clips.shape == (1000, 8, 48, 48, 1) and clips.dtype == np.uint8
    np.testing.assert_array_equal(clips[:2], [next_clip for next_clip in first(2)])
    walls = {clip[0].tobytes() for clip in clips}
    assert len(walls) == 1000


def first(count):
    drawn = pacman._drawn("test")
    return [next(drawn)[0][..., None] for _ in range(count)]


def test_pacman_walks_a_cell_in_each_step_and_never_back(clips):
    places = walker(clips, 255).astype(int)
    steps = np.diff(places, axis=1)
    assert (np.abs(steps).sum(axis=-1) == 1).all()
    assert not (steps[:, 1:] == -steps[:, :-1]).all(axis=-1).any()


def test_the_frame_that_follows_is_one_of_those_that_may_follow(clips):
    found = pacman.futures("test")
    counts = np.array([len(possible) for possible in found])
    assert set(counts) == {1, 2, 3} and 0.2 < (counts > 1).mean() < 0.35
    chosen = [
        [(clip[pacman.PAST] == frame).all() for frame in possible]
        for clip, possible in zip(clips, found, strict=True)
    ]
    assert all(sum(each) == 1 for each in chosen)
    # Either of two with equal chances: within three standard errors.
    first_of_two = np.array([each[0] for each in chosen if len(each) == 2])
    assert abs(first_of_two.mean() - 0.5) < 1.5 / np.sqrt(len(first_of_two))


def test_only_the_figures_and_the_dots_change(clips):
    changed = clips[:, 1:].astype(int) != clips[:, :-1]
    assert changed.mean() < 0.03
