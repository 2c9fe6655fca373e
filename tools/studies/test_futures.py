"""The figures of predictions at junctions, of predictors whose answers are known."""

import numpy as np
import pytest

from tools.studies.futures import junctions, measured, nearest


class Known:
    """A predictor that shows the first, the second or the mean of two futures."""

    noise_dim = 1

    def __init__(self, two, choose):
        self.two, self.choose = two, choose

    def predict_next(self, frames, draws, seed):
        return np.stack([self.choose(self.two, draw) for draw in range(draws)], axis=1)

    def continue_video(self, frames, steps, seed):
        return np.repeat(frames[:, -1:], steps, axis=1)


@pytest.fixture
def clips(rng):
    """Clips of 5 random frames, of which the last one is the first or the second future."""
    two = rng.integers(0, 256, (20, 2, 12, 12, 1), dtype=np.uint8)
    frames = rng.integers(0, 256, (20, 5, 12, 12, 1), dtype=np.uint8)
    frames[:, -1] = two[np.arange(20), np.arange(20) % 2]
    return frames, two


def test_the_mean_of_both_shows_no_figure(clips):
    frames, two = clips
    mean = Known(two, lambda two, draw: two.mean(axis=1).astype(np.uint8))
    found = measured(mean, frames, two)
    assert found["one figure"] == found["both ways"] == 0.0


def test_draws_of_either_future_show_both(clips):
    frames, two = clips
    found = measured(Known(two, lambda two, draw: two[:, draw % 2]), frames, two)
    assert found["one figure"] == found["both ways"] == 1.0
    assert found["the first way"] == 0.5
    assert found["to the nearer future"] == pytest.approx(100.0)
    one = measured(Known(two, lambda two, draw: two[:, 0]), frames, two)
    assert (one["both ways"], one["the first way"]) == (0.0, 1.0)


def test_junctions_are_clips_of_two_futures(clips):
    frames, two = clips
    possible = [*two[:3], two[3, :1], two[4]]
    kept, found = junctions(frames[:5], possible)
    np.testing.assert_array_equal(kept, frames[[0, 1, 2, 4]])
    np.testing.assert_array_equal(found, two[[0, 1, 2, 4]])
    assert nearest(found[:, ::-1], found).tolist() == [[1, 0]] * 4
