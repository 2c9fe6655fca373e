"""FID against the square root of a matrix by SciPy, and closed forms."""

import numpy as np
import pytest
from msgspec.structs import replace
from scipy.linalg import sqrtm

from keras_gan.metrics import (
    Statistics,
    fid,
    fid_standard_error,
    frechet_distance,
    intra_class_fid,
)

RELATIVE = 1e-6  # what the issue asks for; most cases are near 1e-12


def by_sqrtm(first, second):
    """The formula of Heusel et al. 2017, equation 6, as its first program computes it."""
    gap = first.mean(axis=0) - second.mean(axis=0)
    c1, c2 = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    return gap @ gap + np.trace(c1 + c2 - 2 * sqrtm(c1 @ c2).real)


def distance(first, second):
    return frechet_distance(Statistics.of(first), Statistics.of(second))


@pytest.mark.parametrize("width", [1, 2, 33, 80])
@pytest.mark.parametrize("seed", range(3))
def test_random_covariances(width, seed):
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(2000, width)) @ rng.normal(size=(width, width))
    second = rng.normal(size=(1500, width)) @ rng.normal(size=(width, width)) + rng.normal(
        size=width
    )
    if width == 1:  # np.cov gives a scalar then
        gap, variances = first.mean() - second.mean(), (first.var(ddof=1), second.var(ddof=1))
        expected = gap**2 + (variances[0] ** 0.5 - variances[1] ** 0.5) ** 2
    else:
        expected = by_sqrtm(first, second)
    assert distance(first, second) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("nums", [(2, 2), (10, 25), (60, 61), (40, 3000), (3000, 40)])
def test_fewer_images_than_features(rng, nums):
    mixing = rng.normal(size=(60, 60))
    first, second = (rng.normal(size=(num, 60)) @ mixing for num in nums)
    assert distance(first, second + 1) == pytest.approx(by_sqrtm(first, second + 1), rel=RELATIVE)


@pytest.mark.parametrize("ranks", [(3, 60), (60, 3), (3, 5)])
def test_low_rank_covariances_of_many_images(rng, ranks):
    """Dead features and duplicated ones; more rows than a block, so that only moments are left."""
    first, second = (rng.normal(size=(3000, rank)) @ rng.normal(size=(rank, 60)) for rank in ranks)
    assert distance(first, second) == pytest.approx(by_sqrtm(first, second), rel=RELATIVE)


@pytest.mark.parametrize("smallest", [1e-4, 1e-8, 1e-12, 1e-16])
def test_nearly_singular_covariances(rng, smallest):
    scales = np.sqrt(np.geomspace(1, smallest, 50))
    first = rng.normal(size=(2000, 50)) * scales
    second = rng.normal(size=(2000, 50)) * scales * 1.3
    rotation = np.linalg.qr(rng.normal(size=(50, 50)))[0]
    assert distance(first @ rotation, second @ rotation) == pytest.approx(
        by_sqrtm(first @ rotation, second @ rotation), rel=RELATIVE
    )


@pytest.mark.parametrize("smallest", [1e-2, 1e-6, 1e-10, 1e-14, 0])
@pytest.mark.parametrize("count", [3, 100])
def test_closed_form_of_diagonal_covariances(rng, smallest, count):
    """Sum of (m1 - m2)^2 + (s1 - s2)^2, in a rotated frame, however small the smallest deviation is."""
    deviations = np.geomspace(smallest or 1, 1, count)
    if not smallest:
        deviations[: count // 2] = 0
    others = rng.permutation(deviations)
    gap = rng.normal(size=count)
    rotation = np.linalg.qr(rng.normal(size=(count, count)))[0]

    def gaussian(mean, deviations):
        """2 * count vectors whose covariance is exactly diagonal: +- each axis."""
        axes = np.diag(deviations * np.sqrt(count - 0.5))
        return (np.concatenate([axes, -axes]) + mean) @ rotation

    repeats = 6  # more than a block of rows where count is 100
    first = np.tile(gaussian(np.zeros(count), deviations), (repeats, 1))
    second = np.tile(gaussian(gap, others), (repeats, 1))
    # Repeating changes n - 1: the covariance of r copies is r (n - 1) / (r n - 1) times that of one.
    shrink = repeats * (2 * count - 1) / (repeats * 2 * count - 1)
    expected = (gap**2).sum() + shrink * ((deviations - others) ** 2).sum()
    assert distance(first, second) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("num", [2, 30, 3000])
def test_of_itself_is_zero_and_never_negative(rng, num):
    features = rng.normal(size=(num, 40)) @ rng.normal(size=(40, 40))
    scale = np.cov(features, rowvar=False).trace()
    assert 0 <= distance(features, features) <= 1e-11 * scale


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e6])
def test_collapsed_features(rng, constant):
    """All generated images are one: the distance is that of the mean, and the whole variance of the data."""
    real = rng.normal(size=(500, 8))
    expected = ((real.mean(axis=0) - constant) ** 2).sum() + np.cov(real, rowvar=False).trace()
    assert distance(real, np.full((500, 8), constant)) == pytest.approx(expected, rel=1e-9)
    assert distance(np.full((500, 8), constant), np.full((300, 8), constant)) < 1e-20


def test_is_symmetric_and_ignores_rotation(rng):
    first, second = rng.normal(size=(300, 20)), 2 * rng.normal(size=(200, 20))
    rotation = np.linalg.qr(rng.normal(size=(20, 20)))[0]
    expected = distance(first, second)
    assert distance(second, first) == pytest.approx(expected, rel=1e-12)
    assert distance(first @ rotation, second @ rotation) == pytest.approx(expected, rel=1e-11)


def test_figure(rng):
    real, generated = rng.normal(size=(300, 4)), rng.normal(size=(200, 4)) + 1
    figure = fid(real, generated, features="net")
    assert figure.name == "fid[net,200/300]"
    assert figure.value == distance(real, generated)
    assert figure.error == fid_standard_error(real, generated)
    assert "Heusel" in figure.definition
    of_statistics = fid(Statistics.of(real), Statistics.of(generated), features="net")
    assert of_statistics == replace(figure, error=None)


@pytest.mark.parametrize(("reals", "fakes"), [(1000, 1000), (600, 2000)])
def test_standard_error_is_the_deviation_over_draws(rng, reals, fakes):
    """Of 400 draws of both, whose deviation is itself known to 1 / sqrt(800) = 3.5%."""
    mixing = rng.normal(size=(6, 6))
    draws = [
        (rng.normal(size=(reals, 6)) @ mixing, rng.normal(size=(fakes, 6)) * 1.3 + 0.5)
        for _ in range(400)
    ]
    values = [fid(*draw, features="net").value for draw in draws]
    errors = [fid_standard_error(*draw) for draw in draws]
    assert np.mean(errors) == pytest.approx(np.std(values, ddof=1), rel=0.12)
    assert np.std(errors) < 0.15 * np.mean(errors)


def test_standard_error_of_shifted_unit_gaussians(rng):
    """The map is a shift, so the potentials are linear: 2 |shift| N(0, 1), of both."""
    generated = rng.normal(size=(20_000, 3))
    real = np.repeat(generated + np.array([3, 0, 0]), 2, axis=0)
    expected = 6 * (1 / 20_000 + 1 / 40_000) ** 0.5
    assert fid_standard_error(real, generated) == pytest.approx(expected, rel=0.02)


def test_standard_error_of_degenerate_features(rng):
    """Of features that are constant, in one set or in both, and of rank below the width."""
    constant, flat = np.ones((50, 4)), rng.normal(size=(50, 2)) @ rng.normal(size=(2, 4))
    for real, generated in ((constant, flat), (flat, constant), (flat, 2 * flat), (constant,) * 2):
        assert np.isfinite(fid_standard_error(real, generated))
    # Generated 2x has potential |2x|^2 / 2, real x has -|x|^2, around the mean.
    real = flat - flat.mean(axis=0)
    square = np.square(real).sum(axis=1)
    expected = np.hypot((2 * square).std(ddof=1), square.std(ddof=1)) / 50**0.5
    assert fid_standard_error(real, 2 * real) == pytest.approx(expected, rel=1e-9)


def test_singular_covariance_warns(rng):
    many, few = rng.normal(size=(100, 20)), rng.normal(size=(20, 20))
    with pytest.warns(UserWarning, match=r"covariance of 20 generated .* width 20, is singular"):
        fid(many, few, features="net")


@pytest.mark.filterwarnings("error")
def test_enough_images_do_not_warn(rng):
    fid(*rng.normal(size=(2, 100, 20)), features="net")


@pytest.mark.parametrize(
    ("real", "generated", "match"),
    [
        (np.eye(3), np.eye(4), "widths 3 and 4"),
        (np.eye(3), np.ones((1, 3)), r"generated must hold feature vectors \(n, width\) of n >= 2"),
        (np.full((3, 3), np.nan), np.eye(3), "real must be finite, but 3 of 3 rows"),
    ],
)
def test_bad_features(real, generated, match):
    with pytest.raises(ValueError, match=match):
        fid(real, generated, features="net")


def test_intra_class_fid(rng):
    real, generated = rng.normal(size=(400, 5)), rng.normal(size=(300, 5)) * 1.5
    real_labels, generated_labels = rng.integers(3, 5, 400), rng.integers(3, 5, 300)
    mean, each = intra_class_fid(real, real_labels, generated, generated_labels, features="net")
    expected = [
        by_sqrtm(real[real_labels == label], generated[generated_labels == label])
        for label in (3, 4)
    ]
    assert [each[label].value for label in (3, 4)] == pytest.approx(expected, rel=1e-9)
    assert mean.value == pytest.approx(np.mean(expected))
    errors = np.array([each[label].error for label in (3, 4)])
    assert mean.error == pytest.approx(np.sqrt(np.square(errors).sum()) / 2)
    assert mean.name == "intra_class_fid[net,300/400]"
    assert each[3].name == f"fid[net,{(generated_labels == 3).sum()}/{(real_labels == 3).sum()}]"


def test_intra_class_fid_sees_swapped_classes(rng):
    """The very same images with the wrong labels: FID is 0, within classes it is not."""
    features = np.concatenate([rng.normal(size=(100, 2)), rng.normal(size=(100, 2)) + 9])
    labels = np.repeat([0, 1], 100)
    mean, _ = intra_class_fid(features, labels, features, 1 - labels, features="net")
    assert fid(features, features, features="net").value < 1e-9
    assert mean.value > 100


@pytest.mark.parametrize(
    ("labels", "match"),
    [
        (np.zeros(4, int), "generated_labels must be 6 integers"),
        (np.zeros(6), "generated_labels must be 6 integers, got float64"),
        (np.zeros(6, int), r"same classes, got \[0, 1\] and \[0\]"),
    ],
)
def test_intra_class_fid_bad_labels(rng, labels, match):
    with pytest.raises(ValueError, match=match):
        intra_class_fid(
            rng.normal(size=(6, 1)),
            np.array([0, 0, 0, 1, 1, 1]),
            rng.normal(size=(6, 1)),
            labels,
            features="net",
        )


def test_constant_features_have_a_distance_and_print_nothing(capfd):
    constant = np.ones((5, 3))
    others = np.random.default_rng(0).normal(size=(50, 3))
    variances = np.trace(np.cov(others, rowvar=False))
    gap = others.mean(axis=0) - 1.0
    assert distance(constant, others) == pytest.approx(gap @ gap + variances)
    assert distance(constant, constant) == 0.0
    assert capfd.readouterr() == ("", "")  # BLAS complains of empty matrices
