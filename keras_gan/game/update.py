"""Updates: one optimizer step of one player, applied only if it is finite.

A loss or a gradient that is not finite leaves no trace: neither in the player's variables nor in the moving
statistics of the networks that computed it.
"""

from typing import Any, NamedTuple

import keras
from keras import ops

from keras_gan import backend
from keras_gan.game.player import Player


def update(game: Any, player: Player, batch: dict[str, Any], forward: Any, before: list) -> None:
    """Update a player on its loss.

    Args:
        game: the `Game`.
        player: one of its players.
        batch: column name to tensor.
        forward: the `backend.Forward` that generated examples for this batch; None if nobody generates.
        before: the networks' statistics, as `statistics` gave them before that forward pass.
    """
    optimizer = game.optimizers[game.key(player)]

    def loss_of(*generated):
        return _with_parts(player, player.loss(*generated, **batch))

    def slopes():
        if player.generate:
            return forward.value_and_grad(loss_of, optimizer.scale_loss)
        generated = [forward.outputs] if forward else []
        return backend.value_and_grad(
            lambda: loss_of(*generated), player.variables, optimizer.scale_loss
        )

    due = game.steps % player.every == 0 if player.every > 1 else None
    (loss, parts), gradients = _if_due(game, player, due, slopes, player.parts)
    wanted = True if due is None else due
    if player.skip_below is not None:
        above = backend.replica_mean(loss) >= player.skip_below
        wanted = above if due is None else ops.logical_and(wanted, above)
    outcome = _apply(game, player, loss, gradients, wanted, before)
    player.after_update(outcome.applied)
    metrics = game.player_metrics[game.key(player)]
    seen = outcome.finite if due is None else ops.logical_and(outcome.finite, due)
    _record(metrics["loss"], loss, seen)
    for name, value in parts.items():
        _record(metrics[name], value, seen)
    metrics["skipped"].update_state(1.0 - ops.cast(outcome.finite, "float32"))


def regularize(game: Any, player: Player, batch: dict[str, Any]) -> None:
    """Update a player on its regularizer, in every `regularize_every`-th training step."""
    every, optimizer = player.regularize_every, game.optimizers[game.key(player)]
    due = game.steps % every == 0
    before = statistics(game)

    def slopes():
        return backend.value_and_grad(
            lambda: (every * player.regularizer(**batch), {}),
            player.variables,
            optimizer.scale_loss,
        )

    (loss, _), gradients = _if_due(game, player, due, slopes)
    outcome = _apply(game, player, loss, gradients, due, before)
    metrics = game.player_metrics[game.key(player)]
    _record(metrics["regularizer"], loss / every, ops.logical_and(due, outcome.finite))
    metrics["skipped"].update_state(1.0 - ops.cast(outcome.finite, "float32"))


def statistics(game: Any) -> list[tuple[Any, Any]]:
    """The statistics of all players' networks as `(variable, value)` pairs, to restore them from."""
    variables = [variable for player in game.players for variable in player.statistics]
    return [(variable, ops.copy(variable.value)) for variable in variables]


class _Outcome(NamedTuple):
    finite: Any  # loss and gradients were, or were infinite for the loss scale alone
    applied: Any  # the player's variables changed


def _apply(game, player, loss, gradients, wanted, before):
    """Apply the gradients if they are finite and the update is wanted; else undo its forward pass."""
    optimizer = game.optimizers[game.key(player)]
    all_finite = _all_finite(loss, *gradients)
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        # It meets infinite gradients itself: it skips them, and halves its scale.
        suits_optimizer = _all_finite(loss)
        too_large_scale = ops.logical_and(suits_optimizer, optimizer.dynamic_scale > 1.0)
        finite = ops.logical_or(all_finite, too_large_scale)
    else:
        suits_optimizer, finite = all_finite, all_finite
    for variable, value in before:
        variable.assign(ops.where(finite, variable.value, value))
    called = ops.logical_and(suits_optimizer, wanted)
    backend.apply_if(called, optimizer, gradients, player.variables)
    return _Outcome(finite, ops.logical_and(all_finite, wanted))


def _all_finite(*tensors):
    """Whether all are finite, on all replicas: one that is not makes the sum so."""
    total = sum(ops.sum(ops.cast(tensor, "float32")) for tensor in tensors)
    return ops.isfinite(backend.replica_mean(total))


def _if_due(game, player, due, slopes, parts=()):
    """Loss, parts and gradients of `slopes()`, or zeros where an update is not due (None: always due)."""
    kind = keras.config.floatx()

    def computed():
        (loss, found), gradients = slopes()
        if gradients and all(gradient is None for gradient in gradients):
            raise ValueError(
                f"The loss of the player {player.name} depends on none of the {len(gradients)} variables "
                "of its layers."
            )
        # A network of which only a part has run (one that grows, say) has no gradient elsewhere.
        known = [
            ops.zeros_like(variable.value) if gradient is None else gradient
            for gradient, variable in zip(gradients, player.variables, strict=True)
        ]
        if due is None:
            return (loss, found), known
        found = {name: ops.cast(value, kind) for name, value in found.items()}
        return (ops.cast(loss, kind), found), known

    def zeros():
        nothing = {name: ops.zeros((), kind) for name in parts}
        return (ops.zeros((), kind), nothing), [ops.zeros_like(v.value) for v in player.variables]

    if due is None:
        return computed()
    layers = [layer for each in game.players for layer in each.layers]
    state = [variable for layer in layers for variable in layer.non_trainable_variables]
    # With the random state, so that replicas draw in later steps what one device does.
    return backend.compute_if(due, computed, zeros, [*state, game.seed_generator.state])


def _with_parts(player, loss):
    """A loss as a pair: its scalar, and its parts by name."""
    loss, parts = loss if isinstance(loss, tuple) else (loss, {})
    if set(parts) != set(player.parts):
        raise ValueError(
            f"The loss of the player {player.name} returned the parts {sorted(parts)}; the player names "
            f"{sorted(player.parts)}."
        )
    return loss, {name: ops.convert_to_tensor(parts[name]) for name in player.parts}


def _record(metric, value, seen):
    """Count a value in a mean, unless it is not to be seen."""
    weight = ops.cast(seen, "float32")
    metric.update_state(ops.where(seen, value, ops.zeros_like(value)), weight)
