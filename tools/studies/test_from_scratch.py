"""The WGAN-GP from scratch has algorithm 1's losses, trains, and draws what it generates."""

import keras
import numpy as np
import pytest
from PIL import Image

from tools.studies import from_scratch


def test_losses_are_those_of_a_linear_critic():
    """D(x) = w x: E[w fake] - E[w real] + 10 (|w| - 1)^2, and -E[w fake] for the generator."""
    rng = np.random.default_rng(0)
    w = rng.normal(size=(256, 1)).astype("float32")
    linear = [
        keras.Input((16, 16, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(1, use_bias=False),
    ]
    gan = from_scratch.WassersteinGAN(seed=0)
    gan.critic = keras.Sequential(linear)
    gan.critic.set_weights([w])
    images = rng.integers(0, 256, (8, 16, 16, 1), np.uint8)
    fakes = rng.uniform(-1, 1, (8, 16, 16, 1)).astype("float32")
    real, fake = (np.mean(x.reshape(8, 256) @ w) for x in (images / 127.5 - 1, fakes))
    expected = fake - real + 10 * (np.linalg.norm(w) - 1) ** 2
    batch = keras.ops.convert_to_tensor(images)
    loss = gan.critic_loss(keras.ops.convert_to_tensor(fakes), batch)
    assert float(loss) == pytest.approx(expected, rel=1e-4)
    loss = gan.generator_loss(keras.ops.convert_to_tensor(fakes), batch)
    assert float(loss) == pytest.approx(-fake, rel=1e-4)


@pytest.mark.slow
def test_it_trains_and_draws(tmp_path, monkeypatch):
    out = tmp_path / "digits.png"
    monkeypatch.setattr("sys.argv", ["from_scratch", "--steps", "8", "--out", str(out)])
    from_scratch.main()
    with Image.open(out) as picture:
        assert picture.size == (5 * (10 * (16 + 2) + 2),) * 2
