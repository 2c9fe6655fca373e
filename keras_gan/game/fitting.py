"""Fitting: the `fit` of a game, from arrays or datasets to training steps."""

from typing import Any

import keras

from keras_gan import backend
from keras_gan.game import feeding
from keras_gan.game.guard import Guard


class Fitting:
    """Base of `Game` that trains it as `keras.Model.fit` does, with whole batches."""

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

        Args:
            x: a NumPy array of examples, the first of the `columns`; a dictionary of arrays, by column; or a
                `tf.data.Dataset` or `keras.utils.PyDataset` of batches of such.
            y: the other columns when `x` is an array: an array (integer labels, one per example, say), a
                tuple of arrays, or a dictionary of arrays.
            batch_size: examples in a batch over all replicas, when `x` holds arrays (default 32).
                Examples that do not fill a step are left out of an epoch, others each time.
            shuffle: whether arrays are drawn in a new order each epoch, which depends on the model's seed
                and the number of the epoch alone.
            initial_step: steps of the initial epoch that were run before it was interrupted, when `x` holds
                arrays.
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
        if not feeding.is_arrays(x):
            if initial_step:
                raise ValueError(
                    "initial_step is for arrays; leave out batches of a dataset instead."
                )
            first, batches = feeding.of_dataset(x, count)
            self.check_data(**feeding.as_batch(self.columns, first))
            return super().fit(batches, **kwargs)
        columns = feeding.named(self.columns, x, y)
        self.check_data(**columns)
        size, replicas = batch_size or 32, backend.replica_count()
        if size % replicas:
            raise ValueError(f"batch_size must be a multiple of {replicas} replicas, got {size}.")
        batches = feeding.Batches(
            columns, count * size, shuffle, self.seed or 0, self.aligned, backend.process()
        )
        return self._fit_batches(batches, initial_step, **kwargs)

    def own_callbacks(self) -> list[keras.callbacks.Callback]:
        """Callbacks of every `fit`, before those that it is given."""
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

    def check_data(self, **columns: Any) -> None:
        """Raise a ValueError if the columns, as NumPy arrays, do not suit the model.

        The game itself takes any; models check what they know of their data.
        """
