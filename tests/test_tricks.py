"""Tricks: values that are saved, and refused where they make no sense."""

import keras
import pytest

from keras_gan import tricks
from keras_gan.tricks import HistoricalAveraging, InstanceNoise, LabelFlips


@pytest.mark.parametrize(
    "trick",
    [
        InstanceNoise(0.2),
        InstanceNoise(keras.optimizers.schedules.PolynomialDecay(0.1, 100, 0.0)),
        LabelFlips(0.1),
        HistoricalAveraging(2.0),
    ],
)
def test_serializes(trick):
    assert tricks.get(trick) is trick
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(trick))
    assert type(restored) is type(trick)
    assert restored.get_config() == trick.get_config()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LabelFlips(0.6), r"probability must lie in \[0, 0.5\), got 0.6"),
        (lambda: InstanceNoise(-1.0), "deviation must not be negative, got -1"),
        (lambda: HistoricalAveraging(-1.0), "weight must be positive, got -1"),
        (lambda: tricks.get("label_flip"), "no trick 'label_flip'. Did you mean label_flips"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
