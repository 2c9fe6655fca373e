"""Packing: what the discriminator of PacGAN sees."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import GAN, WGANGP, networks

SHAPE = (28, 28, 1)


def test_packs_are_images_that_follow_each_other_stacked_by_channels(rng):
    model = GAN(image_shape=(8, 8, 3), packing=2, seed=0)
    images = rng.uniform(-1, 1, (6, 8, 8, 3)).astype("float32")
    packs = ops.convert_to_numpy(model.packed(ops.convert_to_tensor(images)))
    np.testing.assert_array_equal(packs, np.concatenate([images[::2], images[1::2]], axis=-1))
    assert model.discriminator.input_shape == (None, 8, 8, 6)


def test_the_discriminator_has_a_logit_for_each_pack(rng):
    layers = [keras.Input((8, 8, 2)), keras.layers.Flatten(), keras.layers.Dense(1)]
    critic = keras.Sequential(layers)
    model = GAN(networks.gan.generator((8, 8, 1), 4, units=8), critic, packing=2, seed=0)
    rate = {name: keras.optimizers.SGD(0.0) for name in ("discriminator", "generator")}
    model.compile(rate)
    latents = rng.normal(size=(4, 4)).astype("float32")
    model.training_latents = lambda num: ops.convert_to_tensor(latents)
    images = rng.uniform(-1, 1, (4, 8, 8, 1)).astype("float32")
    logs = model.fit(images, batch_size=4, shuffle=False, verbose=0).history

    def logits(x):
        return critic.predict_on_batch(np.concatenate([x[::2], x[1::2]], axis=-1))

    real, fake = logits(images), logits(model.generator.predict_on_batch(latents))
    expected = np.log1p(np.exp(-real)).mean() + np.log1p(np.exp(fake)).mean()
    assert logs["discriminator_loss"] == [pytest.approx(expected, rel=1e-4)]
    assert logs["generator_loss"] == [pytest.approx(np.log1p(np.exp(-fake)).mean(), rel=1e-4)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GAN(packing=0), "packing must be a whole number of at least 1"),
        (lambda: WGANGP(packing=2), "packing=2 requires .* no penalties of gradients"),
        (
            lambda: GAN(
                networks.gan.generator(SHAPE), networks.gan.discriminator(SHAPE), packing=2
            ),
            "takes",
        ),
    ],
)
def test_packs_that_cannot_be_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_batch_that_packs_do_not_divide_is_refused(rng):
    model = GAN(image_shape=(8, 8, 1), packing=3, seed=0)
    model.compile()
    with pytest.raises(ValueError, match="packing=3 must divide the batch, which has 4 images"):
        model.fit(rng.integers(0, 256, (8, 8, 8, 1), np.uint8), batch_size=4, verbose=0)
