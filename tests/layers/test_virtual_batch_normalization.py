"""Virtual batch normalization: statistics by hand, and examples that do not depend on one another."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.layers import DropReference, ReferenceBatch, VirtualBatchNormalization


@pytest.mark.parametrize("shape", [(3,), (4, 4, 3)])
def test_normalizes_by_the_reference_and_the_example(rng, shape):
    reference = rng.normal(2.0, 3.0, (8, *shape)).astype("float32")
    example = rng.normal(-1.0, 1.0, shape).astype("float32")
    layer = VirtualBatchNormalization(8)
    outputs = ops.convert_to_numpy(layer(np.concatenate([reference, example[None]])))[8]
    # Each of the 8 references and the example weighs 1/9.
    together = np.concatenate([reference, example[None]]).reshape(-1, 3)
    expected = (example - together.mean(0)) / np.sqrt(together.var(0) + 1e-5)
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-3)


def generator():
    latents = keras.Input((4,))
    hidden = ReferenceBatch(16)(latents)
    hidden = keras.layers.Dense(6)(hidden)
    hidden = VirtualBatchNormalization(16)(hidden)
    return keras.Model(latents, DropReference(16)(hidden))


def test_an_example_does_not_depend_on_the_others(rng):
    model, latents = generator(), rng.normal(size=(5, 4)).astype("float32")
    together = model.predict(latents, verbose=0)
    assert together.shape == (5, 6)
    np.testing.assert_allclose(together[2:3], model.predict(latents[2:3], verbose=0), atol=1e-5)
    np.testing.assert_allclose(together, model(latents, training=True), atol=1e-5)


def test_the_reference_is_saved(rng, tmp_path):
    model, latents = generator(), rng.normal(size=(5, 4)).astype("float32")
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    assert np.std(ops.convert_to_numpy(model.layers[1].latents)) == pytest.approx(1.0, abs=0.3)
    np.testing.assert_allclose(*(m.predict(latents, verbose=0) for m in (model, restored)))
