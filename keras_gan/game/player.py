"""Players: a loss, the variables that it trains, and how often."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from keras_gan.backend.keras_private import flatten_layers


@dataclass(frozen=True)
class Player:
    """One player of a game: a loss, and the variables that minimize it.

    Attributes:
        name: names its optimizer and its logged loss, `"<name>_loss"`.
        layers: the networks whose trainable variables this player, and nobody else, updates; and other layers
            whose state its loss changes.
        loss: maps a batch to the scalar that this player minimizes, a mean over the batch. A batch is passed
            by keyword, a tensor for each column of the game; where a player has `generate`, the generated
            examples come first: `loss(generated, images=..., labels=...)`. A loss may return a pair
            `(scalar, {"kl": scalar, ...})`, whose parts are logged as `"<name>_kl"`; `parts` names them.
        optimizer: function that makes the player's default optimizer, the paper's.
        updates: optimizer steps in one training step, each on a batch of its own (n_critic in WGAN).
        after_update: called after every optimizer step with a boolean scalar tensor that says whether the
            step was applied; for updates without a gradient, such as a moving average.
        generate: maps a batch, by keyword as for `loss`, to the examples that all players' losses share, such
            as the generator's fakes. At most one player of a game has it. The others see them as data; this
            player's own loss is differentiated through them. Any structure of tensors will do: floating ones
            are differentiated, integer ones (tokens, say) are data for all.
        skip_below: skip the optimizer step while the loss on the batch is below this value; None never skips.
        regularizer: maps a batch, by keyword, to a scalar that is minimized apart from the loss, by an
            optimizer step of its own (lazy regularization, Karras et al. 2020, appendix B); its mean is
            logged as `"<name>_regularizer"`.
        regularize_every: training steps from one step on the regularizer to the next, each
            `regularize_every` times as strong.
        every: training steps from one in which this player updates to the next; 1 updates in each.
        parts: names of the parts that `loss` returns beside its scalar.
    """

    name: str
    layers: Sequence[keras.Layer]
    loss: Callable[..., Any]
    optimizer: Callable[[], keras.optimizers.Optimizer]
    updates: int = 1
    after_update: Callable[[Any], None] = field(default=lambda applied: None)
    generate: Callable[..., Any] | None = None
    skip_below: float | None = None
    regularizer: Callable[..., Any] | None = None
    regularize_every: int = 1
    every: int = 1
    parts: Sequence[str] = ()

    def __post_init__(self):
        for attribute, unit in (
            ("updates", "optimizer steps in a training step"),
            ("regularize_every", "training steps"),
            ("every", "training steps"),
        ):
            value = getattr(self, attribute)
            if not (isinstance(value, int) and value >= 1):
                raise ValueError(
                    f"{attribute} of the player {self.name} counts {unit} and must be an integer of at "
                    f"least 1, got {value!r}."
                )

    @property
    def variables(self) -> list:
        """The trainable variables that this player updates."""
        return [variable for layer in self.layers for variable in layer.trainable_variables]

    @property
    def compute_dtypes(self) -> set[str]:
        """The types in which its layers, down to those that hold no others, compute."""
        layers = [inner for layer in self.layers for inner in (layer, *flatten_layers(layer))]
        return {layer.compute_dtype for layer in layers if not isinstance(layer, keras.Model)}

    @property
    def statistics(self) -> list:
        """The floating state that its networks change as they run, such as moving averages."""
        variables = [v for layer in self.layers for v in layer.non_trainable_variables]
        return [variable for variable in variables if "float" in variable.dtype]
