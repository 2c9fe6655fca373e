"""The guard of `Game.fit` against losses and gradients that are not finite."""

import warnings

import keras

from keras_gan import backend

ALLOWED = 10  # skipped updates of a player in an epoch
EVERY = 50  # training steps from one look at the counts to the next


class Guard(keras.callbacks.Callback):
    """Reports skipped updates, and stops after more than `ALLOWED` of a player in an epoch.

    The networks are then as they were after the last update whose loss and gradients were finite. The logs of
    an epoch in which a player skipped updates have their number as `"<player>_skipped"`.
    """

    def on_epoch_begin(self, epoch, logs=None):
        self.batch = -1
        self.looked = -1

    def on_train_batch_end(self, batch, logs=None):
        self.batch = batch
        if batch - self.looked >= EVERY:
            self.look()

    def on_epoch_end(self, epoch, logs=None):
        counts = self.look()
        if logs is not None:
            logs |= {f"{name}_skipped": count for name, count in counts.items() if count}

    def look(self):
        """The number of updates that each player has skipped in this epoch, by name."""
        self.looked = self.batch
        backend.synchronize(self.model)
        counts = self.model.skipped_updates()
        name, most = max(counts.items(), key=lambda item: item[1])
        if most > ALLOWED and not self.model.stop_training:
            self.model.stop_training = True
            warnings.warn(
                f"Training stopped: the {name}'s loss or gradient was not finite in {most} updates of this "
                "epoch. They were skipped; the weights are those of the last finite update. Look for NaN in "
                "the data, or take a smaller learning rate.",
                stacklevel=2,
            )
        return counts
