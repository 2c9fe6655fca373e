"""Keras's private surface: every name of it that this library uses, in one place.

A new version of Keras may rename these; `tests/backend/test_keras_private.py` says which one is gone.
"""

from contextlib import nullcontext
from typing import Any

import keras
from keras.src.saving.serialization_lib import SafeModeScope, in_safe_mode


class PrivateSteps:
    """Base of `Game` that keeps Keras's trainer from doing what a game does itself."""

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Do nothing: a game is built when it is made. Keras's own fails on the data of several workers."""

    def drop_loss_tracker(self):
        """Remove the metric "loss" of `keras.Model.compile`: a game has a loss for each player."""
        self._loss_tracker = None


def flatten_layers(network: keras.Model) -> list[keras.layers.Layer]:
    """All layers inside a network, at any depth, without the network itself."""
    return list(network._flatten_layers(include_self=False))


def learning_rate_variable(optimizer: keras.optimizers.Optimizer) -> Any:
    """The variable (or schedule) that holds an optimizer's learning rate."""
    return optimizer._learning_rate


def enclosing_state() -> dict | None:
    """The mapping of variables to values of the enclosing `keras.StatelessScope`; None outside of one."""
    with keras.StatelessScope() as probe:
        outer = probe.original_scope
    return outer.state_mapping if outer else None


def last_operation(network: keras.Model) -> Any:
    """The layer or operation that computes the first output of a functional or sequential network."""
    operation = network.outputs[0]._keras_history.operation
    return last_operation(operation) if isinstance(operation, keras.Model) else operation


def copying_code() -> Any:
    """A scope in which layers of code, such as `Lambda`, may be copied; not while a file is loaded safely."""
    return nullcontext() if in_safe_mode() else SafeModeScope(False)
