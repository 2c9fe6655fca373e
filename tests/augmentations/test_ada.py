"""ADA: its transformations against NumPy and SciPy, its probabilities, and how p follows the logits."""

import numpy as np
import pytest
from augmentations.parts import dcgan, uniform
from keras import ops
from scipy.ndimage import affine_transform

from keras_gan.augmentations import ADA
from keras_gan.augmentations.ada import _colors, _Draw, _geometry, _recolored, _sampled
from keras_gan.objectives import LeastSquares


class Fixed:
    """The numbers that transformations ask for, by kind and in their order; the rest change nothing."""

    p = 0.5

    def __init__(self, **numbers):
        self.numbers = {kind: iter(values) for kind, values in numbers.items()}

    def next(self, kind, neutral):
        return ops.full((1,), next(self.numbers.get(kind, iter(())), neutral))

    def uniform(self, low, high, neutral, p=None):
        return self.next("uniform", neutral)

    def uniform_pair(self, low, high):
        return [self.next("uniform", 0.0) for _ in range(2)]

    def whole(self, count):
        return self.next("whole", 0.0)

    def normal(self, deviation):
        return self.next("normal", 0.0)

    def normal_pair(self, deviation):
        return [self.next("normal", 0.0) for _ in range(2)]

    def scale(self, deviation):
        return self.next("scale", 1.0)


def moved(image, **numbers):
    matrices = _geometry(Fixed(**numbers), *image.shape[:2])
    return ops.convert_to_numpy(_sampled(ops.convert_to_tensor(image[None]), matrices))[0]


def test_ada_moves_whole_pixels_exactly(rng):
    image = rng.uniform(-1, 1, (8, 8, 3)).astype("float32")
    np.testing.assert_allclose(moved(image), image, atol=1e-6)
    np.testing.assert_allclose(moved(image, whole=[1.0]), image[:, ::-1], atol=1e-5)
    turned = moved(image, whole=[0.0, 1.0])
    assert min(np.abs(turned - np.rot90(image, k)).max() for k in (1, 3)) < 1e-5
    upside_down = moved(image, whole=[0.0, 2.0])
    np.testing.assert_allclose(upside_down, image[::-1, ::-1], atol=1e-5)
    right = moved(image, uniform=[0.125, 0.0])  # by an eighth, which is 1; a mirror at the border
    np.testing.assert_allclose(right, np.pad(image, ((0, 0), (1, 0), (0, 0)), "reflect")[:, :8])
    down = moved(image, normal=[0.0, 0.25])
    expected = np.pad(image, ((2, 0), (0, 0), (0, 0)), "reflect")[:8]
    np.testing.assert_allclose(down, expected, atol=1e-5)


def test_ada_composes_its_transformations_in_order(rng):
    """Mirrored, scaled by 1.2, turned by 0.4, stretched by 1.1, turned by -0.3, moved: SciPy's sampling."""
    image = rng.uniform(-1, 1, (10, 14, 3)).astype("float32")
    numbers = {"whole": [1.0], "scale": [1.2, 1.1], "normal": [0.1, -0.05]}
    output = moved(image, uniform=[0.0, 0.0, 0.4, -0.3], **numbers)

    def turn(angle):
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    # On (x, y): what is done to the image, first to last.
    linear = turn(-0.3) @ np.diag([1.1, 1 / 1.1]) @ turn(0.4) @ np.diag([1.2, 1.2])
    linear = linear @ np.diag([-1.0, 1.0])
    inverse = np.linalg.inv(linear)[::-1, ::-1]  # on (y, x)
    center, shift = np.array([4.5, 6.5]), np.array([-0.05 * 10, 0.1 * 14])
    offset = center - inverse @ (center + shift)
    expected = [
        affine_transform(image[..., c], inverse, offset, order=1, mode="mirror") for c in range(3)
    ]
    np.testing.assert_allclose(output, np.stack(expected, axis=-1), atol=1e-4)


def test_ada_colors_in_order(rng):
    """Brightness 0.1, contrast 1.5, luma flip, hue by a third turn, saturation 0.5: by hand on one pixel."""
    image = rng.uniform(-1, 1, (1, 2, 2, 3)).astype("float32")
    draw = Fixed(uniform=[2 * np.pi / 3], normal=[0.1], scale=[1.5, 0.5], whole=[1.0])
    output = ops.convert_to_numpy(_recolored(ops.convert_to_tensor(image), _colors(draw)))
    expected = 1.5 * (image + 0.1)
    gray = expected.mean(axis=-1, keepdims=True)
    expected = (expected - gray) - gray
    expected = np.roll(expected, 1, axis=-1)  # a third of a turn about gray permutes the colors
    gray = expected.mean(axis=-1, keepdims=True)
    expected = gray + 0.5 * (expected - gray)
    np.testing.assert_allclose(output, expected, atol=1e-5)
    draw = Fixed(normal=[0.1], scale=[1.5, 0.5], whole=[1.0])
    output = ops.convert_to_numpy(_recolored(ops.convert_to_tensor(image[..., :1]), _colors(draw)))
    np.testing.assert_allclose(output, -1.5 * (image[..., :1] + 0.1), atol=1e-5)


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_ada_applies_each_transformation_with_probability_p(p, rng):
    """Of all images, so many stay as they are; a translation has one coin for both of its axes."""
    draw = _Draw(uniform(rng, []), 4000, p)
    matrices = ops.convert_to_numpy(_geometry(draw, 64, 64))
    same = np.abs(matrices - np.eye(3)).max(axis=(1, 2)) < 1e-6
    # Mirrored or not, 4 quarter turns, whole pixels (17 places of 64 / 8, those at the ends half as likely),
    # then scale, rotation, aspect, fraction.
    whole = 1.0 - p + p / 16.0**2
    expected = (1.0 - p / 2.0) * (1.0 - 0.75 * p) * whole * (1.0 - p) ** 4
    assert same.mean() == pytest.approx(expected, abs=4.0 * np.sqrt(expected / 4000))
    x, y = (ops.convert_to_numpy(part) for part in draw.normal_pair(1.0))
    np.testing.assert_array_equal(x == 0.0, y == 0.0)
    assert (x != 0.0).mean() == pytest.approx(p, abs=0.03)
    x, y = (ops.convert_to_numpy(part) for part in draw.uniform_pair(-1.0, 1.0))
    np.testing.assert_array_equal(x == 0.0, y == 0.0)


@pytest.mark.parametrize(
    "objective",
    ["least_squares", "wasserstein", "relativistic", "relativistic_average", "kl", LeastSquares()],
)
def test_ada_refuses_objectives_whose_logits_are_not_centered(objective):
    """An undecided discriminator of least squares says 0.5: its sign would drive p to 1."""
    with pytest.raises(ValueError, match=r"ADA follows the signs .* not 0 there"):
        dcgan(augmentation="ada", objective=objective)


@pytest.mark.parametrize("objective", ["hinge", "minimax", "pearson", LeastSquares(-1.0, 1.0, 0.0)])
def test_ada_takes_objectives_whose_logits_are_centered(objective):
    assert dcgan(augmentation="ada", objective=objective).augmentation is not None


def test_ada_does_nothing_at_p_0_and_much_at_p_1(images, rng):
    layer = ADA()
    outputs = ops.convert_to_numpy(layer(images, uniform=uniform(rng, [])))
    np.testing.assert_allclose(outputs, images, atol=1e-5)
    layer.p.assign(1.0)
    outputs = ops.convert_to_numpy(layer(images, uniform=uniform(rng, [])))
    assert (np.abs(outputs - images).max(axis=(1, 2, 3)) > 0.05).all()
    layer.p.assign(0.02)
    outputs = ops.convert_to_numpy(layer(images, uniform=uniform(rng, [])))
    assert 0.5 < (np.abs(outputs - images).max(axis=(1, 2, 3)) < 1e-4).mean() < 1.0


def test_ada_follows_the_signs_of_real_logits():
    """By hand, on 10 images a move and 400 from 0 to 1: r over 4 moves against 0.6, steps of 40 / 400."""
    layer, history = ADA(target=0.6, images=400), []
    shares = [1.0] * 8 + [0.7, 0.9, 0.8, 0.7] + [0.9, 0.7, 0.9, 0.9] + [0.5] * 8
    for share in shares:
        positive = round(share * 10)
        layer.observe(
            ops.convert_to_tensor(np.array([[2.0]] * positive + [[-3.0]] * (10 - positive)))
        )
        history.append(float(layer.p))
    # r is 1, 1, then 0.55, 0.7 and 0 twice (a share s of positive logits is an r of 2 s - 1).
    expected = np.repeat([0.0, 0.1, 0.2, 0.1, 0.2, 0.1, 0.0], 4)[1:-3]
    np.testing.assert_allclose(history, expected, atol=1e-6)
