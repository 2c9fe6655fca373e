"""Learning rates by the numbers of the paper."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_gan.schedules import ConstantThenLinear


def test_rate_is_constant_and_then_falls_to_zero():
    schedule = ConstantThenLinear(2e-4, constant_steps=100, decay_steps=100)
    rates = [float(schedule(step)) for step in (0, 99, 100, 150, 175, 200, 1000)]
    expected = [2e-4, 2e-4, 2e-4, 1e-4, 0.5e-4, 0.0, 0.0]
    np.testing.assert_allclose(rates, expected, atol=1e-10)


def test_optimizer_keeps_it():
    adam = keras.optimizers.Adam(ConstantThenLinear(0.1, 2, 2), beta_1=0.5)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(adam))
    weight = keras.Variable(np.zeros(1))
    rates = []
    for _ in range(5):
        rates.append(float(again.learning_rate))
        again.apply([keras.ops.ones(1)], [weight])
    np.testing.assert_allclose(rates, [0.1, 0.1, 0.1, 0.05, 0.0], atol=1e-7)


def test_models_bring_it_along():
    """A recipe may name it, and a saved model have it, where nobody imported it."""
    code = (
        "import keras, keras_gan.models;"
        "keras.saving.deserialize_keras_object({'module': 'keras_gan.schedules',"
        "'class_name': 'ConstantThenLinear', 'registered_name': 'keras_gan>ConstantThenLinear',"
        "'config': {'rate': 0.1, 'constant_steps': 1, 'decay_steps': 1}})"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("steps", [(-1, 10), (10, 0)])
def test_wrong_lengths_are_refused(steps):
    with pytest.raises(ValueError, match=f"got {steps[0]} and {steps[1]}"):
        ConstantThenLinear(0.1, *steps)
