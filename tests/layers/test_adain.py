"""Adaptive instance normalization against its formula."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.layers import AdaIN


@pytest.mark.parametrize("training", [True, False])
def test_channels_get_the_deviation_and_mean_of_the_style(rng, training):
    images = rng.normal(2.0, 3.0, (3, 6, 5, 4)).astype("float32")
    style = rng.normal(size=(3, 8)).astype("float32")
    found = AdaIN(1e-3)([ops.convert_to_tensor(x) for x in (images, style)], training=training)
    mean, variance = (f(axis=(1, 2), keepdims=True) for f in (images.mean, images.var))
    scale, shift = style[:, None, None, :4], style[:, None, None, 4:]
    expected = (1.0 + scale) * (images - mean) / np.sqrt(variance + 1e-3) + shift
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected, atol=2e-5)


def test_a_style_of_another_width_is_refused_and_a_file_restores_the_layer(tmp_path):
    inputs = keras.Input((4, 4, 2)), keras.Input((4,))
    model = keras.Model(inputs, AdaIN(0.1)([*inputs]))
    model.save(tmp_path / "adain.keras")
    again = keras.saving.load_model(tmp_path / "adain.keras")
    assert again.layers[-1].epsilon == 0.1 and not again.weights
    with pytest.raises(ValueError, match=r"AdaIN of 2 channels takes styles \(n, 4\)"):
        AdaIN()([inputs[0], keras.Input((3,))])
