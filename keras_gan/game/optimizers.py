"""Optimizers of a game: one for each player, seen by Keras's training loop as one."""

import copy
from collections.abc import Mapping
from typing import Any

import keras


class Optimizers:
    """The players' optimizers as the single one that Keras's training loop builds and saves.

    Args:
        pairs: `(optimizer, player)` of the players of the present phase.
    """

    def __init__(self, pairs):
        self.pairs = pairs

    @property
    def built(self) -> bool:
        return all(optimizer.built for optimizer, _ in self.pairs)

    def __getattr__(self, name):
        raise AttributeError(
            f"A game has an optimizer for each player, and so no {name} of them all: use "
            f"model.optimizers[player].{name}."
        )

    def build(self, variables: Any = None) -> None:
        """Build each optimizer on its player's variables; `variables`, Keras's argument, is not used."""
        for optimizer, player in self.pairs:
            if not optimizer.built:
                optimizer.build(player.variables)

    @property
    def variables(self) -> list:
        return [variable for optimizer, _ in self.pairs for variable in optimizer.variables]


def chosen(names: list[str], defaults: dict[str, Any], given: Any) -> dict[str, Any]:
    """Each name's optimizer: the given one, or else the default.

    Args:
        names: the players' names.
        defaults: name to a function that makes the paper's optimizer.
        given: name to an optimizer instance, name or config, of which all may be missing; or one optimizer,
            of which every player gets one like it.

    Raises:
        ValueError: on a name that no player has, one optimizer given to two players, or what is none.
    """
    if isinstance(given, (str, keras.optimizers.Optimizer)):
        config = keras.saving.serialize_keras_object(keras.optimizers.get(given))
        given = {name: keras.optimizers.deserialize(copy.deepcopy(config)) for name in names}
    if not isinstance(given, Mapping):
        raise ValueError(
            "optimizers must be a dictionary of optimizers by player, one optimizer or its name, got "
            f"{given!r}."
        )
    if unknown := sorted(set(given) - set(names)):
        raise ValueError(f"optimizers names {unknown}, but the players of this game are {names}.")
    instances = [value for value in given.values() if not isinstance(value, str)]
    if len({id(value) for value in instances}) < len(instances):
        raise ValueError("optimizers gives one optimizer to two players; each needs its own.")
    return {name: keras.optimizers.get(given.get(name) or defaults[name]()) for name in names}


def scaled(optimizer: keras.optimizers.Optimizer, player: Any) -> keras.optimizers.Optimizer:
    """The optimizer with a loss scale where the player's small gradients would vanish without: in float16."""
    scale = keras.optimizers.LossScaleOptimizer
    if "float16" not in player.compute_dtypes or isinstance(optimizer, scale):
        return optimizer
    return scale(optimizer)
