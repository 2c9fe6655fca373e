"""Optimizers of a game: one for each player, seen by Keras's training loop as one."""

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

    def build(self, variables: Any = None) -> None:
        """Build each optimizer on its player's variables; `variables`, Keras's argument, is not used."""
        for optimizer, player in self.pairs:
            if not optimizer.built:
                optimizer.build(player.variables)

    @property
    def variables(self) -> list:
        return [variable for optimizer, _ in self.pairs for variable in optimizer.variables]


def chosen(names: list[str], defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Each name's optimizer: the given one, or else the default.

    Args:
        names: the players' names.
        defaults: name to a function that makes the paper's optimizer.
        given: name to an optimizer instance, name or config; all may be missing.

    Raises:
        ValueError: on a name that no player has, or one optimizer given to two players.
    """
    if unknown := sorted(set(given) - set(names)):
        raise ValueError(f"optimizers names {unknown}, but the players of this game are {names}.")
    instances = [value for value in given.values() if not isinstance(value, str)]
    if len({id(value) for value in instances}) < len(instances):
        raise ValueError("optimizers gives one optimizer to two players; each needs its own.")
    return {name: keras.optimizers.get(given.get(name) or defaults[name]()) for name in names}


def scaled(optimizer: keras.optimizers.Optimizer, policy: str) -> keras.optimizers.Optimizer:
    """The optimizer with a loss scale where small gradients would vanish without: in float16."""
    scale = keras.optimizers.LossScaleOptimizer
    if policy != "mixed_float16" or isinstance(optimizer, scale):
        return optimizer
    return scale(optimizer)
