"""Path length against closed forms of linear generators."""

import numpy as np
import pytest

from keras_gan.latent import linear, spherical
from keras_gan.metrics import perceptual_path_length


def identity(values):
    return values


def test_straight_paths_of_a_linear_generator(rng):
    """The speed of z A B along a straight path is |(end - start) A B| everywhere."""
    generator, network = rng.normal(size=(5, 8)), rng.normal(size=(8, 3))
    start, end = rng.normal(size=(2, 200, 5))
    figure = perceptual_path_length(
        lambda latents: (latents @ generator).astype("float32"),
        lambda images: images @ network,
        start,
        end,
        features="net",
        interpolate=linear,
        epsilon=0.01,
    )
    speeds = np.square((end - start) @ generator @ network).sum(axis=1)
    assert figure.value == pytest.approx(speeds.mean(), rel=1e-4)
    assert figure.error == pytest.approx(speeds.std(ddof=1) / np.sqrt(200), rel=1e-3)
    assert figure.name == "perceptual_path_length[net,200]"


def test_labels_stay_with_their_paths(rng):
    """A generator whose scale is the label: speeds are |label (end - start)|."""
    start, end = rng.normal(size=(2, 100, 5))
    labels = np.arange(100) % 7
    figure = perceptual_path_length(
        lambda latents, label: latents * label[:, None].astype("float32"),
        identity,
        start,
        end,
        features="net",
        labels=labels,
        interpolate=linear,
        epsilon=0.01,
        batch_size=30,
    )
    speeds = np.square((end - start) * labels[:, None]).sum(axis=1)
    assert figure.value == pytest.approx(speeds.mean(), rel=1e-4)


def test_arcs_of_the_identity(rng):
    """On the unit circle the speed is the angle between start and end."""
    angles = rng.uniform(0.1, 3, 300)
    start = np.tile([1.0, 0.0], (300, 1))
    end = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    figure = perceptual_path_length(
        identity, identity, start, end, features="net", interpolate=spherical, epsilon=1e-3
    )
    assert figure.value == pytest.approx((angles**2).mean(), rel=1e-3)


def test_batches_change_nothing_and_seed_decides(rng):
    start, end = rng.normal(size=(2, 50, 4))

    def length(**arguments):
        return perceptual_path_length(
            lambda z: np.sin(3 * z),
            identity,
            start,
            end,
            features="net",
            interpolate=spherical,
            epsilon=0.01,
            **arguments,
        ).value

    assert length(batch_size=7) == pytest.approx(length(), rel=1e-12)
    assert length(seed=1) != length()


def test_arcs_keep_lengths_and_ends(rng):
    start, end = rng.normal(size=(2, 40, 6))
    end *= (np.linalg.norm(start, axis=1) / np.linalg.norm(end, axis=1))[:, None]
    np.testing.assert_allclose(spherical(start, end, np.zeros((40, 1))), start, atol=1e-12)
    np.testing.assert_allclose(spherical(start, end, np.ones((40, 1))), end, atol=1e-12)
    between = spherical(start, end, rng.uniform(size=(40, 1)))
    np.testing.assert_allclose(np.linalg.norm(between, axis=1), np.linalg.norm(start, axis=1))


def test_many_arcs_are_those_of_each_pair(rng):
    start, end = rng.normal(size=(2, 5, 6))
    fractions = rng.uniform(size=(5, 1))
    alone = [spherical(a, b, t)[0] for a, b, t in zip(start, end, fractions, strict=True)]
    np.testing.assert_allclose(spherical(start, end, fractions), alone)


@pytest.mark.parametrize("end", [[2.0, 0.0], [1.0, 0.0]])
def test_arcs_between_parallel_latents_are_straight(end):
    start, end = np.array([[1.0, 0.0]]), np.array([end])
    np.testing.assert_allclose(spherical(start, end, np.array([[0.25]])), 0.75 * start + 0.25 * end)


@pytest.mark.parametrize(
    ("start", "end", "generate", "match"),
    [
        (np.eye(3), np.eye(2), identity, "must have one shape"),
        (np.eye(1), np.eye(1), identity, "start must hold feature vectors"),
        (
            np.eye(3),
            np.eye(3),
            lambda z: z.astype(np.uint8),
            "generate must give floats, .* got uint8",
        ),
        (np.eye(3), np.eye(3), lambda z: z * np.nan, "features must be finite"),
    ],
)
def test_bad_arguments(start, end, generate, match):
    with pytest.raises(ValueError, match=match):
        perceptual_path_length(
            generate, identity, start, end, features="net", interpolate=spherical
        )
