"""The game: players, and the one training step of every model in this library.

A generative adversarial network is a game between players (Goodfellow et al. 2014, section 3). A player
owns variables, an optimizer and a loss, and moves one or more times a turn. A model declares its players;
`Game` plays one turn per call of `train_step`, on TensorFlow and on JAX alike, and is otherwise an ordinary
`keras.Model`: `compile`, `fit`, callbacks, `save` and `keras.saving.load_model`.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.files import replacing
from keras_gan.game.feeding import Minibatches, Steps, as_tuple, join
from keras_gan.game.guard import Guard
from keras_gan.game.settings import Settings
from keras_gan.random import draw


@dataclass(frozen=True)
class Player:
    """One player of a game.

    Attributes:
        name: names its optimizer and its logged loss, `"<name>_loss"`.
        layers: the networks whose trainable variables this player, and nobody else, moves; and other layers
            whose state its loss changes.
        loss: maps a minibatch (examples, or examples and labels, as `fit` was given them) to the
            scalar that this player minimizes, a mean over the minibatch. Where a player makes something,
            every player's loss takes that first.
        makes: maps a minibatch to what this player's networks make for all to judge (a generator's examples);
            at most one player of a game has it. What it made is shared: the others see it as data, its own
            loss is differentiated through it, and its networks run once for all moves on a minibatch.
        optimizer: makes the player's default optimizer, the paper's.
        moves: moves in a turn, each on a real minibatch of its own (n_critic in WGAN).
        after_update: called after each move, for what is no gradient step (a moving average, say), with
            whether it moved anything, a boolean scalar tensor.
        skip_below: a player far ahead rests: a move whose loss on its minibatch lies below this is taken
            back, optimizer and all; None never to rest.
        regularizer: maps a minibatch to a scalar that is minimized apart from the loss, in a further move
            after those of a turn (lazy regularization, Karras et al. 2020, appendix B); its mean is logged
            as `"<name>_regularizer"`.
        regularize_every: turns from one such move to the next, each `regularize_every` times as strong.
    """

    name: str
    layers: Sequence[keras.Layer]
    loss: Callable[..., Any]
    optimizer: Callable[[], keras.optimizers.Optimizer]
    updates: int = 1
    after_update: Callable[[Any], None] = field(default=lambda moved: None)
    generate: Callable[..., Any] | None = None
    skip_below: float | None = None
    regularizer: Callable[..., Any] | None = None
    regularize_every: int = 1

    def __post_init__(self):
        if not (isinstance(self.updates, int) and self.updates >= 1):
            raise ValueError(
                f"A player moves at least once a turn, got {self.name} updates={self.updates}."
            )
        if not (isinstance(self.regularize_every, int) and self.regularize_every >= 1):
            raise ValueError(
                f"regularize_every counts turns and must be at least 1, got {self.regularize_every}."
            )

    @property
    def variables(self) -> list:
        """The trainable variables that this player moves."""
        return [variable for layer in self.layers for variable in layer.trainable_variables]


class _Optimizers:
    """The players' optimizers, seen by Keras's training loop as one (built together, one state)."""

    def __init__(self, players, optimizers):
        self.pairs = [(optimizers[player.name], player) for player in players]
        self.build()

    @property
    def built(self):
        return all(optimizer.built for optimizer, _ in self.pairs)

    def build(self, variables=None):
        for optimizer, player in self.pairs:
            if not optimizer.built:
                optimizer.build(player.variables)

    @property
    def variables(self):
        return [variable for optimizer, _ in self.pairs for variable in optimizer.variables]


class Game(Settings):
    """A `keras.Model` that trains by playing turns. Subclasses set `self.players`.

    The moves of a turn follow the order of `self.players`. Where the busiest player has `k` moves, a turn
    consumes `k` real minibatches of `batch_size` examples: its moves see a fresh one each, and a player
    with fewer moves sees the last ones.

    Args:
        seed: seed of the random numbers drawn during training; the game owns their state, so that it
            is saved and restored with the model.
        **settings: `name`, and the settings of a subclass, as in `Settings`.

    Attributes:
        players: see `Player`.
        turns: how many turns have been played, a variable that is saved with the model.

    Example:

    ```python
    class LeastSquares(Game):  # learns the mean of its data, alone
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

    aligned = True  # whether rows of the same index of the arrays given to `fit` belong together

    def __init__(self, *, seed: int | None = None, **settings: Any):
        super().__init__(**settings)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.steps = keras.Variable(
            0, dtype="int", trainable=False, name="steps", aggregation="only_first_replica"
        )
        self.players: list[Player] = []

    def compile(
        self,
        optimizers: dict[str, Any] | None = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
    ):
        """Gives each player its optimizer.

        Args:
            optimizers: player name to `keras.optimizers` instance, name or config. A player that is
                not named gets the default of the model's paper. Under the policy "mixed_float16" each is
                given a loss scale of its own (`keras.optimizers.LossScaleOptimizer`).
            run_eagerly: as in `keras.Model.compile`.
            steps_per_execution: as in `keras.Model.compile`; counts turns.
            jit_compile: as in `keras.Model.compile`.

        Raises:
            ValueError: on a player that does not exist, or one optimizer given to two players.
        """
        optimizers = dict(optimizers or {})
        names = [player.name for player in self.players]
        if unknown := sorted(set(optimizers) - set(names)):
            raise ValueError(
                f"optimizers names {unknown}, but the players of this game are {names}."
            )
        if len({id(o) for o in optimizers.values() if not isinstance(o, str)}) < sum(
            not isinstance(o, str) for o in optimizers.values()
        ):
            raise ValueError("optimizers gives one optimizer to two players; each needs its own.")
        super().compile(
            optimizer=None,
            loss=None,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            jit_compile=jit_compile,
        )
        self._loss_tracker = None
        self.optimizers = {
            player.name: self._scaled(
                keras.optimizers.get(optimizers.get(player.name) or player.optimizer())
            )
            for player in self.players
        }
        self.optimizer = _Optimizers(self.players, self.optimizers)
        names = [player.name for player in self.players]
        self.losses_seen = {name: keras.metrics.Mean(name=f"{name}_loss") for name in names}
        self.skipped = {name: keras.metrics.Sum(name=f"{name}_skipped") for name in names}
        self.regularizers_seen = {
            player.name: keras.metrics.Mean(name=f"{player.name}_regularizer")
            for player in self.players
            if player.regularizer
        }
        self._compile_config = {
            "optimizers": {
                name: keras.saving.serialize_keras_object(optimizer)
                for name, optimizer in self.optimizers.items()
            },
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }

    def _scaled(self, optimizer):
        """The optimizer with a loss scale, where small gradients would vanish without."""
        scales = keras.optimizers.LossScaleOptimizer
        if self.dtype_policy.name != "mixed_float16" or isinstance(optimizer, scales):
            return optimizer
        return scales(optimizer)

    def get_compile_config(self):
        """What `compile` was given, for `save`."""
        return self._compile_config if self.compiled else None

    def compile_from_config(self, config):
        """Compiles again as before `save`; the optimizers' state is restored with the weights."""
        optimizers = {
            name: keras.saving.deserialize_keras_object(optimizer)
            for name, optimizer in config["optimizers"].items()
        }
        self.compile(**{**config, "optimizers": optimizers})

    def step(self, data) -> dict[str, Any]:
        """Plays one turn: every player makes its moves, in order.

        Args:
            data: a tensor or tuple of tensors with the turn's examples along the first axis.

        Returns:
            Logs: `"<player>_loss"` to its mean over the epoch so far.
        """
        count = self.batches_per_step
        # Every count-th example, so that N replicas together see the minibatches of one device.
        columns = [[column[i::count] for i in range(count)] for column in as_tuple(data)]
        minibatches = [self.prepare(*minibatch) for minibatch in zip(*columns, strict=True)]
        maker = next((player for player in self.players if player.generate), None)
        passes = [None] * count  # the maker's, one a minibatch, run when first wanted
        for player in self.players:
            for index in range(count - player.updates, count):
                statistics = [(variable, ops.copy(variable.value)) for variable in self._statistics]
                if maker and passes[index] is None:
                    make = partial(maker.generate, *minibatches[index])
                    passes[index] = backend.Forward(make, maker.variables)
                self._move(player, minibatches[index], passes[index], statistics)
                if player is maker:
                    passes = [None] * count  # It would make something else now.
            if player.regularizer:
                self._regularize(player, minibatches[-1])
        self.steps.assign_add(1)
        seen = [*self.losses_seen.values(), *self.regularizers_seen.values()]
        return {metric.name: metric.result() for metric in seen}

    def _regularize(self, player, minibatch):
        """The further move on the regularizer, in every `regularize_every`-th turn."""
        optimizer = self.optimizers[player.name]
        every = player.regularize_every
        due = self.steps % every == 0
        statistics = [(variable, ops.copy(variable.value)) for variable in self._statistics]

        def slope():
            loss, gradients = backend.Forward(lambda: None, player.variables).value_and_grad(
                lambda _: every * player.regularizer(*minibatch), optimizer.scale_loss
            )
            pairs = zip(gradients, player.variables, strict=True)
            known = [ops.zeros_like(v.value) if g is None else g for g, v in pairs]
            return ops.cast(loss, keras.config.floatx()), known

        def nothing():
            zeros = [ops.zeros_like(variable.value) for variable in player.variables]
            return ops.zeros((), keras.config.floatx()), zeros

        loss, gradients = backend.compute_if(due, slope, nothing, self._statistics)
        finite, _ = self._apply(player, loss, gradients, statistics, due)
        one = ops.cast(ops.logical_and(due, finite), "float32")
        value = ops.where(finite, loss, 0.0) / every
        self.regularizers_seen[player.name].update_state(value, one)
        self.skipped[player.name].update_state(1.0 - ops.cast(finite, "float32"))

    def _move(self, player, minibatch, makers_pass, statistics):
        optimizer = self.optimizers[player.name]
        if player.generate:
            loss, gradients = makers_pass.value_and_grad(
                lambda made: player.loss(made, *minibatch), optimizer.scale_loss
            )
        else:
            inputs = (makers_pass.outputs, *minibatch) if makers_pass else minibatch
            loss, gradients = backend.Forward(lambda: None, player.variables).value_and_grad(
                lambda _: player.loss(*inputs), optimizer.scale_loss
            )
        wanted = True
        if player.skip_below is not None:
            wanted = backend.replica_mean(loss) >= player.skip_below
        finite, moved = self._apply(player, loss, gradients, statistics, wanted)
        player.after_update(moved)
        one = ops.cast(finite, "float32")
        self.losses_seen[player.name].update_state(ops.where(finite, loss, 0.0), one)
        self.skipped[player.name].update_state(1.0 - one)

    def _apply(self, player, loss, gradients, statistics, wanted):
        """Moves the player's variables if the move is wanted and finite.

        What is not finite leaves no trace in the statistics, either. Returns whether it is finite, which it
        also counts as while a loss scale may be to blame; and whether anything moved.
        """
        optimizer = self.optimizers[player.name]
        known = [gradient for gradient in gradients if gradient is not None]
        # One that is not finite makes the sum so.
        total = sum(ops.sum(ops.cast(value, "float32")) for value in (loss, *known))
        finite = applies = moves = ops.isfinite(backend.replica_mean(total))
        if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            # It meets gradients that are infinite for their scale only, halves that, and lives with them.
            applies = ops.isfinite(backend.replica_mean(ops.cast(loss, "float32")))
            lives = ops.logical_and(applies, optimizer.dynamic_scale > 1.0)
            finite = ops.logical_or(finite, lives)
        for variable, before in statistics:
            variable.assign(ops.where(finite, variable.value, before))
        applies = ops.logical_and(applies, wanted)
        backend.apply_if(applies, optimizer, gradients, player.variables)
        return finite, ops.logical_and(moves, wanted)

    @property
    def _statistics(self):
        """What the players' networks change as they run, such as moving averages of batch statistics."""
        networks = [layer for player in self.players for layer in player.layers]
        variables = [variable for layer in networks for variable in layer.non_trainable_variables]
        return [variable for variable in variables if "float" in variable.dtype]

    def prepare(self, *minibatch):
        """A minibatch as all players see it: as it comes, unless a model changes it, at random say."""
        return minibatch

    def normal(self, shape: Sequence[Any]):
        """Numbers ~ N(0, 1) for a minibatch of `shape` (n, ...), by `keras_gan.random.draw`."""
        return draw(keras.random.normal, shape, self.seed_generator)

    def uniform(self, shape: Sequence[Any]):
        """Numbers ~ U(0, 1), as `normal` draws its own."""
        return draw(keras.random.uniform, shape, self.seed_generator)

    @property
    def batches_per_step(self) -> int:
        """How many real minibatches one turn consumes: the moves of the busiest player."""
        return max(player.updates for player in self.players)

    def train_step(self, *args):
        """One turn, as the `Trainer` of the backend calls it."""
        return backend.play_step(self, *args)

    def fit(
        self,
        x=None,
        y=None,
        batch_size: int | None = None,
        shuffle: bool = True,
        initial_step: int = 0,
        **kwargs,
    ):
        """Trains the players: `keras.Model.fit`, with whole minibatches, a fresh one for each move.

        Args:
            x: a NumPy array of examples, or a `tf.data.Dataset` or `keras.utils.PyDataset` of
                minibatches of examples or of (examples, labels).
            y: integer labels, one per example, when `x` is an array; or what else the model learns from.
            batch_size: examples in a minibatch over all replicas, when `x` is an array (default 32).
                Examples that do not fill a turn are left out of an epoch, others each time.
            shuffle: whether an array is drawn in a new order each epoch, which depends on the model's seed
                and the number of the epoch alone.
            initial_step: turns of the initial epoch that were played before it was interrupted, when `x` is
                an array.
            **kwargs: as in `keras.Model.fit` (`epochs`, `callbacks`, `initial_epoch`, ...).

        Returns:
            The `keras.callbacks.History`.

        Raises:
            ValueError: if the data does not suit the model, saying how.

        Warns:
            RuntimeWarning: where training stopped because losses or gradients were not finite
                (`keras_gan.game.guard`).
        """
        for name in ("validation_data", "validation_split", "class_weight", "sample_weight"):
            if kwargs.get(name) is not None:
                raise ValueError(f"{name} has no meaning in a game: there is no loss to validate.")
        callbacks = kwargs.pop("callbacks", None) or []
        callbacks = getattr(callbacks, "callbacks", callbacks)  # of a CallbackList
        callbacks = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]
        kwargs |= {"callbacks": [*self.own_callbacks(), *callbacks], "shuffle": False}
        count = self.batches_per_step
        if hasattr(x, "shape"):
            arrays = [np.asarray(array) for array in (x, y) if array is not None]
            self.check_data(*arrays)
            size, replicas = batch_size or 32, backend.replica_count()
            if size % replicas:
                raise ValueError(
                    f"batch_size must be a multiple of {replicas} replicas, got {size}."
                )
            seed = self.seed or 0
            batches = Minibatches(
                arrays, count * size, shuffle, seed, self.aligned, backend.process()
            )
            return self._fit_batches(batches, initial_step, **kwargs)
        if initial_step:
            raise ValueError(
                "initial_step is for arrays; leave out minibatches of a dataset instead."
            )
        if isinstance(x, keras.utils.PyDataset):
            self.check_data(*as_tuple(x[0]))
            x = Steps(x, count) if count > 1 else x
        elif hasattr(x, "rebatch"):  # a tf.data.Dataset
            first = next(iter(x), None)
            if first is None:
                raise ValueError("x is an empty tf.data.Dataset; it must yield minibatches.")
            first = [np.asarray(column) for column in as_tuple(first)]
            self.check_data(*first)
            if count > 1:
                x = join(x, count, len(first[0]))
        else:
            raise ValueError(
                f"x must be a NumPy array, a tf.data.Dataset or a keras.utils.PyDataset, got {type(x)}."
            )
        return super().fit(x, **kwargs)

    def own_callbacks(self) -> list[keras.callbacks.Callback]:
        """What watches over every `fit`, before the callbacks that it is given."""
        return [Guard()]

    def _fit_batches(self, batches, first, callbacks, epochs=1, initial_epoch=0, **kwargs):
        # The order of an epoch follows from its number, also where a callback has changed that.
        begin = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: batches.begin(epoch)
        )
        kwargs |= {"callbacks": [begin, *callbacks]}
        if first:
            batches.skip(first)
            history = super().fit(
                backend.stream(batches),
                epochs=initial_epoch + 1,
                initial_epoch=initial_epoch,
                **kwargs,
            )
            initial_epoch += 1
            batches.skip(0)
            if self.stop_training or initial_epoch == epochs:
                return history
        kwargs |= {"epochs": epochs, "initial_epoch": initial_epoch}
        return super().fit(backend.stream(batches), **kwargs)

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Nothing: a game is built when it is made. Keras's own fails on the data of several workers."""

    def check_data(self, *columns):
        """Raises a ValueError if examples (and labels), as NumPy arrays, do not suit the model.

        The game itself takes any; models say what they know of their data.
        """

    def save(self, filepath: str | os.PathLike, overwrite: bool = True, **kwargs):
        """`keras.Model.save`, whole or not at all: an interrupted save leaves what was there.

        Args:
            filepath: the file to write, ending in ".keras"; its folder is made if need be.
            overwrite: whether a file that is there may be replaced.
            **kwargs: as in `keras.Model.save`.

        Raises:
            FileExistsError: if the file is there and `overwrite` is False.
            ValueError: if the path does not end in ".keras".
            OSError: if it cannot be written.
        """
        if not overwrite and os.path.exists(filepath):
            raise FileExistsError(f"{filepath} is there already; overwrite=True replaces it.")
        if not str(filepath).endswith(".keras"):
            raise ValueError(f"filepath must end in .keras, got {filepath}.")
        with replacing(filepath) as temporary:
            super().save(temporary, **kwargs)

    def save_weights(self, filepath: str | os.PathLike, *args, **kwargs):
        """`keras.Model.save_weights`, whole or not at all."""
        with replacing(filepath) as temporary:
            super().save_weights(temporary, *args, **kwargs)

    def save_own_variables(self, store):
        """Saves the game's own variables and, which Keras leaves out, all random state."""
        store["steps"] = self.steps
        for index, variable in enumerate(self._own_state()):
            store[f"{index}"] = variable

    def load_own_variables(self, store):
        """Restores what `save_own_variables` saved."""
        if "steps" in store.keys():  # noqa: SIM118 -- a store of Keras knows no `in`
            self.steps.assign(store["steps"])
        for index, variable in enumerate(self._own_state()):
            variable.assign(store[f"{index}"])

    def _own_state(self):
        elsewhere = [self.steps, *(weight for layer in self.layers for weight in layer.weights)]
        elsewhere = {id(variable) for variable in elsewhere}
        return [variable for variable in self.variables if id(variable) not in elsewhere]
