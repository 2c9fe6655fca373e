"""Saving of a game: whole files or none, with every player's optimizer and all random state."""

import os

import keras

from keras_gan.files import replacing


class Saving:
    """Base of `Game` that saves and restores it, beyond what `keras.Model` does."""

    def get_compile_config(self):
        """The arguments of `compile`, for `save`."""
        return self._compile_config if self.compiled else None

    def compile_from_config(self, config):
        """Compile again as before `save`; the optimizers' state is restored with the weights."""
        optimizers = {
            name: keras.saving.deserialize_keras_object(optimizer)
            for name, optimizer in config["optimizers"].items()
        }
        self.compile(**{**config, "optimizers": optimizers})

    def recompile(self):
        """Compile again with the same settings, for variables that are new; optimizers begin anew."""
        config = self.get_compile_config()
        optimizers = self.optimizers.items()
        present = {name: keras.saving.serialize_keras_object(each) for name, each in optimizers}
        self.compile_from_config({**config, "optimizers": present})

    def save(self, filepath: str | os.PathLike, overwrite: bool = True, **kwargs):
        """Save the model as `keras.Model.save` does, whole or not at all.

        Args:
            filepath: the file to write, ending in ".keras"; its folder is made if need be. An interrupted
                save leaves the file that was there.
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

    def export(self, *args, **kwargs):
        """Refused: a task exports its verbs. See `keras_gan.serving.export`."""
        raise NotImplementedError(
            "A game is exported by keras_gan.serving.export(model, folder), which writes what it is used "
            "by, such as generate."
        )

    def save_weights(self, filepath: str | os.PathLike, *args, **kwargs):
        """Save the weights as `keras.Model.save_weights` does, whole or not at all."""
        with replacing(filepath) as temporary:
            super().save_weights(temporary, *args, **kwargs)

    def save_own_variables(self, store):
        """Save the game's own variables, its phase and, which Keras leaves out, all random state."""
        store["steps"] = self.steps
        if self.phase is not None:
            store["phase"] = list(self.phases).index(self.phase)
        for index, variable in enumerate(self._own_state()):
            store[f"{index}"] = variable

    def load_own_variables(self, store):
        """Restore what `save_own_variables` saved."""
        saved = set(store.keys())
        if "steps" in saved:
            self.steps.assign(store["steps"])
        if "phase" in saved:
            self.begin(list(self.phases)[int(store["phase"][()])])
        for index, variable in enumerate(self._own_state()):
            variable.assign(store[f"{index}"])

    def _own_state(self):
        elsewhere = [self.steps, *(weight for layer in self.layers for weight in layer.weights)]
        elsewhere = {id(variable) for variable in elsewhere}
        return [variable for variable in self.variables if id(variable) not in elsewhere]
