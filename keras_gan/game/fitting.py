"""Fitting: the `fit` of a game, from arrays or datasets to training steps."""

from typing import Any, ClassVar

import keras
from keras import ops

from keras_gan import backend
from keras_gan.arguments import check_count
from keras_gan.game import feeding
from keras_gan.game.guard import Guard
from keras_gan.game.rates import for_each_player


class Fitting:
    """Base of `Game` that trains it as `keras.Model.fit` does, with whole batches.

    Attributes:
        default_batch_size: examples in a batch where `fit` is given arrays and no `batch_size`.
    """

    default_batch_size: ClassVar[int] = 32

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        shuffle: bool = True,
        initial_step: int = 0,
        **kwargs,
    ):
        """Train the players: `keras.Model.fit`, with whole batches, a fresh one for each update.

        All data is checked before a step sees it, each batch of a dataset as it is read.

        Args:
            x: a NumPy array of examples, the first of the `columns`; a dictionary of arrays, by column; or a
                `tf.data.Dataset` or `keras.utils.PyDataset` of batches of such.
            y: the other columns when `x` is an array: an array (integer labels, one per example, say), a
                tuple of arrays, or a dictionary of arrays.
            batch_size: examples in a batch over all replicas, when `x` holds arrays; `default_batch_size`
                if None. Examples that do not fill a step are left out of an epoch, others each time.
            shuffle: whether arrays are drawn in a new order each epoch, which depends on the model's seed
                and the number of its steps before the epoch alone.
            initial_step: steps of the initial epoch that were run before it was interrupted, when `x` holds
                arrays.
            **kwargs: as in `keras.Model.fit` (`epochs`, `callbacks`, `initial_epoch`, ...). A
                `LearningRateScheduler` or `ReduceLROnPlateau` sets each player's rate by itself.

        Returns:
            The `keras.callbacks.History`.

        Raises:
            ValueError: if the data does not suit the model, saying how, or an argument is out of range.

        Warns:
            UserWarning: where images look as if they were in [0, 1], and where training stopped because
                losses or gradients were not finite (`keras_gan.game.guard`).
        """
        self._check_arguments(**kwargs)
        columns = self._named(x, y) if feeding.is_arrays(x) else None
        callbacks = kwargs.pop("callbacks", None) or []
        callbacks = getattr(callbacks, "callbacks", callbacks)  # of a CallbackList
        callbacks = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]
        if self.compiled:
            present = {player.name: self.optimizers[self.key(player)] for player in self.players}
            callbacks = for_each_player(callbacks, present)
        kwargs |= {"callbacks": [*self.own_callbacks(), *callbacks], "shuffle": False}
        if columns is not None:
            self.check_data(**columns)
            self.warn_of_data(**columns)
            batches = self._batches_of(columns, batch_size, shuffle)
            return self._fit_batches(batches, initial_step, **kwargs)
        own = {"y": y, "batch_size": batch_size, "initial_step": initial_step or None}
        if given := [name for name, value in own.items() if value is not None]:
            raise ValueError(
                f"{' and '.join(given)} must not be given where x is a dataset, which holds its own batches."
            )
        checks = feeding.Checks(lambda data: self.check_data(**self._columns_of(data)))
        first, batches = feeding.of_dataset(x, self.batches_per_step, checks)
        self.warn_of_data(**self._columns_of(first))
        with checks:
            return super().fit(batches, **kwargs)

    def train_on_batch(self, x: Any, y: Any = None, return_dict: bool = False):
        """Run one training step, as `keras.Model.train_on_batch` does.

        Args:
            x: examples of the step, as `fit` takes arrays; so many that each update has a batch of its own:
                a multiple of `batches_per_step`.
            y: the other columns, as in `fit`.
            return_dict: whether to return a dictionary of losses by name.

        Returns:
            The losses of the step, in the order of the players.

        Raises:
            ValueError: if the data does not suit the model, saying how.
        """
        columns = self._named(x, y)
        self.check_data(**columns)
        for name, values in columns.items():
            if len(values) == 0 or len(values) % self.batches_per_step:
                raise ValueError(
                    f"{name} must hold a multiple of {self.batches_per_step} examples, a batch for each "
                    f"update of a step, got {len(values)}."
                )
        return super().train_on_batch(columns, return_dict=return_dict)

    def evaluate(self, *args, **kwargs):
        """Refused: a game has no loss to evaluate. See `keras_gan.evaluation.evaluate`."""
        raise NotImplementedError(
            "The losses of a game do not measure its models: use keras_gan.evaluation.evaluate(model, "
            "dataset), or the callback keras_gan.EvaluateEvery."
        )

    test_on_batch = evaluate

    def own_callbacks(self) -> list[keras.callbacks.Callback]:
        """Callbacks of every `fit`, before those that it is given."""
        return [Guard()]

    def complete(self, columns: dict[str, Any]) -> dict[str, Any]:
        """The columns of a training on arrays, with those that a model adds to what it is given.

        It is called first of all: a model may make variables here whose shape depends on the data.
        """
        return columns

    def check_data(self, **columns: Any) -> None:
        """Raise a ValueError if the columns, as NumPy arrays, do not suit the model.

        It is called on whole arrays, and on each batch of a dataset. The game itself takes any data; models
        check what they know of theirs.
        """

    def warn_of_data(self, **columns: Any) -> None:
        """Warn of columns that suit the model and yet look wrong: called on arrays, and on a first batch."""

    def _named(self, x, y):
        return self.complete(feeding.named(self.columns, x, y))

    def _columns_of(self, data):
        return feeding.as_batch(self.columns, data)

    def _check_arguments(self, epochs=1, initial_epoch=0, **kwargs):
        check_count("epochs", epochs)
        check_count("initial_epoch", initial_epoch, least=0)
        if kwargs.get("validation_data") is not None or kwargs.get("validation_split"):
            raise ValueError(
                "validation_data and validation_split have no meaning in a game: there is no loss to "
                "validate."
            )
        for name in ("class_weight", "sample_weight"):
            if kwargs.get(name) is not None:
                raise ValueError(f"{name} has no meaning in a game: its losses weigh no examples.")

    def _batches_of(self, columns, batch_size, shuffle):
        """The shuffled batches of arrays, one for each step."""
        size = self.default_batch_size if batch_size is None else batch_size
        size, replicas = check_count("batch_size", size), backend.replica_count()
        if size % replicas:
            raise ValueError(f"batch_size must be a multiple of {replicas} replicas, got {size}.")
        size *= self.batches_per_step
        return feeding.Batches(
            columns, size, shuffle, self._order_seed(), self.aligned, backend.process()
        )

    def _order_seed(self):
        # It is saved with the random state, and that of an unseeded model is its own.
        return int(ops.convert_to_numpy(self.seed_generator.state)[0])

    def _fit_batches(self, batches, first, callbacks, epochs=1, initial_epoch=0, **kwargs):
        # An order follows from the steps before it: another call, or a restored model, draws the next one.
        def begin(epoch, logs=None):
            backend.synchronize(self)
            batches.begin(int(ops.convert_to_numpy(self.steps)) - batches.first)

        draw = keras.callbacks.LambdaCallback(on_epoch_begin=begin)
        kwargs |= {"callbacks": [draw, *callbacks]}
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
