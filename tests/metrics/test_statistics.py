"""One pass, merged or not, is the mean and covariance of NumPy; and the files of them."""

import numpy as np
import pytest

from keras_gan.metrics import Statistics


def close(first, second, tolerance=1e-12):
    np.testing.assert_allclose(first.mean, second.mean, rtol=tolerance, atol=tolerance)
    scale = np.abs(second.covariance).max()
    np.testing.assert_allclose(first.covariance, second.covariance, rtol=0, atol=tolerance * scale)
    assert first.count == second.count


@pytest.mark.parametrize("batch", [1, 7, 1000, 5000])
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_one_pass_is_numpy(rng, batch, dtype):
    features = (rng.normal(size=(3001, 11)) * 20 + 100).astype(dtype)
    statistics = Statistics(11)
    for start in range(0, len(features), batch):
        statistics.update(features[start : start + batch])
    exact = features.astype(np.float64)
    np.testing.assert_allclose(statistics.mean, exact.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(statistics.covariance, np.cov(exact, rowvar=False), rtol=1e-11)


def test_offsets_cost_no_digits(rng):
    """A sum of squares less the square of a sum would lose 13 of 16 digits here."""
    features = rng.integers(-50, 50, (5000, 6)).astype(np.float64)
    shifted = Statistics.of(features + 2.0**24)
    np.testing.assert_allclose(
        shifted.covariance, np.cov(features, rowvar=False), rtol=1e-10, atol=1e-7
    )


def test_first_vectors_far_from_the_rest(rng):
    features = np.concatenate([rng.normal(size=(1100, 5)) + 1e6, rng.normal(size=(4000, 5))])
    np.testing.assert_allclose(
        Statistics.of(features).covariance, np.cov(features, rowvar=False), rtol=1e-11
    )


@pytest.mark.parametrize(
    "sizes", [(3000, 2000), (10, 4990), (4990, 10), (700, 800, 3500), (2500, 0, 2500)]
)
def test_merging_is_one_pass(rng, sizes):
    features = rng.normal(size=(5000, 17)) @ rng.normal(size=(17, 17)) + 3
    merged = Statistics(17)
    for part in np.split(features, np.cumsum(sizes)[:-1]):
        merged.merge(Statistics(17).update(part))
    close(merged, Statistics.of(features))


def test_merging_leaves_the_other_as_it_is(rng):
    first, second = rng.normal(size=(2, 2000, 3))
    other = Statistics.of(second)
    Statistics.of(first).merge(other)
    close(other, Statistics.of(second), 0)


def test_reading_does_not_change(rng):
    first, second = rng.normal(size=(2, 1500, 3))
    statistics = Statistics.of(first)
    statistics.mean[:] = 0
    statistics.covariance[:] = 0
    statistics.factor()
    close(statistics.update(second), Statistics.of(np.concatenate([first, second])))


def test_input_is_neither_kept_nor_changed(rng):
    features = rng.normal(size=(50, 3))
    before = features.copy()
    statistics = Statistics.of(features)
    np.testing.assert_array_equal(features, before)
    features[:] = 0
    np.testing.assert_allclose(statistics.mean, before.mean(axis=0))


@pytest.mark.parametrize("num", [2, 5, 40, 41, 300, 1500])
def test_factor_is_a_root_of_the_covariance(rng, num):
    features = rng.normal(size=(num, 40)) @ rng.normal(size=(40, 40))
    factor = Statistics.of(features).factor()
    assert factor.shape[1] <= 40
    np.testing.assert_allclose(factor @ factor.T, np.cov(features, rowvar=False), atol=1e-11)


def test_factor_of_a_singular_covariance_is_thin(rng):
    features = rng.normal(size=(3000, 4)) @ rng.normal(size=(4, 40))
    factor = Statistics.of(features).factor()
    assert factor.shape == (40, 4)
    np.testing.assert_allclose(factor @ factor.T, np.cov(features, rowvar=False), atol=1e-11)


@pytest.mark.parametrize("num", [3, 1024, 2500])
def test_saved_and_loaded_goes_on(tmp_path, rng, num):
    first, second = rng.normal(size=(num, 5)), rng.normal(size=(900, 5))
    Statistics.of(first).save(tmp_path / "new" / "statistics.npz")
    loaded = Statistics.load(tmp_path / "new" / "statistics.npz")
    close(loaded, Statistics.of(first), 0)
    close(loaded.update(second), Statistics.of(np.concatenate([first, second])))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["statistics.npz"]


@pytest.mark.parametrize("damage", ["cut", "text", "other"])
def test_damaged_files_are_refused(tmp_path, rng, damage):
    path = tmp_path / "statistics.npz"
    Statistics.of(rng.normal(size=(2000, 5))).save(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "text":
        path.write_text("no statistics")
    else:
        np.savez(path, mean=np.zeros(3))
    with pytest.raises(
        ValueError, match=r"statistics\.npz is not a file of statistics, or is damaged"
    ):
        Statistics.load(path)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        Statistics.load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("features", "match"),
    [
        (np.zeros((4, 3)), r"features must be \(n, 2\), got \(4, 3\)"),
        (np.zeros(4), "numeric array of 2 axes, got float64"),
        (np.array([["a", "b"]]), "numeric array of 2 axes"),
        (
            np.array([[1, 2], [np.nan, 0], [np.inf, 0]]),
            "2 of 3 rows hold NaN or infinity; the first is row 1",
        ),
        (np.array([[1, 2], [-1e150, 0]]), r"features must be at most 1e\+70 in size.*got 1e\+150"),
    ],
)
def test_wrong_features_are_refused_and_not_added(features, match):
    statistics = Statistics.of(np.eye(2))
    with pytest.raises(ValueError, match=match):
        statistics.update(features)
    assert statistics.count == 2


def test_too_few():
    with pytest.raises(ValueError, match="at least 1 feature vectors, got 0"):
        Statistics(3).mean  # noqa: B018
    with pytest.raises(ValueError, match="at least 2 feature vectors, got 1"):
        Statistics(3).update(np.ones((1, 3))).covariance  # noqa: B018
    with pytest.raises(ValueError, match="width must be at least 1"):
        Statistics(0)
    with pytest.raises(ValueError, match="widths 3 and 4 cannot be merged"):
        Statistics(3).merge(Statistics(4))
