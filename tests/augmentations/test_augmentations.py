"""Where augmentations are applied, and what they refuse."""

import keras
import numpy as np
import pytest
from augmentations.parts import dcgan
from keras import ops

from keras_gan import GAN, augmentations, networks
from keras_gan.augmentations import ADA, DiffAugment
from keras_gan.penalties import R1


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
    term = R1(2.0)(model, lambda x: model.discriminate(x)[0], ops.convert_to_tensor(images), None)
    assert float(term) == pytest.approx(np.sum((slopes / 2.0) ** 2), rel=1e-4)


def linear_critic(shape):
    return keras.Sequential([keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(1)])


@pytest.mark.slow_under_jax
@pytest.mark.parametrize("name", ["diffaugment", "ada"])
def test_trains_and_is_restored(name, rng, tmp_path):
    model = dcgan(augmentation=ADA(images=64, target=-0.9) if name == "ada" else name)
    images = rng.integers(0, 256, (32, 28, 28, 1), dtype=np.uint8)
    model.fit(images, batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    assert type(restored.augmentation) is type(model.augmentation)
    assert len(restored.augmentation.weights) == len(model.augmentation.weights)
    losses = [m.fit(images, batch_size=8, verbose=0).history for m in (model, restored)]
    for player in losses[0]:
        assert losses[1][player] == pytest.approx(losses[0][player], rel=1e-3)
    if name == "ada":
        assert float(model.augmentation.p) == float(restored.augmentation.p) == 1.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DiffAugment(["colour"]), "Did you mean color"),
        (lambda: DiffAugment([]), "at least one of color, translation, cutout"),
        (lambda: ADA(target=1.0), r"target must lie in \(-1, 1\), got 1.0"),
        (lambda: ADA(images=0), "images must be positive"),
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
