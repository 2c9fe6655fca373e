"""The model that callbacks watch."""

import keras
import pytest

import keras_gan
from keras_gan import networks

SHAPE = (8, 8, 1)


@pytest.fixture
def gan():
    parts = (
        networks.gan.generator(SHAPE, latent_dim=4, units=8),
        networks.gan.discriminator(SHAPE, units=4, pieces=2),
    )
    model = keras_gan.GAN(*parts, seed=0)
    model.compile({name: keras.optimizers.Adam(0.02) for name in ("generator", "discriminator")})
    return model
