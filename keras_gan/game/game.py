"""The game: players, and the one training step of every model in this library.

A generative adversarial network is a game between players (Goodfellow et al. 2014, section 3). A player
owns variables, an optimizer and a loss, and updates one or more times in a training step. A model declares
its players; `Game` runs one training step per call of `train_step`, on TensorFlow and on JAX alike, and is
otherwise an ordinary `keras.Model`: `compile`, `fit`, callbacks, `save` and `keras.saving.load_model`.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import keras

from keras_gan import backend
from keras_gan.arguments import check_count
from keras_gan.backend.keras_private import PrivateSteps
from keras_gan.game import feeding, optimizers
from keras_gan.game.fitting import Fitting
from keras_gan.game.player import Player
from keras_gan.game.saving import Saving
from keras_gan.game.settings import Settings
from keras_gan.game.update import regularize, statistics, update
from keras_gan.lookup import check_name
from keras_gan.random import draw


class Game(Fitting, Saving, PrivateSteps, Settings):
    """A `keras.Model` that trains several players. Subclasses set `players`, or `phases`.

    In a training step the players update in the order of `players`. Where the busiest player has `k`
    updates, a step consumes `k` batches of `batch_size` examples: its updates see a fresh one each, and a
    player with fewer updates sees the last ones.

    A batch is a dictionary: a tensor for each of the `columns`, which losses take by keyword.

    Args:
        seed: seed of the random numbers drawn during training; the game owns their state, so that it
            is saved and restored with the model.
        **settings: `name`, and the settings of a subclass, as in `Settings`.

    Attributes:
        columns: names of the arrays that the model learns from, in the order of `fit(x, y)`.
        aligned: whether rows of the same index of these arrays belong together.
        players: the players of the present phase; see `Player`.
        phases: name to players, for a model that is trained in phases, one after the other (`begin`); each
            phase has optimizers of its own, named `"<phase>/<player>"`. Empty for others.
        phase: name of the present phase; None without phases.
        steps: number of training steps so far, a variable that is saved with the model.

    Example:

    ```python
    class LeastSquares(Game):  # learns the mean of its data
        def __init__(self):
            super().__init__()
            self.mean = keras.layers.Dense(1, use_bias=False)
            self.mean.build((None, 1))
            adam = lambda: keras.optimizers.Adam(0.1)
            self.players = [Player("mean", [self.mean], self.mean_loss, adam)]

        def mean_loss(self, examples):
            return ops.mean(ops.square(examples - self.mean(ops.ones((1, 1)))))
    ```
    """

    columns: ClassVar[tuple[str, ...]] = ("examples",)
    aligned: ClassVar[bool] = True

    def __init__(self, *, seed: int | None = None, **settings: Any):
        super().__init__(**settings)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.steps = keras.Variable(
            0, dtype="int", trainable=False, name="steps", aggregation="only_first_replica"
        )
        self.players: list[Player] = []
        self.phases: dict[str, list[Player]] = {}
        self.phase: str | None = None

    # Players and their optimizers.

    def begin(self, phase: str) -> None:
        """Begin a phase of the training: from now on, its players update.

        Args:
            phase: one of `phases`.

        Raises:
            ValueError: if there is no such phase.
        """
        check_name("phase", phase, self.phases)
        self.phase, self.players = phase, self.phases[phase]
        if self.compiled:
            self._use_optimizers()
            self.train_function = None

    def compile(
        self,
        optimizers: dict[str, Any] | str | keras.optimizers.Optimizer | None = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
    ):
        """Give each player its optimizer.

        Args:
            optimizers: player name (`"<phase>/<player>"` in a model of phases) to a `keras.optimizers`
                instance, name or config. A player that is not named gets the default of the model's paper.
                One optimizer in place of the dictionary is a model for all: each player gets one like it.
                A player whose layers compute in float16 gets a loss scale
                (`keras.optimizers.LossScaleOptimizer`).
            run_eagerly: as in `keras.Model.compile`.
            steps_per_execution: training steps in one call of the compiled function.
            jit_compile: as in `keras.Model.compile`.

        Raises:
            ValueError: on a player that does not exist, or one optimizer given to two players.
        """
        check_count("steps_per_execution", steps_per_execution)
        players = self._all_players()
        found = _optimizers.chosen(
            list(players),
            {key: player.optimizer for key, player in players.items()},
            {} if optimizers is None else optimizers,
        )
        super().compile(
            optimizer=None,
            loss=None,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            jit_compile=jit_compile,
        )
        self.drop_loss_tracker()
        self.optimizers = {key: _optimizers.scaled(found[key], players[key]) for key in players}
        for key, optimizer in self.optimizers.items():
            if not optimizer.built:
                optimizer.build(players[key].variables)
        self.player_metrics = {key: _metrics(player) for key, player in players.items()}
        self._use_optimizers()
        self._compile_config = {
            "optimizers": {
                key: keras.saving.serialize_keras_object(optimizer)
                for key, optimizer in self.optimizers.items()
            },
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }

    def key(self, player: Player) -> str:
        """The name of a player's optimizer and metrics: with its phase, in a model of phases."""
        return self._key(player.name)

    def optimizer_of(self, name: str) -> keras.optimizers.Optimizer:
        """The optimizer of a player of the present phase, once the game is compiled.

        Args:
            name: of the player.
        """
        return self.optimizers[self._key(name)]

    def _key(self, name):
        return name if self.phase is None else f"{self.phase}/{name}"

    def _all_players(self):
        if not self.phases:
            return {player.name: player for player in self.players}
        return {
            f"{phase}/{player.name}": player
            for phase, players in self.phases.items()
            for player in players
        }

    def _use_optimizers(self):
        pairs = [(self.optimizers[self.key(player)], player) for player in self.players]
        self.optimizer = _optimizers.Optimizers(pairs)

    def skipped_updates(self) -> dict[str, int]:
        """Updates of each player, by name, that were skipped in this epoch because they were not finite."""
        return {
            player.name: int(self.player_metrics[self.key(player)]["skipped"].result())
            for player in self.players
        }

    # The training step.

    def step(self, data: Any) -> dict[str, Any]:
        """Run one training step: every player updates, in order.

        Args:
            data: the examples of the step, as `fit` was given them: a dictionary of columns, or a tensor or
                tuple of tensors in the order of `columns`, with the examples along the first axis.

        Returns:
            Logs: `"<player>_loss"` to its mean over the epoch so far, and so for regularizers and parts.
        """
        count, columns = self.batches_per_step, feeding.as_batch(self.columns, data)
        # Every count-th example, so that N replicas together see the batches of one device.
        batches = [
            self.prepare(**{name: column[i::count] for name, column in columns.items()})
            for i in range(count)
        ]
        generating = next((player for player in self.players if player.generate), None)
        forwards = [None] * count  # the generated examples of each batch, made when first needed
        for player in self.players:
            for index in range(count - player.updates, count):
                batch, before = batches[index], statistics(self)
                if generating and forwards[index] is None:
                    generate = partial(generating.generate, **batch)
                    forwards[index] = backend.Forward(generate, generating.variables)
                update(self, player, batch, forwards[index], before)
                if player is generating:
                    forwards = [None] * count  # those of its old variables
            if player.regularizer:
                regularize(self, player, batches[-1])
        self.steps.assign_add(1)
        seen = [
            metric
            for player in self.players
            for name, metric in self.player_metrics[self.key(player)].items()
            if name != "skipped"
        ]
        return {metric.name: metric.result() for metric in seen}

    def prepare(self, **batch: Any) -> dict[str, Any]:
        """The batch as all players see it: unchanged, unless a model scales or augments its data."""
        return batch

    def normal(self, shape: Sequence[Any]):
        """Random numbers ~ N(0, 1) of `shape` (n, ...), of which n belongs to the examples of a batch."""
        return draw(keras.random.normal, shape, self.seed_generator)

    def uniform(self, shape: Sequence[Any]):
        """Random numbers ~ U(0, 1) of `shape` (n, ...), of which n belongs to the examples of a batch."""
        return draw(keras.random.uniform, shape, self.seed_generator)

    @property
    def batches_per_step(self) -> int:
        """Batches that one training step consumes: the updates of the busiest player."""
        return max(player.updates for player in self.players)

    def train_step(self, *args):
        """One training step, as the `Trainer` of the backend calls it."""
        return backend.play_step(self, *args)


_optimizers = optimizers  # `compile` has an argument of that name


def _metrics(player):
    """The means that a player logs, and the count of its skipped updates."""
    names = ["loss", *player.parts] + ["regularizer"] * (player.regularizer is not None)
    means = {name: keras.metrics.Mean(name=f"{player.name}_{name}") for name in names}
    return {**means, "skipped": keras.metrics.Sum(name=f"{player.name}_skipped")}
