"""Augmentations against explicit loops, and where they are applied."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import DCGAN, GAN, augmentations, backend, networks
from keras_gan.augmentations import DiffAugment
from keras_gan.penalties import R1

SHAPE = (12, 16, 3)


@pytest.fixture
def images(rng):
    return rng.uniform(-1, 1, size=(40, *SHAPE)).astype("float32")


def uniform(rng, drawn):
    """`Game.uniform` from NumPy, remembering what it drew."""

    def draw(shape):
        drawn.append(rng.uniform(size=shape).astype("float32"))
        return ops.convert_to_tensor(drawn[-1])

    return draw


def augment(images, policy, rng):
    drawn = []
    outputs = DiffAugment(policy)(images, uniform=uniform(rng, drawn))
    return ops.convert_to_numpy(outputs), drawn


def test_color_is_brightness_saturation_contrast(images, rng):
    outputs, numbers = augment(images, ["color"], rng)
    for i, image in enumerate(images):
        b, s, c = (number[i].item() for number in numbers)
        image = image + (b - 0.5)
        grey = image.mean(axis=-1, keepdims=True)
        image = grey + 2.0 * s * (image - grey)
        image = image.mean() + (0.5 + c) * (image - image.mean())
        np.testing.assert_allclose(outputs[i], image, atol=1e-5)


def test_translation_is_by_up_to_an_eighth_in_whole_pixels(images, rng):
    outputs, _ = augment(images, ["translation"], rng)
    found = set()
    for image, output in zip(images, outputs, strict=True):
        padded = np.pad(image, ((1, 1), (2, 2), (0, 0)))
        for dy in (-1, 0, 1):
            for dx in (-2, -1, 0, 1, 2):
                shifted = padded[1 - dy : 13 - dy, 2 - dx : 18 - dx]
                if np.abs(shifted - output).max() < 1e-5:
                    found.add((dy, dx))
                    break
            else:
                continue
            break
        else:
            pytest.fail("no translation by up to an eighth")
    assert {dy for dy, _ in found} == {-1, 0, 1}
    assert {dx for _, dx in found} == {-2, -1, 0, 1, 2}


def test_cutout_is_a_square_of_half_the_side_with_its_centre_inside(images, rng):
    outputs, (rows, columns) = augment(images, ["cutout"], rng)
    heights = []
    for i, image in enumerate(images):
        y, x = int(rows[i, 0] * 13), int(columns[i, 0] * 17)  # 0 to 12, 0 to 16
        expected = image.copy()
        expected[max(0, y - 3) : y + 3, max(0, x - 4) : x + 4] = 0.0
        np.testing.assert_array_equal(outputs[i], expected)
        heights.append((outputs[i] == 0).all(axis=(1, 2)).sum())
        assert (outputs[i] == 0).any()


def test_gradients_reach_the_images(images, rng):
    """The gradient of the sum under translation and cutout is 1 for every pixel that is still seen."""
    numbers = []
    fresh = uniform(rng, numbers)

    def total(x):
        draws = iter(numbers)
        draw = (lambda shape: ops.convert_to_tensor(next(draws))) if numbers else fresh
        return ops.sum(DiffAugment(["translation", "cutout"])(x, uniform=draw), axis=(1, 2, 3))

    total(ops.convert_to_tensor(images))
    slopes = ops.convert_to_numpy(backend.gradient(total, ops.convert_to_tensor(images)))
    assert set(np.unique(slopes)) <= {0.0, 1.0}
    seen = ops.convert_to_numpy(total(ops.convert_to_tensor(images)))
    np.testing.assert_allclose((slopes * images).sum(axis=(1, 2, 3)), seen, atol=1e-3)


def dcgan(**kwargs):
    shape = (28, 28, 1)
    nets = networks.dcgan.generator(shape, 8, width=4), networks.dcgan.discriminator(shape, width=4)
    model = DCGAN(*nets, seed=0, **kwargs)
    model.compile()
    return model


class Darken(augmentations.Augmentation):
    """Every image becomes -1."""

    def call(self, images, uniform):
        return 0.0 * images - 1.0


def test_the_discriminator_never_sees_an_image_without_it(rng):
    """Neither in the discriminator's move nor in the generator's."""
    model = dcgan(augmentation=Darken())
    real, fake = (rng.uniform(-1, 1, (4, 28, 28, 1)).astype("float32") for _ in "ab")
    seen = []
    network = model.discriminator
    model.discriminator = lambda x, training: seen.append(ops.convert_to_numpy(x)) or network(x)
    model.generator_loss(fake, real)
    model.discriminator_loss(fake, real)
    assert len(seen) == 3
    assert all((images == -1.0).all() for images in seen)


def test_penalties_see_the_discriminator_through_the_augmentation(rng):
    """A discriminator of slopes w behind images that are halved has slopes w / 2."""

    class Halve(augmentations.Augmentation):
        def call(self, images, uniform):
            return 0.5 * images

    shape = (4, 4, 1)
    model = GAN(networks.gan.generator(shape, 3, 4), linear_critic(shape), augmentation=Halve())
    images = rng.uniform(-1, 1, (5, *shape)).astype("float32")
    slopes = model.discriminator.get_weights()[0]
    term = R1(2.0)(model, lambda x: model._logits(x, None), ops.convert_to_tensor(images), None)
    assert float(term) == pytest.approx(np.sum((slopes / 2.0) ** 2), rel=1e-4)


def linear_critic(shape):
    return keras.Sequential([keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(1)])


@pytest.mark.parametrize("name", ["diffaugment"])
def test_trains_and_is_restored(name, rng, tmp_path):
    model = dcgan(augmentation=name)
    images = rng.integers(0, 256, (32, 28, 28, 1), dtype=np.uint8)
    model.fit(images, batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    assert type(restored.augmentation) is type(model.augmentation)
    losses = [m.fit(images, batch_size=8, verbose=0).history for m in (model, restored)]
    for name in losses[0]:
        assert losses[1][name] == pytest.approx(losses[0][name], rel=1e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DiffAugment(["colour"]), "Did you mean color"),
        (lambda: DiffAugment([]), "at least one of color, translation, cutout"),
        (lambda: dcgan(augmentation="diffaug"), "Did you mean diffaugment"),
        (
            lambda: GAN(
                keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
                linear_critic((2,)),
                augmentation="diffaugment",
            ),
            r"images \(n, height, width, channels\)",
        ),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
