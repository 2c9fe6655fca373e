"""Learning rates that callbacks of Keras set, for each player of a game."""

import copy
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import keras

from keras_gan.backend.keras_private import learning_rate_variable

_SETTERS = keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau


def for_each_player(callbacks: Sequence[Any], optimizers: Mapping[str, Any]) -> list[Any]:
    """The callbacks, where those that set a learning rate do so for each player by itself.

    Args:
        callbacks: Keras callbacks.
        optimizers: player name to optimizer.

    Raises:
        ValueError: if such a callback is to set the rate of an optimizer that has a schedule.
    """
    return [
        PlayerRates(each, optimizers) if isinstance(each, _SETTERS) else each for each in callbacks
    ]


class PlayerRates(keras.callbacks.Callback):
    """A `LearningRateScheduler` or `ReduceLROnPlateau` for each player, which logs `<player>_learning_rate`.

    Each starts from its own player's rate, so that two time scales stay two.

    Args:
        callback: the callback, of which every player gets a copy.
        optimizers: player name to optimizer.

    Raises:
        ValueError: if an optimizer has a schedule.
    """

    def __init__(self, callback: keras.callbacks.Callback, optimizers: Mapping[str, Any]):
        super().__init__()
        self.copies = {}
        for name, optimizer in optimizers.items():
            rate = learning_rate_variable(getattr(optimizer, "inner_optimizer", optimizer))
            if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
                kind, schedule = type(callback).__name__, type(rate).__name__
                raise ValueError(
                    f"{kind} cannot set the learning rate of the {name}: its optimizer follows the schedule "
                    f"{schedule}. Compile with an optimizer whose learning_rate is a number, or without "
                    f"{kind}."
                )
            self.copies[name] = copy.copy(callback)
            self.copies[name].set_model(SimpleNamespace(optimizer=optimizer))

    def on_train_begin(self, logs=None):
        for each in self.copies.values():
            each.on_train_begin(logs)

    def on_epoch_begin(self, epoch, logs=None):
        for each in self.copies.values():
            each.on_epoch_begin(epoch, logs)

    def on_epoch_end(self, epoch, logs=None):
        rates = {}
        for name, each in self.copies.items():
            seen = dict(logs or {})
            each.on_epoch_end(epoch, seen)
            rates[f"{name}_learning_rate"] = seen["learning_rate"]
        if logs is not None:
            logs |= rates
